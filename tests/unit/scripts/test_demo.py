import contextlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import demo
import pytest
from progress import Step


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATABASE", "STATE", "SIGN_INS", "SECRET_KEY"):
        monkeypatch.setattr(demo, name, tmp_path / getattr(demo, name).name)
    return tmp_path


@pytest.fixture
def commands(instance: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What flask was asked to do; migrating makes the database."""
    asked: list[tuple[str, ...]] = []

    def run_flask(say: Callable[[str], None], _failure: str, *arguments: str) -> None:
        asked.append(arguments)
        if arguments == ("db", "upgrade"):
            migrate(demo._newest_migration())
        else:
            say("officer  officer@example.com  three random words\n")

    monkeypatch.setattr(demo, "_run_flask", run_flask)
    return asked


def migrate(version: str) -> None:
    with contextlib.closing(sqlite3.connect(demo.DATABASE)) as database:
        database.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT)")
        database.execute("DELETE FROM alembic_version")
        database.execute("INSERT INTO alembic_version VALUES (?)", (version,))
        database.commit()


def start(*, empty: bool = False) -> None:
    demo.bring_up_to_date(Step("Database"))
    demo.load_data(Step("Demo data"), empty=empty)


def test_demo_data_is_loaded_at_the_first_start_only(commands: list[tuple[str, ...]]) -> None:
    start()
    start()

    assert commands == [("db", "upgrade"), ("seed-demo",)]
    assert "officer@example.com" in demo.sign_ins()


def test_a_database_of_an_older_version_is_brought_up_to_date(commands: list[tuple[str, ...]]) -> None:
    start()
    migrate("0001")

    start()

    assert commands == [("db", "upgrade"), ("seed-demo",), ("db", "upgrade")]


def test_a_database_that_was_begun_empty_is_never_filled_later(commands: list[tuple[str, ...]]) -> None:
    start(empty=True)
    start()

    assert ("seed-demo",) not in commands


def test_an_interrupted_loading_is_begun_again_with_a_new_database(
    commands: list[tuple[str, ...]], instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo.DATABASE.write_text("half of the demo data")
    demo.STATE.write_text("loading")

    start()

    assert commands == [("db", "upgrade"), ("seed-demo",)]
    assert b"half of the demo data" not in demo.DATABASE.read_bytes()


def test_starting_over_removes_the_demo_database_and_nothing_else(instance: Path) -> None:
    for name in ("demo.db", "demo.db-wal", "demo.db-shm", "demo-data", "threefold.db", "demo-secret-key"):
        (instance / name).touch()

    demo.remove_database()

    assert sorted(path.name for path in instance.iterdir()) == ["demo-secret-key", "threefold.db"]


@pytest.mark.skipif(os.name == "nt", reason="modes are a POSIX matter")
def test_the_secret_key_is_made_once_and_is_for_its_owner_only(instance: Path) -> None:
    first, second = demo.settings()["SECRET_KEY"], demo.settings()["SECRET_KEY"]

    assert first == second
    assert len(first) >= demo.SHORTEST_SECRET_KEY
    assert demo.SECRET_KEY.stat().st_mode & 0o777 == 0o600
