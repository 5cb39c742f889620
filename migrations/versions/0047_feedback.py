"""What providers say of opportunities, and on whose word places were marked."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

PLACE_STATUSES = (
    "requested",
    "offered",
    "confirmed",
    "attended",
    "part_attended",
    "no_show",
    "declined",
    "withdrawn",
    "cancelled",
    "waitlisted",
)


def upgrade() -> None:
    op.create_table(
        "provider_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("went_well", sa.Text(), nullable=False),
        sa.Column("to_change", sa.Text(), nullable=False),
        sa.Column("said_by_id", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        _written("created_at"),
        _written("updated_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_provider_word_rating_in_range")),
        _key("provider_word", "opportunity_id", "opportunity"),
        _key("provider_word", "provider_id", "provider"),
        _key("provider_word", "said_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_word")),
        sa.UniqueConstraint("opportunity_id", "provider_id", name="uq_provider_word_of_a_provider"),
    )
    op.create_index(op.f("ix_provider_word_provider_id"), "provider_word", ["provider_id"])
    op.create_index(op.f("ix_provider_word_said_by_id"), "provider_word", ["said_by_id"])
    op.create_table(
        "attendance_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("side", _one_of("markedby", ("council", "provider")), nullable=False),
        sa.Column("status", _one_of("placestatus", PLACE_STATUSES), nullable=False),
        sa.Column("came", sa.Integer(), nullable=True),
        sa.Column("marked_by_id", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('attended', 'part_attended', 'no_show')", name=op.f("ck_attendance_mark_is_marked")
        ),
        _key("attendance_mark", "place_id", "place"),
        _key("attendance_mark", "marked_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_mark")),
        sa.UniqueConstraint("place_id", "side", name="uq_attendance_mark_of_a_side"),
    )
    op.create_index(op.f("ix_attendance_mark_marked_by_id"), "attendance_mark", ["marked_by_id"])


def _written(column: str) -> sa.Column[sa.DateTime]:
    return sa.Column(column, sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False)


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete="RESTRICT")


def _one_of(name: str, codes: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, length=32, create_constraint=True)


def downgrade() -> None:
    op.drop_table("attendance_mark")
    op.drop_table("provider_word")
