"""Renewal runs, with what they propose to ask each employer."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

RUNS = ("reviewing", "sending", "paused", "done")
STATES = ("proposed", "approved", "left_out", "sent", "failed")


def upgrade() -> None:
    op.create_table(
        "renewal_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("academic_year", sa.String(length=7), nullable=False),
        sa.Column("begun_by_id", sa.Integer(), nullable=False),
        sa.Column("status", checked("runstatus", RUNS), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("per_wave", sa.Integer(), nullable=True),
        sa.Column("hours_between", sa.Integer(), nullable=True),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("next_wave_at", sa.DateTime(timezone=True), nullable=True),
        written("created_at"),
        written("updated_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "per_wave IS NULL OR per_wave BETWEEN 1 AND 1000", name=op.f("ck_renewal_run_per_wave_in_range")
        ),
        sa.CheckConstraint(
            "hours_between IS NULL OR hours_between BETWEEN 1 AND 336",
            name=op.f("ck_renewal_run_hours_between_in_range"),
        ),
        sa.CheckConstraint(
            "status = 'reviewing' OR (per_wave IS NOT NULL AND hours_between IS NOT NULL)",
            name=op.f("ck_renewal_run_sent_in_waves"),
        ),
        sa.CheckConstraint(
            "(status = 'sending') = (next_wave_at IS NOT NULL)", name=op.f("ck_renewal_run_sending_has_its_next_wave")
        ),
        key("renewal_run", "begun_by_id", "user"),
        key("renewal_run", "sent_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal_run")),
        sa.UniqueConstraint("academic_year", name=op.f("uq_renewal_run_academic_year")),
    )
    for column in ("begun_by_id", "sent_by_id"):
        op.create_index(op.f(f"ix_renewal_run_{column}"), "renewal_run", [column], unique=False)
    op.create_table(
        "renewal_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("former_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("state", checked("proposalstate", STATES), nullable=False),
        sa.Column("why", sa.String(length=255), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("wave", sa.Integer(), nullable=True),
        sa.Column("pledge_id", sa.Integer(), nullable=True),
        written("created_at"),
        written("updated_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'sent') = (pledge_id IS NOT NULL)", name=op.f("ck_renewal_proposal_sent_as_a_pledge")
        ),
        sa.CheckConstraint(
            "state NOT IN ('left_out', 'failed') OR why IS NOT NULL", name=op.f("ck_renewal_proposal_says_why")
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR contact_id IS NOT NULL", name=op.f("ck_renewal_proposal_approved_for_somebody")
        ),
        key("renewal_proposal", "run_id", "renewal_run"),
        key("renewal_proposal", "employer_id", "employer"),
        key("renewal_proposal", "former_id", "pledge"),
        key("renewal_proposal", "contact_id", "contact"),
        key("renewal_proposal", "decided_by_id", "user"),
        key("renewal_proposal", "pledge_id", "pledge"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal_proposal")),
        sa.UniqueConstraint("pledge_id", name=op.f("uq_renewal_proposal_pledge_id")),
        sa.UniqueConstraint("run_id", "employer_id", name="uq_renewal_proposal_employer"),
    )
    for column in ("employer_id", "former_id", "contact_id", "decided_by_id"):
        op.create_index(op.f(f"ix_renewal_proposal_{column}"), "renewal_proposal", [column], unique=False)
    op.create_index("ix_renewal_proposal_state", "renewal_proposal", ["run_id", "state", "wave", "id"], unique=False)
    op.create_table(
        "renewal_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("former_line_id", sa.Integer(), nullable=False),
        sa.Column("young_people", sa.Integer(), nullable=True),
        sa.Column("each", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "young_people IS NULL OR young_people BETWEEN 1 AND 10000",
            name=op.f("ck_renewal_line_young_people_in_range"),
        ),
        sa.CheckConstraint("each BETWEEN 1 AND 100", name=op.f("ck_renewal_line_each_in_range")),
        key("renewal_line", "proposal_id", "renewal_proposal"),
        key("renewal_line", "former_line_id", "pledge_line"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal_line")),
        sa.UniqueConstraint("proposal_id", "former_line_id", name="uq_renewal_line_former"),
    )
    op.create_index(op.f("ix_renewal_line_former_line_id"), "renewal_line", ["former_line_id"], unique=False)


def downgrade() -> None:
    for table in ("renewal_line", "renewal_proposal", "renewal_run"):
        op.drop_table(table)


def key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete="RESTRICT"
    )


def checked(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def written(name: str) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False)
