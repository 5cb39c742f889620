"""What Companies House says of a company number, and the loads it came with."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

STATUSES = (
    *("active", "striking_off", "liquidation", "administration", "receivership", "arrangement", "dissolved"),
    *("not_on_register", "other"),
)
FORMS = ("sole_trader", "partnership", "company", "llp", "charity", "public_body", "other")


def a_choice(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "company",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("status", a_choice(*STATUSES, name="companystatus"), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("category", sa.String(length=255), nullable=True),
        sa.Column("legal_form", a_choice(*FORMS, name="legalform"), nullable=True),
        sa.Column("sic_code", sa.String(length=5), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
        sa.UniqueConstraint("number", name=op.f("uq_company_number")),
    )
    op.create_table(
        "company_load",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("status", a_choice("checked", "done", "undone", "discarded", name="loadstatus"), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_unreadable", sa.Integer(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=True),
        sa.Column("likely", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=True),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("started_by_name", sa.String(length=255), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("rows_read >= 0 AND rows_unreadable >= 0", name=op.f("ck_company_load_counts_not_negative")),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["user.id"], name=op.f("fk_company_load_started_by_id_user"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_load")),
    )
    op.create_index(op.f("ix_company_load_started_by_id"), "company_load", ["started_by_id"], unique=False)


def downgrade() -> None:
    op.drop_table("company_load")
    op.drop_table("company")
