"""Making the index, and keeping it in step with what it describes, whichever database it is in.

`keep_in_step` runs after every migration (migrations/env.py): on SQLite a migration that rebuilds a table drops the
triggers on it, and without them the index would silently fall behind.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from crm.finding import postgresql, sqlite

NEEDS_TRIGRAMS = (
    "The search needs PostgreSQL’s extension pg_trgm, and this database user may not add it. Have an administrator of "
    "the database run CREATE EXTENSION pg_trgm; in this database, then run flask --app wsgi db upgrade again."
)


def create(connection: Connection) -> None:
    """Make what no model describes, then fill it. Our own tables must be there, and the tables they describe."""
    if _on_sqlite(connection):
        _run(connection, sqlite.tables())
    else:
        _add_trigrams(connection)
        _run(connection, (*postgresql.functions(), *postgresql.indexes()))
    make_triggers(connection)
    rebuild(connection)


def drop(connection: Connection) -> None:
    """Undo `create`. The extension stays: others may use it."""
    if _on_sqlite(connection):
        _run(connection, (f"DROP TRIGGER IF EXISTS {name}" for name in sqlite.triggers()))
        _run(connection, sqlite.drop_tables())
    else:
        _run(connection, postgresql.drop_all())


def missing_triggers(connection: Connection) -> set[str]:
    """The names of triggers that ought to be there and are not."""
    if _on_sqlite(connection):
        found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
        return set(sqlite.triggers()) - set(found)
    found = connection.execute(text("SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'")).scalars()
    return set(postgresql.triggers()) - set(found)


def make_triggers(connection: Connection) -> set[str]:
    """Make those that are missing. Returns their names."""
    missing = missing_triggers(connection)
    if _on_sqlite(connection):
        known = sqlite.triggers()
    else:
        _run(connection, postgresql.trigger_functions())
        known = postgresql.triggers()
    _run(connection, (known[name] for name in sorted(missing)))
    return missing


def keep_in_step(connection: Connection) -> None:
    """After a migration: make the triggers that it dropped, and fill the index anew if there were any."""
    if "search_word" in inspect(connection).get_table_names() and make_triggers(connection):
        rebuild(connection)


def rebuild(connection: Connection) -> None:
    """Fill the whole index from what it describes. Safe to repeat."""
    dialect = sqlite if _on_sqlite(connection) else postgresql
    _run(connection, (*dialect.refill(), *dialect.relearn()))


def tidy(connection: Connection) -> None:
    """Forget words that nothing contains any more, and on SQLite what deleted rows left in the index."""
    if _on_sqlite(connection):
        _run(connection, (*sqlite.relearn(), *sqlite.tidy()))
    else:
        _run(connection, postgresql.relearn())


def is_the_index(name: str | None, kind: str) -> bool:
    """Whether a table or an index is one that no model describes, for those who compare models with a database."""
    if kind == "table":
        roots = (*sqlite.TABLES, sqlite.VOCABULARY[0])
        return name is not None and any(name == root or name.startswith(f"{root}_") for root in roots)
    return kind == "index" and name is not None and name.startswith("search_")


def _add_trigrams(connection: Connection) -> None:
    if connection.execute(text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")).scalar():
        return
    try:
        connection.execute(text("CREATE EXTENSION pg_trgm"))
    except DBAPIError as error:
        raise RuntimeError(NEEDS_TRIGRAMS) from error


def _run(connection: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        # The driver would take a per cent sign for a parameter's.
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def _on_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"
