"""The database: one declarative base, one session, one place that commits."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, Enum, MetaData, String, TypeDecorator, event, func
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, registry
from sqlalchemy.orm.exc import StaleDataError

from crm.core.errors import EditedMeanwhile

# Named constraints let a migration drop what an earlier one created, on every database.
NAMING_CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Goes in with a zone, comes out in UTC, whatever the database forgets in between."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A datetime without a zone is not an instant.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


class Base(DeclarativeBase):
    """Parent of every model. Enums are stored by value and checked, datetimes keep their zone."""

    # On the registry, not the class: Flask-SQLAlchemy copies the class, and SQLAlchemy refuses a second map.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING_CONVENTION),
        type_annotation_map={
            str: String(255),
            datetime: UtcDateTime(),
            StrEnum: Enum(StrEnum, native_enum=False, length=32, values_callable=values, create_constraint=True),
        },
    )

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"


class Timestamped:
    """Adds when a row was first written and last changed (both UTC)."""

    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now(), sort_order=91)


class Versioned:
    """Adds a version that every save raises, so that of two overlapping edits the second is noticed."""

    version: Mapped[int] = mapped_column(sort_order=92)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805  # a declared_attr is given the class
        return {"version_id_col": cls.version}


class Audited:
    """Marks a model whose every change `crm.audit` writes down."""

    # Parent table and the column that holds its id: the parent's history shows this row's changes too.
    __history_parent__: ClassVar[tuple[str, str] | None] = None
    # Columns whose values are nobody's business, and list relationships shown by the named attribute.
    __history_hides__: ClassVar[frozenset[str]] = frozenset()
    __history_lists__: ClassVar[dict[str, str]] = {}


db = SQLAlchemy(model_class=Base)

_reading: ContextVar[bool] = ContextVar("reading", default=False)


def read_only(only: bool) -> None:
    """Say whether this thread's next transactions only read (GET requests), so that SQLite need not queue them."""
    _reading.set(only)


@contextmanager
def reading() -> Iterator[None]:
    """A read-only transaction of its own, ended with the block: for looking something up before a slow step."""
    before = _reading.get()
    _reading.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        _reading.set(before)


@contextmanager
def committing() -> Iterator[None]:
    """Run one unit of work: commit if the block succeeds, roll back if it raises.

    This is the only commit in the application (tests/architecture/test_transactions.py says so). Views and
    commands open it, and so does `crm.core.batch` for jobs and imports; services never do, so services compose.

    Raises EditedMeanwhile when a versioned row was changed by somebody else between reading and writing.
    """
    before = _reading.get()
    if before:
        db.session.rollback()  # what was only reading could not be upgraded to writing without risking a deadlock
        _reading.set(False)
    try:
        yield
        db.session.commit()
    except StaleDataError as error:
        db.session.rollback()
        raise EditedMeanwhile("Somebody else saved this while you were working on it.") from error
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _reading.set(before)


def check_version(row: Versioned, seen: int | None) -> None:
    """Raise EditedMeanwhile unless the form that is being saved was opened on the row as it is now."""
    if row.version != seen:
        raise EditedMeanwhile("Somebody else saved this while you were working on it.")


@event.listens_for(Engine, "connect")
def set_up_sqlite(connection: object, _record: object) -> None:
    """FULL because NORMAL loses the last commits in a power cut; foreign keys because SQLite forgets them."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def begin_sqlite(connection: Connection) -> None:
    """Writers take the lock when they begin: upgrading half-way fails at once instead of waiting its turn."""
    if connection.dialect.name == "sqlite" and not connection.get_execution_options().get("says_begin_itself"):
        connection.exec_driver_sql("BEGIN" if _reading.get() else "BEGIN IMMEDIATE")
        # Learns here that another process changed a table. FTS5 learns it half-way through another statement, and that
        # then fails with "no such table".
        connection.connection.cursor().execute("SELECT 1 FROM sqlite_master WHERE 0")


SAFE_SQLITE = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def check_engine(engine: Engine) -> None:
    """Refuse to start on a SQLite file that cannot be had in its safe mode. Raises RuntimeError."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        for pragma, wanted in SAFE_SQLITE.items():
            found = connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
            if found != wanted:
                raise RuntimeError(f"SQLite runs with {pragma}={found}, but Threefold needs {wanted}.")
