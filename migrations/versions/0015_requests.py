"""Requests from providers."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KINDS = (
    "placement",
    "workplace_visit",
    "job_shadowing",
    "employer_project",
    "virtual_placement",
    "talk",
    "online_presentation",
    "mentoring",
    "mock_interview",
    "careers_roundtable",
)
STATUSES = ("new", "taken", "met", "declined", "withdrawn")
YEAR_GROUPS = ("7", "8", "9", "10", "11", "12", "13", "18-24")


def upgrade() -> None:
    op.create_table(
        "request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="opportunitykind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("young_people", sa.Integer(), nullable=False),
        sa.Column("wanted_from", sa.Date(), nullable=True),
        sa.Column("wanted_by", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*STATUSES, name="requeststatus", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("young_people BETWEEN 1 AND 10000", name=op.f("ck_request_young_people_in_range")),
        sa.CheckConstraint("length(trim(words)) > 0", name=op.f("ck_request_says_something")),
        sa.CheckConstraint("wanted_from IS NULL OR wanted_from <= wanted_by", name=op.f("ck_request_window_in_order")),
        sa.CheckConstraint("(taken_by_id IS NULL) = (taken_at IS NULL)", name=op.f("ck_request_taken_at_an_instant")),
        sa.CheckConstraint(
            "status NOT IN ('taken', 'met') OR taken_by_id IS NOT NULL", name=op.f("ck_request_taken_by_somebody")
        ),
        sa.CheckConstraint("status <> 'new' OR taken_by_id IS NULL", name=op.f("ck_request_new_is_nobodys")),
        sa.CheckConstraint(
            "(status = 'declined') = (declined_reason IS NOT NULL)", name=op.f("ck_request_declined_with_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_request_provider_id_provider"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user.id"], name=op.f("fk_request_asked_by_id_user"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["user.id"], name=op.f("fk_request_taken_by_id_user"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    op.create_index(op.f("ix_request_asked_by_id"), "request", ["asked_by_id"], unique=False)
    op.create_index(op.f("ix_request_taken_by_id"), "request", ["taken_by_id"], unique=False)
    op.create_index("ix_request_status", "request", ["status", "wanted_by", "id"], unique=False)
    op.create_index("ix_request_provider", "request", ["provider_id", "status"], unique=False)
    op.create_table(
        "request_year_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column(
            "year_group",
            sa.Enum(*YEAR_GROUPS, name="yeargroup", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["request.id"], name=op.f("fk_request_year_group_request_id_request"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_year_group")),
        sa.UniqueConstraint("request_id", "year_group", name="uq_request_year_group_pair"),
    )
    op.create_table(
        "request_sector",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("sector_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["request.id"], name=op.f("fk_request_sector_request_id_request"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["sector_id"], ["sector.id"], name=op.f("fk_request_sector_sector_id_sector"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_sector")),
        sa.UniqueConstraint("request_id", "sector_id", name="uq_request_sector_pair"),
    )
    op.create_index(op.f("ix_request_sector_sector_id"), "request_sector", ["sector_id"], unique=False)


def downgrade() -> None:
    op.drop_table("request_sector")
    op.drop_table("request_year_group")
    op.drop_table("request")
