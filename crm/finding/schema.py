"""Making the index, and keeping it in step with what it describes, whichever database it is in.

`without_triggers` and `keep_in_step` go round every migration (migrations/env.py): SQLite drops the triggers of a table
that is rebuilt, and PostgreSQL no column that a trigger watches. So they step aside, come back, and the index is filled
anew; no migration needs to think of them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from crm.finding import postgresql, sqlite
from crm.finding.sources import SOURCES

NEEDS_TRIGRAMS = (
    "The search needs PostgreSQL’s extension pg_trgm, and this database user may not add it. Have an administrator of "
    "the database run CREATE EXTENSION pg_trgm; in this database, then run flask --app wsgi db upgrade again."
)


@contextmanager
def without_triggers(connection: Connection) -> Iterator[None]:
    """Take every trigger of the index away while tables change."""
    drop_triggers(connection)
    yield


def keep_in_step(connection: Connection, *, changed: bool) -> None:
    """After a migration: make what is missing of the index, and fill it anew if anything changed.

    Where the migrations have not come as far as the index, or have gone back past what it reads, nothing of it is left.
    """
    if not _is_wanted(connection):
        _remove(connection)
        return
    made = _make_tables(connection)
    make_triggers(connection)
    if made or changed:
        rebuild(connection)


def drop_triggers(connection: Connection) -> None:
    if _on_sqlite(connection):
        _run(connection, (f"DROP TRIGGER IF EXISTS {name}" for name in sqlite.triggers()))
    else:
        found = connection.execute(
            text("SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid")
        ).all()
        _run(
            connection, (f'DROP TRIGGER {name} ON "{table}"' for name, table in found if name in postgresql.triggers())
        )


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


def rebuild(connection: Connection) -> None:
    """Fill the whole index from what it describes. Safe to repeat."""
    if not _on_sqlite(connection):
        _run(connection, (*postgresql.refill(), *postgresql.relearn()))
        return
    drop_triggers(connection)
    _run(connection, (*sqlite.refill(), *sqlite.relearn_without_triggers()))
    make_triggers(connection)


def tidy(connection: Connection) -> None:
    """Forget words that nothing contains any more, and on SQLite what deleted rows left in the index."""
    if _on_sqlite(connection):
        _run(connection, (*sqlite.relearn(), *sqlite.tidy()))
    else:
        _run(connection, postgresql.relearn())


def is_the_index(name: str | None, kind: str) -> bool:
    """Whether a table or an index is one that no model describes, for those who compare models with a database."""
    if kind == "table":
        roots = (*sqlite.TABLES, sqlite.VOCABULARY[0], "search_interaction")
        return name is not None and any(name == root or name.startswith(f"{root}_") for root in roots)
    return kind == "index" and name is not None and name.startswith("search_")


def _is_wanted(connection: Connection) -> bool:
    inspector = inspect(connection)
    tables = set(inspector.get_table_names())
    if not {"search_word", "interaction", *(source.table for source in SOURCES)} <= tables:
        return False
    read = [(source.table, source.columns) for source in SOURCES]
    read += [(source.joined_by[0], source.columns_beside) for source in SOURCES if source.joined_by]
    return all(set(columns) <= {column["name"] for column in inspector.get_columns(table)} for table, columns in read)


def _make_tables(connection: Connection) -> bool:
    """What no model describes. Returns whether anything had to be made."""
    if not _on_sqlite(connection):
        _add_trigrams(connection)
        has_log = "search_interaction" in inspect(connection).get_table_names()
        _run(connection, (*postgresql.functions(), *postgresql.indexes()))
        return not has_log
    found = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())
    missing = {name: sql for name, sql in sqlite.tables().items() if name not in found}
    _run(connection, missing.values())
    return bool(missing)


def _remove(connection: Connection) -> None:
    _run(connection, sqlite.drop_tables() if _on_sqlite(connection) else postgresql.drop_all())


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
