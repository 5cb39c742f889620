"""Fixtures every test may ask for, and a test client that is also a linter."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from config import Config
from crm.accounts.models import User
from crm.accounts.services.sign_ins import begin_sign_in
from crm.app import create_app
from crm.core import clock
from crm.core.db import Base, db, read_only
from tests.support.emptying import empty_tables, remember_defaults
from tests.support.postgres import postgres_url

ROOT = Path(__file__).parents[1]
MEMORY = Path("/dev/shm")  # commits wait for no disk there


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=("sqlite", "postgres"), default="sqlite", help="the database the suite runs on")
    parser.addoption("--rounds", type=int, help="run races so many times instead of the usual few")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A race marked `rounds(5)` is run five times, or as often as --rounds says."""
    marker = metafunc.definition.get_closest_marker("rounds")
    if marker is not None:
        metafunc.fixturenames.append("_round")
        metafunc.parametrize("_round", range(metafunc.config.getoption("--rounds") or marker.args[0]))


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    with ExitStack() as stack:
        if request.config.getoption("--db") == "postgres":
            yield stack.enter_context(postgres_url())
        else:
            folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
            yield f"sqlite:///{stack.enter_context(folder)}/test.db"


@pytest.fixture(scope="session")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a database made by its migrations."""
    app = create_app(Config.for_tests(database_url, INSTANCE=tmp_path_factory.mktemp("instance")))
    app.test_client_class = CarefulClient
    CarefulClient.checks_html = database_url.startswith("sqlite")  # what a page says knows no database: once is enough
    with app.app_context():
        upgrade(str(ROOT / "migrations"))
        remember_defaults()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def database(app: Flask) -> Iterator[None]:
    """An empty database but for the default lists, really committed to, emptied again afterwards."""
    read_only(False)
    with app.app_context():
        yield
        db.session.rollback()
        empty_tables()


@pytest.fixture
def client(app: Flask, database: None) -> "CarefulClient":
    client = app.test_client()
    assert isinstance(client, CarefulClient)
    return client


class CarefulClient(FlaskClient):
    """Fails the test if a page is malformed HTML, or if a view changed something and did not commit it."""

    checks_html = True

    def sign_in(self, user: User) -> User:
        token = begin_sign_in(user, at=clock.now())
        db.session.commit()
        with self.session_transaction() as cookie:
            cookie["_user_id"] = token
        return user

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.commit()  # what the test arranged; the view then sees it as any other process would
        with self.application.app_context(), _nothing_left_uncommitted():
            response = super().open(*args, **kwargs)
        read_only(False)
        if self.checks_html and response.mimetype == "text/html" and response.text:  # HEAD has none
            html5lib.HTMLParser(strict=True).parse(response.text)
        return response


@contextmanager
def _nothing_left_uncommitted() -> Iterator[None]:
    pending: set[Session] = set()

    def flushed(session: Session, _: object) -> None:
        pending.add(session)

    def settled(session: Session, *_: object) -> None:
        pending.discard(session)

    listeners = (("after_flush", flushed), ("after_commit", settled), ("after_rollback", settled))
    for name, listener in listeners:
        event.listen(Session, name, listener)
    try:
        yield
        pending.update({db.session()} if db.session.new or db.session.dirty or db.session.deleted else ())
    finally:
        for name, listener in listeners:
            event.remove(Session, name, listener)
    assert not pending, "a view changed the database outside `with committing()`"


@contextmanager
def counting_queries() -> Iterator[list[str]]:
    """Collect the statements run inside the block."""
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def stored(model: type[Base]) -> list[Any]:
    """Every row of a model, oldest first, as another process would see it."""
    db.session.rollback()
    return list(db.session.query(model).order_by(model.id))
