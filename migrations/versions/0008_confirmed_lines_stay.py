"""A decided version of a pledge stays as it is: the database refuses to change, add or remove its lines.

A later migration that rebuilds `pledge` or `pledge_line` on SQLite must make these triggers again.
"""

from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None

LINES = "the lines of a decided pledge never change"
STATUS = "a decided pledge is never open again"
# Which rows of pledge_line each event touches: a line may not leave a decided version, nor come to one.
SEEN_BY = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event, rows in SEEN_BY.items():
            decided = " OR ".join(
                f"(SELECT status FROM pledge WHERE id = {row}.pledge_id) NOT IN ('draft', 'sent')" for row in rows
            )
            op.execute(
                f"CREATE TRIGGER pledge_line_refuses_{event.lower()} BEFORE {event} ON pledge_line "
                f"WHEN {decided} BEGIN SELECT RAISE(ABORT, '{LINES}'); END"
            )
        op.execute(
            "CREATE TRIGGER pledge_stays_decided BEFORE UPDATE OF status ON pledge "
            "WHEN OLD.status NOT IN ('draft', 'sent') AND NEW.status IN ('draft', 'sent') "
            f"BEGIN SELECT RAISE(ABORT, '{STATUS}'); END"
        )
        return
    for event, rows in SEEN_BY.items():
        name = f"pledge_line_refuses_{event.lower()}"
        ids = ", ".join(f"{row}.pledge_id" for row in rows)
        result = "OLD" if event == "DELETE" else "NEW"
        # FOR SHARE waits for a confirmation that is going on, and then sees it.
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE state text; BEGIN "
            f"FOR state IN SELECT status FROM pledge WHERE id IN ({ids}) FOR SHARE LOOP "
            f"IF state NOT IN ('draft', 'sent') THEN RAISE EXCEPTION '{LINES}' USING ERRCODE = 'check_violation'; "
            f"END IF; END LOOP; RETURN {result}; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON pledge_line FOR EACH ROW EXECUTE FUNCTION {name}()")
    op.execute(
        "CREATE FUNCTION pledge_stays_decided() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF OLD.status NOT IN ('draft', 'sent') AND NEW.status IN ('draft', 'sent') THEN "
        f"RAISE EXCEPTION '{STATUS}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER pledge_stays_decided BEFORE UPDATE OF status ON pledge "
        "FOR EACH ROW EXECUTE FUNCTION pledge_stays_decided()"
    )


def downgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name in (
        *(("pledge_line", f"pledge_line_refuses_{event.lower()}") for event in SEEN_BY),
        ("pledge", "pledge_stays_decided"),
    ):
        op.execute(f"DROP TRIGGER {name}" if on_sqlite else f"DROP TRIGGER {name} ON {table}")
        if not on_sqlite:
            op.execute(f"DROP FUNCTION {name}()")
