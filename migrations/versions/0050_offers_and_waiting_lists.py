"""Places that are offered until a day or wait for a seat; over-delivery that was chosen; what a lost place was."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

ENDED = "status IN ('declined', 'withdrawn', 'cancelled')"
NEW_COLUMNS: tuple[tuple[str, sa.types.TypeEngine[object]], ...] = (
    ("answer_by", sa.Date()),
    ("waits_for", sa.String(length=32)),
    ("waiting_since", sa.DateTime(timezone=True)),
    ("moved_up_at", sa.DateTime(timezone=True)),
    ("passed_over", sa.Text()),
    ("ended_from", sa.String(length=32)),
)
CHECKS = {
    "ended_with_side_and_reason": (
        "status NOT IN ('declined', 'withdrawn', 'cancelled') OR (ended_side IS NOT NULL"
        " AND ended_reason IS NOT NULL AND ended_at IS NOT NULL AND ended_from IS NOT NULL)"
    ),
    "an_offer_has_its_day": "(status = 'offered') = (answer_by IS NOT NULL)",
    "waits_for_something": (
        "(status = 'waitlisted') = (waits_for IS NOT NULL) AND (waits_for IS NULL OR waiting_since IS NOT NULL)"
        " AND (waits_for IS NULL OR waits_for IN ('offered', 'confirmed'))"
    ),
    "ended_from_what_can_end": (
        "ended_from IS NULL OR ended_from IN ('requested', 'offered', 'confirmed', 'waitlisted')"
    ),
    "passed_over_while_waiting": "passed_over IS NULL OR status = 'waitlisted'",
    "over_delivery_of_a_line": "NOT is_over_delivery OR pledge_line_id IS NOT NULL",
}
BEFORE = "cancelled_with_side_and_reason"


def upgrade() -> None:
    with op.batch_alter_table("place") as table:
        table.add_column(sa.Column("is_over_delivery", sa.Boolean(), server_default=sa.false(), nullable=False))
        for name, kind in NEW_COLUMNS:
            table.add_column(sa.Column(name, kind, nullable=True))
    # Until now there was nothing but confirmed places. Nobody will ask for a day to answer what was never asked.
    op.execute(f"UPDATE place SET ended_from = 'confirmed' WHERE {ENDED}")
    op.execute(
        "UPDATE place SET ended_side = COALESCE(ended_side, 'other'), ended_reason = COALESCE(ended_reason, ''), "
        f"ended_at = COALESCE(ended_at, updated_at) WHERE {ENDED}"
    )
    op.execute("UPDATE place SET answer_by = CURRENT_DATE WHERE status = 'offered'")
    op.execute("UPDATE place SET waits_for = 'confirmed', waiting_since = created_at WHERE status = 'waitlisted'")
    with op.batch_alter_table("place") as table:
        table.drop_constraint(op.f(f"ck_place_{BEFORE}"), type_="check")
        for name, rule in CHECKS.items():
            table.create_check_constraint(op.f(f"ck_place_{name}"), rule)
    op.create_index("ix_place_answer_by", "place", ["answer_by", "id"])
    op.create_index("ix_place_ended", "place", ["ended_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_place_ended", table_name="place")
    op.drop_index("ix_place_answer_by", table_name="place")
    with op.batch_alter_table("place") as table:
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck_place_{name}"), type_="check")
        table.create_check_constraint(
            op.f(f"ck_place_{BEFORE}"),
            "status <> 'cancelled' OR (ended_side IS NOT NULL AND ended_reason IS NOT NULL)",
        )
        for name in ("is_over_delivery", *(name for name, _ in NEW_COLUMNS)):
            table.drop_column(name)
