"""Units of work, and what the database is asked to be."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import IntegrityError, StatementError

from crm.accounts.models import User
from crm.core.db import check_engine, check_version, committing, db, read_only, reading, set_up_sqlite
from crm.core.errors import EditedMeanwhile
from tests.conftest import CarefulClient, stored
from tests.factories import UserFactory

pytestmark = pytest.mark.usefixtures("database")


def names() -> list[str]:
    return [user.name for user in stored(User)]


def add(*names: str) -> None:
    for name in names:
        db.session.add(User(name=name, email=f"{name.lower()}@council.example", role="officer"))
        db.session.flush()


def test_a_unit_of_work_is_saved_whole_or_not_at_all() -> None:
    with committing():
        add("Priya")
    with pytest.raises(IntegrityError), committing():
        add("Sam", "Priya")

    assert names() == ["Priya"]


def test_what_was_only_looked_up_is_let_go_of(app: Flask) -> None:
    with reading():
        assert names() == []
        assert db.session.query(User).count() == 0
        assert db.session().in_transaction()

    assert not db.session().in_transaction()


@contextmanager
def begun() -> Iterator[list[str]]:
    """How SQLite was told to begin."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_on_sqlite_who_writes_queues_at_the_start_and_who_reads_does_not(client: CarefulClient) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no such choice")
    client.sign_in(UserFactory.make())

    with begun() as reads:
        client.get("/account")
    with begun() as writes:
        client.post("/account/sign-ins/1/end", data={"submission_key": "k"})

    assert set(reads) == {"BEGIN"}
    assert set(writes) == {"BEGIN IMMEDIATE"}


def test_reading_first_and_writing_then_takes_a_new_transaction() -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no such choice")
    db.session.rollback()
    read_only(True)
    try:
        with begun() as seen:
            db.session.query(User).count()
            with committing():
                add("Priya")
    finally:
        read_only(False)

    assert seen == ["BEGIN", "BEGIN IMMEDIATE"]


def test_an_instant_needs_a_zone_and_comes_back_in_utc() -> None:
    there = timezone(timedelta(hours=2))
    with committing():
        add("Priya")
        db.session.query(User).one().disabled_at = datetime(2026, 11, 2, 11, 0, tzinfo=there)

    (user,) = stored(User)
    assert user.disabled_at == datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    assert user.disabled_at.tzinfo is UTC

    with pytest.raises(StatementError, match="without a zone"), committing():
        db.session.query(User).one().disabled_at = datetime(2026, 11, 2, 9, 0)  # noqa: DTZ001  # that is the point


def test_a_stranger_in_a_list_of_choices_is_refused_by_the_database() -> None:
    add("Priya")
    db.session.commit()

    with pytest.raises(IntegrityError):
        db.session.execute(text("""UPDATE "user" SET role = 'emperor'"""))


def test_an_edit_of_an_older_version_is_refused() -> None:
    user = UserFactory.make()

    check_version(user, user.version)
    with pytest.raises(EditedMeanwhile):
        check_version(user, user.version - 1)
    with pytest.raises(EditedMeanwhile):
        check_version(user, None)


def test_of_two_overlapping_edits_the_second_is_told(app: Flask) -> None:
    """Both have read the row before either writes. On SQLite they queue, so there only one gets as far as writing."""
    user_id = UserFactory.make(name="Priya").id
    db.session.commit()
    together, outcomes = threading.Barrier(2), []

    def edit(name: str) -> None:
        with app.app_context():
            with reading():
                seen = db.session.get_one(User, user_id).version
            together.wait()
            try:
                with committing():
                    user = db.session.get_one(User, user_id)
                    check_version(user, seen)
                    user.name = name
            except EditedMeanwhile:
                outcomes.append("refused")
            else:
                outcomes.append(name)

    editors = [threading.Thread(target=edit, args=(name,)) for name in ("Anna", "Bela")]
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join()

    assert sorted(outcomes) in (["Anna", "refused"], ["Bela", "refused"])
    assert names() == [name for name in outcomes if name != "refused"]


def test_sqlite_runs_in_its_safe_mode(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("about SQLite")
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 10000}

    found = {pragma: db.session.execute(text(f"PRAGMA {pragma}")).scalar() for pragma in wanted}

    assert found == wanted


@pytest.mark.parametrize(
    "unsafe", ["synchronous=NORMAL", "foreign_keys=OFF", "journal_mode=DELETE", "secure_delete=OFF"]
)
def test_a_sqlite_file_that_could_lose_data_is_not_served(tmp_path: Path, unsafe: str) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/unsafe.db")

    @event.listens_for(engine, "connect")
    def spoil(connection: object, _record: object) -> None:
        set_up_sqlite(connection, None)
        connection.execute(f"PRAGMA {unsafe}")  # type: ignore[attr-defined]  # sqlite3's own connection

    try:
        with pytest.raises(RuntimeError, match=unsafe.partition("=")[0]):
            check_engine(engine)
    finally:
        engine.dispose()


def test_postgresql_gives_up_on_what_takes_too_long(app: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("about PostgreSQL")
    wanted = {
        "statement_timeout": "15s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "30s",
        "TimeZone": "UTC",
        "transaction_isolation": "read committed",
    }

    assert {name: db.session.execute(text(f"SHOW {name}")).scalar() for name in wanted} == wanted
