"""Emptying the tables between tests, and putting back the lists that the migrations brought."""

from typing import Any

from sqlalchemy import Table, insert, select, text

from crm.core.db import Base, db

DEFAULTS = ("sector", "size_band", "quick_entry", "pledge_statement")
_remembered: dict[str, list[dict[str, Any]]] = {}


def remember_defaults() -> None:
    for name in DEFAULTS:
        rows = db.session.execute(select(Base.metadata.tables[name])).mappings()
        _remembered[name] = [dict(row) for row in rows]
    db.session.rollback()


def empty_tables() -> None:
    """Delete everything. History and decided pledges refuse to be deleted, as they should: the triggers step aside.

    Those that keep the search in step stay: they forget what is deleted.
    """
    if db.engine.dialect.name == "postgresql":
        _empty_postgresql()
    else:
        _empty_sqlite()
    for name, rows in _remembered.items():
        db.session.execute(insert(Base.metadata.tables[name]), rows)
    db.session.commit()


def _empty_postgresql() -> None:
    """Deleting a few rows is much faster than truncating, but only a superuser may pass by triggers and keys."""
    tables = [f'"{table.name}"' for table in Base.metadata.sorted_tables]
    if db.session.scalar(text("SELECT current_setting('is_superuser')")) == "on":
        deletions = "; ".join(f"DELETE FROM {table}" for table in tables)
        db.session.execute(text(f"SET LOCAL session_replication_role = replica; {deletions}"))
        db.session.execute(text("SET LOCAL session_replication_role = origin"))
    else:
        db.session.execute(text(f"TRUNCATE {', '.join(tables)}"))


def _empty_sqlite() -> None:
    refusing = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name NOT LIKE 'search%'"
    triggers = db.session.execute(text(refusing)).all()
    for name, _ in triggers:
        db.session.execute(text(f"DROP TRIGGER {name}"))
    db.session.execute(text("UPDATE pledge_line SET first_line_id = NULL"))
    db.session.execute(text("UPDATE employer SET merged_into_id = NULL"))
    for table in reversed(Base.metadata.sorted_tables):
        _delete(table)
    for _, sql in triggers:
        db.session.execute(text(sql))


def _delete(table: Table) -> None:
    db.session.execute(table.delete())
