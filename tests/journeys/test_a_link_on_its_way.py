"""A link from the press of a button to its reader, through a real mail server, and where it leaves no trace."""

import io
import logging
import re
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, make_url, text

from crm.answering.services import give_answer, send
from crm.core import clock
from crm.core.access import Role
from crm.core.db import committing, db
from crm.core.tokens import hash_token
from crm.employers.models import LegalForm
from crm.links.models import LinkPurpose
from crm.links.queries import live
from crm.notifications.jobs import send_due_emails
from crm.pledges.models import PledgeStatus
from crm.pledges.queries import get_pledge
from tests.conftest import CarefulClient
from tests.factories import ContactFactory, EmployerFactory, PledgeFactory, PledgeLineFactory, UserFactory
from tests.integration.answering.answering import YES, link_and_pledge
from tests.support.smtp import Server, smtp_server

LINK = re.compile(r"/(answer|receipt|undo|stop|hub|password)/([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])")


@pytest.fixture
def server(app: Flask, database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with smtp_server() as server:
        monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://127.0.0.1:{server.port}")
        yield server


@pytest.fixture
def log(app: Flask) -> Iterator[io.StringIO]:
    """Everything that any logger says, of SQLAlchemy's statements with their parameters too."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root, statements = logging.getLogger(), logging.getLogger("sqlalchemy.engine")
    root.addHandler(handler)
    levels = root.level, statements.level
    root.setLevel(logging.DEBUG)
    statements.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(levels[0])
    statements.setLevel(levels[1])


def everything_stored() -> str:
    """Every row of every table there is, also those of the search, and of SQLite the bytes of its files too."""
    db.session.rollback()
    connection = db.session.connection()
    names = inspect(connection).get_table_names()
    assert {"outbox_email", "password_link", "employer_link_token", "submission", "change_record"} <= set(names)
    quote = db.engine.dialect.identifier_preparer.quote
    rows = [row for name in names for row in connection.execute(text(f"SELECT * FROM {quote(name)}"))]
    db.session.rollback()
    return "\n".join(str(tuple(row)) for row in rows) + _bytes_of_the_database()


def _bytes_of_the_database() -> str:
    url = make_url(str(db.engine.url.render_as_string(hide_password=False)))
    if url.get_backend_name() != "sqlite":
        return ""
    file = Path(url.database or "")
    return "".join(each.read_bytes().decode("latin-1") for each in file.parent.glob(f"{file.name}*"))


def tokens_in(mail: Message) -> set[tuple[str, str]]:
    """Which links a mail holds, wherever: the page and the token."""
    parts = [part for part in mail.walk() if part.get_content_maintype() == "text"]
    payloads = [part.get_payload(decode=True) for part in parts]
    texts = [payload.decode() for payload in payloads if isinstance(payload, bytes)]
    return set(LINK.findall("\n".join([*texts, str(mail["List-Unsubscribe"])])))


def test_a_link_reaches_its_reader_and_is_kept_nowhere(
    app: Flask, client: CarefulClient, server: Server, log: io.StringIO
) -> None:
    officer = UserFactory.make(name="Priya Shah", email="priya@council.example")
    employer = EmployerFactory.make(name="Alder Joinery", legal_form=LegalForm.COMPANY, owner=officer)
    contact = ContactFactory.make(employer=employer, name="Dana Price", email="dana@alder.example")
    lines = [PledgeLineFactory.build(young_people=2)]
    draft = PledgeFactory.make(employer=employer, status=PledgeStatus.DRAFT, confirmed_on=None, lines=lines)
    client.post("/forgotten-password", data={"email": "priya@council.example"})
    with committing():
        (link,) = send(get_pledge(draft.id, viewer=officer), [contact], by=officer)
    waiting = everything_stored()

    send_due_emails(clock.now())
    with committing():
        give_answer(*link_and_pledge(link.id), YES)
    send_due_emails(clock.now())

    held = {link for mail in server.taken for link in tokens_in(mail)}
    assert {"password", "answer", "stop", "receipt", "undo"} == {page for page, _ in held}
    kept = everything_stored()
    for page, token in held:
        assert hash_token(token) in kept, page
        assert token not in waiting, page
        assert token not in kept, page
        assert token not in log.getvalue(), page


def test_the_mail_that_asks_for_a_pledge_has_both_looks_its_headers_and_links_that_work(
    app: Flask, client: CarefulClient, server: Server
) -> None:
    officer = UserFactory.make(name="Priya Shah", email="priya@council.example")
    employer = EmployerFactory.make(name="Alder Joinery", legal_form=LegalForm.COMPANY, owner=officer)
    contact = ContactFactory.make(employer=employer, name="Dana Price", email="dana@alder.example")
    lines = [PledgeLineFactory.build(young_people=2)]
    draft = PledgeFactory.make(employer=employer, status=PledgeStatus.DRAFT, confirmed_on=None, lines=lines)
    db.session.commit()
    with committing():
        send(get_pledge(draft.id, viewer=officer), [contact], by=officer)

    send_due_emails(clock.now())

    (mail,) = server.taken
    assert mail["To"] == "dana@alder.example"
    assert "Priya Shah" in mail["From"]
    assert mail["From"].endswith("<no-reply@threefold.example>")
    assert mail["Reply-To"] == "priya@council.example"
    assert "Dana" not in mail["Subject"]
    assert "Alder" not in mail["Subject"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Message-ID"].endswith("@localhost>")
    assert [part.get_content_type() for part in mail.walk()][1:] == ["text/plain", "text/html"]
    tokens = {page: token for page, token in tokens_in(mail)}  # noqa: C416  # one of each page
    assert live(tokens["answer"], LinkPurpose.ANSWER)
    assert live(tokens["stop"], LinkPurpose.STOP)
    assert f"/stop/{tokens['stop']}>" in mail["List-Unsubscribe"]


def test_the_password_link_that_arrives_works(app: Flask, client: CarefulClient, server: Server) -> None:
    UserFactory.make(email="priya@council.example", role=Role.OFFICER)
    client.post("/forgotten-password", data={"email": "priya@council.example"})

    send_due_emails(clock.now())

    ((page, token),) = tokens_in(server.taken[0])
    assert client.get(f"/{page}/{token}").status_code == 200
    assert client.get(f"/{page}/{token[::-1]}").status_code == 404
