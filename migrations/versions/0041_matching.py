"""Which sectors young people are interested in, and matchings with the places they propose."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

STATUSES = ("calculating", "ready", "booking", "undoing", "stopped", "failed")
STATES = ("proposed", "taken_off", "accepted", "booked", "refused", "returning", "returned")


def upgrade() -> None:
    op.create_table(
        "young_person_sector",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("young_person_id", sa.Integer(), nullable=False),
        sa.Column("sector_id", sa.Integer(), nullable=False),
        _key("young_person_sector", "young_person_id", "young_person"),
        _key("young_person_sector", "sector_id", "sector"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_young_person_sector")),
        sa.UniqueConstraint("young_person_id", "sector_id", name="uq_young_person_sector_pair"),
    )
    op.create_index(op.f("ix_young_person_sector_sector_id"), "young_person_sector", ["sector_id"])
    op.create_table(
        "matching",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_by_name", sa.String(length=255), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("status", _one_of("matchingstatus", STATUSES), nullable=False),
        sa.Column("claimed_by", sa.String(length=32), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("phase", sa.String(length=255), nullable=True),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.Column("steps_total", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.CheckConstraint("steps_done >= 0 AND steps_total >= 0", name=op.f("ck_matching_steps_not_negative")),
        sa.CheckConstraint("target >= 1", name=op.f("ck_matching_target_is_positive")),
        _key("matching", "asked_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching")),
    )
    op.create_index(op.f("ix_matching_asked_by_id"), "matching", ["asked_by_id"])
    op.create_index("ix_matching_status", "matching", ["status", "id"])
    _create_matched_place()
    op.create_table(
        "left_without",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matching_id", sa.Integer(), nullable=False),
        sa.Column("young_person_id", sa.Integer(), nullable=False),
        sa.Column("had", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        _key("left_without", "matching_id", "matching"),
        _key("left_without", "young_person_id", "young_person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_left_without")),
        sa.UniqueConstraint("matching_id", "young_person_id", name="uq_left_without_person"),
    )
    op.create_index(op.f("ix_left_without_young_person_id"), "left_without", ["young_person_id"])


def _create_matched_place() -> None:
    op.create_table(
        "matched_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matching_id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("young_person_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("had", sa.Integer(), nullable=False),
        sa.Column("becomes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", _one_of("matchedstate", STATES), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=255), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('booked', 'returning', 'returned')) = (place_id IS NOT NULL)",
            name=op.f("ck_matched_place_booked_has_its_place"),
        ),
        sa.CheckConstraint("state <> 'refused' OR why IS NOT NULL", name=op.f("ck_matched_place_refused_says_why")),
        _key("matched_place", "matching_id", "matching"),
        _key("matched_place", "opportunity_id", "opportunity"),
        _key("matched_place", "young_person_id", "young_person"),
        _key("matched_place", "place_id", "place"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matched_place")),
        sa.UniqueConstraint("matching_id", "opportunity_id", "young_person_id", name="uq_matched_place_pair"),
        sa.UniqueConstraint("place_id", name=op.f("uq_matched_place_place_id")),
    )
    op.create_index(op.f("ix_matched_place_opportunity_id"), "matched_place", ["opportunity_id"])
    op.create_index(op.f("ix_matched_place_young_person_id"), "matched_place", ["young_person_id"])
    op.create_index("ix_matched_place_state", "matched_place", ["matching_id", "state", "id"])


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete="RESTRICT")


def _one_of(name: str, codes: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, length=32, create_constraint=True)


def downgrade() -> None:
    for table in ("left_without", "matched_place", "matching", "young_person_sector"):
        op.drop_table(table)
