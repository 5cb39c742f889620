"""A pledge may be what an employer offers instead of what it was asked for.

SQLite rebuilds `pledge` for its new list of states, so the triggers of 0008 that speak of it are made again.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BEFORE = ("draft", "sent", "confirmed", "declined", "superseded", "withdrawn")
AFTER = ("draft", "sent", "offered", "confirmed", "declined", "superseded", "withdrawn")


def upgrade() -> None:
    with made_again_on_sqlite():
        allow(AFTER)
        one_open("status IN ('draft', 'sent', 'offered')")


def downgrade() -> None:
    op.execute(
        "UPDATE pledge SET status = 'withdrawn', ended_reason = 'Offered by the employer, and not decided' "
        "WHERE status = 'offered'"
    )
    with made_again_on_sqlite():
        allow(BEFORE)
        one_open("status IN ('draft', 'sent')")


def allow(states: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{each}'" for each in states)
    with op.batch_alter_table("pledge") as table:
        table.drop_constraint(op.f("ck_pledge_pledgestatus"), type_="check")
        table.create_check_constraint(op.f("ck_pledge_pledgestatus"), f"status IN ({listed})")


def one_open(condition: str) -> None:
    where = sa.text(condition)
    op.drop_index("uq_pledge_open", table_name="pledge")
    op.create_index(
        "uq_pledge_open",
        "pledge",
        ["employer_id", "academic_year"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


@contextmanager
def made_again_on_sqlite() -> Iterator[None]:
    """Triggers that speak of a table stand in the way of rebuilding it; those on it vanish with it."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        yield
        return
    triggers = bind.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' "
        "AND (name LIKE 'pledge_line_refuses_%' OR name = 'pledge_stays_decided')"
    ).fetchall()
    for name, _ in triggers:
        op.execute(f"DROP TRIGGER {name}")
    yield
    for _, statement in triggers:
        op.execute(statement)
