"""Counting policies that the council decided, in versions that never change."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

REFUSED = "a version of the counting policy never changes"
TABLES, EVENTS = ("counting_policy", "counted_kind"), ("UPDATE", "DELETE")
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


def upgrade() -> None:
    op.create_table(
        "counting_policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("academic_year", sa.String(length=7), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("minimum_hours", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("different_employers", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 2", name=op.f("ck_counting_policy_number_follows_the_first")),
        sa.CheckConstraint("target BETWEEN 1 AND 6", name=op.f("ck_counting_policy_target_in_range")),
        sa.CheckConstraint(
            "different_employers BETWEEN 1 AND target", name=op.f("ck_counting_policy_no_more_employers_than_places")
        ),
        sa.CheckConstraint(
            "minimum_hours IS NULL OR minimum_hours > 0", name=op.f("ck_counting_policy_hours_are_positive")
        ),
        sa.CheckConstraint("length(trim(note)) > 0", name=op.f("ck_counting_policy_says_why")),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["user.id"], name=op.f("fk_counting_policy_published_by_id_user"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counting_policy")),
        sa.UniqueConstraint("academic_year", "number", name=op.f("uq_counting_policy_version")),
    )
    op.create_index(op.f("ix_counting_policy_published_by_id"), "counting_policy", ["published_by_id"], unique=False)
    op.create_table(
        "counted_kind",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="opportunitykind", native_enum=False, length=32, create_constraint=True),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["counting_policy.id"],
            name=op.f("fk_counted_kind_version_id_counting_policy"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counted_kind")),
        sa.UniqueConstraint("version_id", "kind", name=op.f("uq_counted_kind_pair")),
    )
    for table in TABLES:
        for event in EVENTS:
            _refuse(table, event)


def _refuse(table: str, event: str) -> None:
    name = f"{table}_refuses_{event.lower()}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END")
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation'; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            for event in EVENTS:
                op.execute(f"DROP FUNCTION {table}_refuses_{event.lower()}()")
