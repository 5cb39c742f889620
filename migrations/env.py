"""Runs migrations. On SQLite with foreign keys off, because rebuilding a parent table would empty its children."""

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from crm.core.db import Base, UtcDateTime
from crm.employers.guards import without_guards
from crm.finding.schema import is_the_index, keep_in_step, without_triggers
from crm.interactions.latest import without_latest

database = current_app.extensions["migrate"].db


def render_item(kind: str, thing: Any, _autogen: Any) -> str | Literal[False]:
    """Write our own column types as what they are to the database."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def belongs_to_a_model(name: str | None, kind: str, _parents: Any) -> bool:
    return not is_the_index(name, kind)


def switch_foreign_keys_off(connection: Connection) -> None:
    """Raises RuntimeError when they stay on: then a table rebuild would silently delete rows elsewhere."""
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    if connection.exec_driver_sql("PRAGMA foreign_keys").scalar():
        raise RuntimeError("SQLite keeps its foreign keys on, so migrating could lose rows. Nothing was changed.")


def check_foreign_keys(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise RuntimeError(f"The migration would leave rows without their parents: {orphans[:5]}. Nothing was changed.")


def migrate(connection: Connection) -> None:
    heads = context.get_context().get_current_heads
    before = heads()
    with without_guards(connection), without_triggers(connection), without_latest(connection):
        context.run_migrations()
    keep_in_step(connection, changed=heads() != before)


def run_migrations() -> None:
    engine = database.engine
    on_sqlite = engine.dialect.name == "sqlite"
    # The pragma is heard only outside a transaction, so on SQLite we say BEGIN ourselves.
    with engine.connect().execution_options(says_begin_itself=on_sqlite) as connection:
        if on_sqlite:
            switch_foreign_keys_off(connection)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            render_as_batch=True,
            compare_type=True,
            include_name=belongs_to_a_model,
            transactional_ddl=not on_sqlite,
        )
        try:
            with context.begin_transaction():
                migrate(connection)
            if on_sqlite:
                check_foreign_keys(connection)
                connection.exec_driver_sql("COMMIT")
        except BaseException:
            if on_sqlite:
                connection.exec_driver_sql("ROLLBACK")
            raise
        finally:
            connection.invalidate()  # no foreign keys, or no time limit: it must not go back into the pool


run_migrations()
