"""Term dates, reasons for “not this year”, and how an employer stands to a year without a number."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

ATTITUDES = ("actively_looking", "interested", "already_organised", "not_this_year")
REASONS = (
    "No capacity this year",
    "Already organised with a school",
    "We are moving or closing",
    "Insurance or health and safety",
    "We have no suitable work",
    "Other",
)
INSIDE_ITS_YEAR = (
    "CAST(first_day AS VARCHAR(10)) >= substr(academic_year, 1, 4) || '-09-01'"
    " AND CAST(last_day AS VARCHAR(10))"
    " <= CAST(CAST(substr(academic_year, 1, 4) AS INTEGER) + 1 AS VARCHAR(4)) || '-08-31'"
)


def upgrade() -> None:
    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("academic_year", sa.String(length=7), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        *_usual(),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_term_has_a_name")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_term_ends_after_it_begins")),
        sa.CheckConstraint(INSIDE_ITS_YEAR, name=op.f("ck_term_inside_its_year")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
    )
    op.create_index("ix_term_first_day", "term", ["first_day", "id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE term ADD CONSTRAINT ex_term_no_overlap EXCLUDE USING gist "
            "(daterange(first_day, last_day, '[]') WITH &&)"
        )
    op.create_table(
        "decline_reason",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_in_use", sa.Boolean(), nullable=False),
        *_usual(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decline_reason")),
        sa.UniqueConstraint("name", name=op.f("uq_decline_reason_name")),
    )
    columns = ("name", "position", "is_in_use", "version")
    op.bulk_insert(
        sa.table("decline_reason", *map(sa.column, columns)),
        [dict(zip(columns, (name, place, True, 1), strict=True)) for place, name in enumerate(REASONS, start=1)],
    )
    op.create_table(
        "appetite",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("academic_year", sa.String(length=7), nullable=False),
        sa.Column(
            "attitude",
            sa.Enum(*ATTITUDES, name="attitude", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("reason_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        *_usual(),
        sa.CheckConstraint(
            "(attitude = 'not_this_year') = (reason_id IS NOT NULL)", name=op.f("ck_appetite_no_with_a_reason")
        ),
        _key("employer_id", "employer"),
        _key("reason_id", "decline_reason"),
        _key("recorded_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appetite")),
        sa.UniqueConstraint("employer_id", "academic_year", name="uq_appetite_employer_year"),
    )
    op.create_index("ix_appetite_year", "appetite", ["academic_year", "attitude"], unique=False)
    op.create_index(op.f("ix_appetite_reason_id"), "appetite", ["reason_id"], unique=False)
    op.create_index(op.f("ix_appetite_recorded_by_id"), "appetite", ["recorded_by_id"], unique=False)


def downgrade() -> None:
    for table in ("appetite", "decline_reason", "term"):
        op.drop_table(table)


def _usual() -> list[sa.Column[object]]:
    now = sa.text("(CURRENT_TIMESTAMP)")
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def _key(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{table}.id"], name=op.f(f"fk_appetite_{column}_{table}"), ondelete="RESTRICT"
    )
