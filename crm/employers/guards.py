"""Nothing is ever added to an employer that was merged away: triggers on every column that names an employer.

`migrations/env.py` takes the triggers away before it migrates and makes them again afterwards, for the keys the
database has then. So a later table is guarded without anybody thinking of it, and so is one that SQLite rebuilt. A
contact or a site counts as its employer: what names a contact that stayed behind at a merge is refused too.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event, inspect
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import IntegrityError

from crm.core.errors import MergedMeanwhile

REFUSAL = "an employer that was merged away takes nothing any more"
PREFIX = "not_merged_away"
FUNCTION = "refuse_merged_away"
# What a key leads to, and the employer behind it, of the row that :key names.
LEADS_TO = {
    "employer": "SELECT e.merged_into_id FROM employer e WHERE e.id = {key}",
    "contact": "SELECT e.merged_into_id FROM contact t JOIN employer e ON e.id = t.employer_id WHERE t.id = {key}",
    "site": "SELECT e.merged_into_id FROM site t JOIN employer e ON e.id = t.employer_id WHERE t.id = {key}",
}

ON_SQLITE = (
    "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, 15) = 'not_merged_away'"
)
ON_POSTGRESQL = (
    "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE NOT t.tgisinternal AND substr(t.tgname, 1, 15) = 'not_merged_away'"
)


def guarded_keys(connection: Connection) -> Iterator[tuple[str, str, str]]:
    """Table, column and referred table of every foreign key to be guarded, as the database has them now."""
    inspector = inspect(connection)
    tables = inspector.get_table_names()
    if "employer" not in tables or "merged_into_id" not in {each["name"] for each in inspector.get_columns("employer")}:
        return
    for table in sorted(tables):
        for key in inspector.get_foreign_keys(table):
            if key["referred_table"] in LEADS_TO:
                yield table, key["constrained_columns"][0], key["referred_table"]


def guard_name(table: str, column: str, event_: str) -> str:
    """What a trigger is called: SQLite has one for each event, PostgreSQL one for both."""
    return f"{PREFIX}_{table}_{column}{event_}"


@contextmanager
def without_guards(connection: Connection) -> Iterator[None]:
    """Take the guards away while tables change, and make those that are needed afterwards.

    SQLite renames no table that a trigger elsewhere speaks of, and forgets the triggers of a rebuilt one.
    """
    drop_guards(connection)
    yield
    make_guards(connection)


def make_guards(connection: Connection) -> None:
    """Create every guard. There must be none: see `drop_guards`."""
    keys = list(guarded_keys(connection))
    if connection.dialect.name == "sqlite":
        for table, column, referred in keys:
            check = LEADS_TO[referred].format(key=f'NEW."{column}"')
            for name, when in (("_insert", "INSERT"), ("_update", f'UPDATE OF "{column}"')):
                connection.exec_driver_sql(
                    f'CREATE TRIGGER {guard_name(table, column, name)} BEFORE {when} ON "{table}" '
                    f"WHEN ({check}) IS NOT NULL BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                )
        return
    if keys:
        connection.exec_driver_sql(_function())
    for table, column, referred in keys:
        connection.exec_driver_sql(
            f'CREATE TRIGGER {guard_name(table, column, "")} BEFORE INSERT OR UPDATE OF "{column}" ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION {FUNCTION}('{column}', '{referred}')"
        )


def drop_guards(connection: Connection) -> None:
    """Take every guard away, whichever there are."""
    for table, name in existing_guards(connection):
        on = f' ON "{table}"' if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"{on}')
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {FUNCTION}()")


def existing_guards(connection: Connection) -> list[tuple[str, str]]:
    """Table and name of every guard in the database."""
    statement = ON_SQLITE if connection.dialect.name == "sqlite" else ON_POSTGRESQL
    return [(table, name) for table, name in connection.exec_driver_sql(statement)]


def _function() -> str:
    """FOR KEY SHARE waits for a merge that is going on, and then sees it; two that only add do not wait."""
    looks = " ".join(
        f"{'IF' if place == 0 else 'ELSIF'} TG_ARGV[1] = '{referred}' THEN "
        f"{statement.format(key='key').replace('SELECT e.merged_into_id', 'SELECT e.merged_into_id INTO survivor')} "
        "FOR KEY SHARE OF e;"
        for place, (referred, statement) in enumerate(LEADS_TO.items())
    )
    return (
        f"CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "DECLARE key bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint; survivor integer; BEGIN "
        f"IF key IS NULL THEN RETURN NEW; END IF; {looks} END IF; "
        f"IF survivor IS NOT NULL THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'check_violation'; END IF; "
        "RETURN NEW; END $$"
    )


@event.listens_for(Engine, "handle_error")
def tell_a_merge(context: ExceptionContext) -> None:
    """Say what a guard refused in a way that no service mistakes for a constraint of its own."""
    if isinstance(context.sqlalchemy_exception, IntegrityError) and REFUSAL in str(context.original_exception):
        raise MergedMeanwhile("Somebody merged this employer into another one just now.") from None
