"""An officer sends a pledge to two people; one stops our mails, the other is reminded and answers by the first mail."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message

import pytest
from flask import Flask

from crm.accounts.models import User
from crm.answering.jobs import chase_unanswered
from crm.core import clock
from crm.core.db import db
from crm.employers.models import LegalForm
from crm.notifications.jobs import send_due_emails
from crm.pledges.models import Pledge, PledgeStatus
from tests.conftest import CarefulClient, stored
from tests.factories import ContactFactory, EmployerFactory, PledgeFactory, PledgeLineFactory, UserFactory
from tests.support.pages import words_of
from tests.support.smtp import Server, smtp_server

TUESDAY = datetime(2026, 11, 24, 10, tzinfo=UTC)
WEEK = timedelta(days=7)
PEOPLE = ("dana", "eve")


@pytest.fixture
def server(app: Flask, database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with smtp_server() as server:
        monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://127.0.0.1:{server.port}")
        yield server


def at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The scheduler's ticks at some time."""
    monkeypatch.setattr(clock, "now", lambda: now)
    db.session.rollback()
    chase_unanswered(now)
    send_due_emails(now)


def texts(mail: Message) -> list[str]:
    """Plain and HTML."""
    return [
        part.get_payload(decode=True).decode()  # type: ignore[union-attr]  # these parts are bytes
        for part in mail.walk()
        if part.get_content_maintype() == "text"
    ]


def links_in(mail: Message) -> set[str]:
    """The addresses where it is answered, as paths."""
    return {path for text in texts(mail) for path in re.findall(r"/answer/[\w-]{43}", text)}


def sent_from_its_page(client: CarefulClient, monkeypatch: pytest.MonkeyPatch) -> str:
    """On a Tuesday Priya sends a pledge to Dana and Eve. The address of its page."""
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)
    officer = client.sign_in(UserFactory.make(name="Priya Shah", email="priya@council.example"))
    employer = EmployerFactory.make(name="Alder Joinery", legal_form=LegalForm.COMPANY, owner=officer)
    pledge = PledgeFactory.make(
        employer=employer, status=PledgeStatus.DRAFT, confirmed_on=None, lines=[PledgeLineFactory.build(young_people=2)]
    )
    page = f"/pledges/{pledge.id}"
    people = [ContactFactory.make(employer=employer, name=name, email=f"{name}@alder.example") for name in PEOPLE]
    client.post(f"{page}/send-to-employer", data={"submission_key": "one", "to": [each.id for each in people]})
    return page


def words_on(page: str, client: CarefulClient) -> str:
    """What Priya reads there; she has to sign in again every week."""
    client.sign_in(stored(User)[0])
    return words_of(client.get(page).text)


def test_a_pledge_is_sent_chased_stopped_and_answered(
    client: CarefulClient, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = sent_from_its_page(client, monkeypatch)

    # Two mails reach a mail server, each with a link of its own.
    at(monkeypatch, TUESDAY)
    to_dana, to_eve = sorted(server.taken, key=lambda mail: str(mail["To"]))
    assert str(to_dana["From"]).startswith('"Priya Shah, Your council" <')
    assert to_dana["Reply-To"] == "priya@council.example"
    assert "Alder" not in str(to_dana["Subject"])
    (first_link,) = links_in(to_dana)  # the same in both its looks
    assert links_in(to_eve) != {first_link}

    # Eve’s mail program stops our mails with one press of hers.
    (stop,) = re.findall(r"/stop/[\w-]{43}", str(to_eve["List-Unsubscribe"]))
    assert client.post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 204

    # A week later Dana is reminded, with another address of her link; Eve is not. A minute later nobody is.
    at(monkeypatch, TUESDAY + WEEK)
    at(monkeypatch, TUESDAY + WEEK + timedelta(minutes=1))
    (reminder,) = server.taken[2:]
    assert reminder["To"] == "dana@alder.example"
    assert links_in(reminder) != {first_link}
    words = words_on(page, client)
    assert "Reminded by itself today." in words
    assert "Not reminded today. They objected to e-mail on 24 November 2026 (by the link in our e-mail)." in words

    # Dana answers by the first mail, and nothing more is asked: a receipt goes out, and word to Priya.
    answer = {"kind": "confirm", "typed_name": "Dana Price", "job_title": "Owner"}
    assert client.post(first_link, data=answer).status_code == 303
    at(monkeypatch, TUESDAY + 2 * WEEK)
    assert stored(Pledge)[0].status is PledgeStatus.CONFIRMED
    assert {mail["To"] for mail in server.taken[3:]} == {"dana@alder.example", "priya@council.example"}
    assert re.search("eve Closed .* dana Answered", words_on(page, client))
