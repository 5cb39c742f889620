"""`employer.last_contact_on`: the day of the newest entry in the contact log, kept by the database itself.

Working it out for each of 100,000 employers takes a fifth of a second whenever a list is sorted by it. Triggers keep it
whoever writes the log: a form, an import, a merge. They raise no version: an edit that is open is not disturbed.
`migrations/env.py` takes them away before it migrates and makes them again afterwards: SQLite renames no table that a
trigger elsewhere speaks of, and forgets the triggers of one that is rebuilt.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, inspect

FUNCTION = "keep_last_contact"
EVENTS = {"insert": "INSERT", "update": "UPDATE OF happened_on, employer_id", "delete": "DELETE"}
LATER = (
    "UPDATE employer SET last_contact_on = NEW.happened_on WHERE id = NEW.employer_id "
    "AND (last_contact_on IS NULL OR last_contact_on < NEW.happened_on);"
)
AGAIN = (
    "UPDATE employer SET last_contact_on = "
    "(SELECT MAX(happened_on) FROM interaction WHERE employer_id = {row}.employer_id) WHERE id = {row}.employer_id;"
)
DOES = {
    "insert": LATER,
    "update": AGAIN.format(row="OLD") + AGAIN.format(row="NEW"),
    "delete": AGAIN.format(row="OLD"),
}
# The lock makes what follows see an entry that somebody else is saving; on an INSERT the condition is asked again.
ON_POSTGRESQL = f"""
CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'INSERT' THEN {LATER} RETURN NULL; END IF;
PERFORM 1 FROM employer WHERE id = OLD.employer_id OR (TG_OP = 'UPDATE' AND id = NEW.employer_id)
ORDER BY id FOR NO KEY UPDATE;
{AGAIN.format(row="OLD")}
IF TG_OP = 'UPDATE' THEN {AGAIN.format(row="NEW")} END IF;
RETURN NULL; END $$
"""


@contextmanager
def without_latest(connection: Connection) -> Iterator[None]:
    """Take the triggers away while tables change, and make them afterwards where there is something to keep."""
    on_sqlite = connection.dialect.name == "sqlite"
    present = {"interaction"} & set(inspect(connection).get_table_names())
    for name in EVENTS if present else ():
        on = "" if on_sqlite else " ON interaction"
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {_name(name)}{on}")
    if not on_sqlite:
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {FUNCTION}()")
    yield
    if _is_wanted(connection):
        _make(connection)


def _make(connection: Connection) -> None:
    on_sqlite = connection.dialect.name == "sqlite"
    if not on_sqlite:
        connection.exec_driver_sql(ON_POSTGRESQL)
    for name, event in EVENTS.items():
        does = f"BEGIN {DOES[name]} END" if on_sqlite else f"FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()"
        connection.exec_driver_sql(f"CREATE TRIGGER {_name(name)} AFTER {event} ON interaction {does}")


def _name(event: str) -> str:
    return f"{FUNCTION}_{event}"


def _is_wanted(connection: Connection) -> bool:
    inspector = inspect(connection)
    if not {"employer", "interaction"} <= set(inspector.get_table_names()):
        return False
    return "last_contact_on" in {each["name"] for each in inspector.get_columns("employer")}
