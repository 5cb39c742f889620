"""Series of opportunities, and the days on which a provider is closed."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
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
CHECKS = {
    "numbered_in_its_series": "(series_id IS NULL) = (series_number IS NULL)",
    "few_mentees": "series_id IS NULL OR kind <> 'mentoring' OR capacity <= 6",
}


def upgrade() -> None:
    op.create_table(
        "closed_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        *_times(),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_closed_day_ends_after_it_begins")),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_closed_day_has_a_reason")),
        _key("closed_day", "provider_id", "provider"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_day")),
        sa.UniqueConstraint("provider_id", "first_day", name="uq_closed_day_first_day"),
    )
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="opportunitykind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("in_term_only", sa.Boolean(), nullable=False),
        *_times(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_series_has_a_title")),
        sa.CheckConstraint("every_weeks BETWEEN 1 AND 8", name=op.f("ck_series_weeks_in_range")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_series_weekday_exists")),
        sa.CheckConstraint("ends > starts", name=op.f("ck_series_ends_after_it_starts")),
        sa.CheckConstraint("(times IS NULL) <> (until IS NULL)", name=op.f("ck_series_so_many_times_or_until")),
        sa.CheckConstraint("times IS NULL OR times BETWEEN 1 AND 60", name=op.f("ck_series_times_in_range")),
        _key("series", "employer_id", "employer"),
        _key("series", "provider_id", "provider"),
        _key("series", "leader_id", "contact"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
    )
    op.create_index("ix_series_employer", "series", ["employer_id", "id"], unique=False)
    op.create_index("ix_series_provider", "series", ["provider_id", "id"], unique=False)
    op.create_index(op.f("ix_series_leader_id"), "series", ["leader_id"], unique=False)
    with op.batch_alter_table("opportunity") as table:
        table.add_column(sa.Column("series_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("series_number", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_opportunity_series_id_series"), "series", ["series_id"], ["id"], ondelete="RESTRICT"
        )
        table.create_unique_constraint("uq_opportunity_in_series", ["series_id", "series_number"])
        for name, condition in CHECKS.items():
            table.create_check_constraint(op.f(f"ck_opportunity_{name}"), condition)


def downgrade() -> None:
    with op.batch_alter_table("opportunity") as table:
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck_opportunity_{name}"), type_="check")
        table.drop_constraint("uq_opportunity_in_series", type_="unique")
        table.drop_constraint(op.f("fk_opportunity_series_id_series"), type_="foreignkey")
        table.drop_column("series_number")
        table.drop_column("series_id")
    op.drop_table("series")
    op.drop_table("closed_day")


def _times() -> list[sa.Column[object]]:
    now = sa.text("(CURRENT_TIMESTAMP)")
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
    ]


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"), ondelete="RESTRICT"
    )
