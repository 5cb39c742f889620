"""Groups of employers and who sits in them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

NOW = sa.text("(CURRENT_TIMESTAMP)")
OPEN = sa.text("left_on IS NULL")


def upgrade() -> None:
    op.create_table(
        "employer_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_employer_group_has_a_name")),
        sa.CheckConstraint("seats IS NULL OR seats BETWEEN 1 AND 1000", name=op.f("ck_employer_group_seats_in_range")),
        sa.CheckConstraint(
            "ends_on IS NULL OR begins_on IS NULL OR ends_on >= begins_on",
            name=op.f("ck_employer_group_ends_after_it_begins"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_group")),
        sa.UniqueConstraint("name", name=op.f("uq_employer_group_name")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=255), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("left_on IS NULL OR left_on >= joined_on", name=op.f("ck_membership_leaves_after_it_joins")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_membership_contact_id_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employer.id"], name=op.f("fk_membership_employer_id_employer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["employer_group.id"], name=op.f("fk_membership_group_id_employer_group"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_contact_id"), "membership", ["contact_id"], unique=False)
    op.create_index(op.f("ix_membership_employer_id"), "membership", ["employer_id"], unique=False)
    op.create_index("ix_membership_group", "membership", ["group_id", "employer_id"], unique=False)
    op.create_index(
        "uq_membership_open",
        "membership",
        ["group_id", "employer_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_table("membership")
    op.drop_table("employer_group")
