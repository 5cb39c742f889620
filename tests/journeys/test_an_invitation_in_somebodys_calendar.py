"""From an officer's press of a button to the reader's calendar, and back, through a real mail server."""

import os
import time as clocks
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from email.message import Message

import pytest
from flask import Flask
from icalendar import Calendar, Timezone

from crm.core import clock
from crm.core.db import db
from crm.invitations.jobs import keep_invitations
from crm.invitations.models import Answer
from crm.invitations.services import PAUSE
from crm.jobs.timetable import TIMETABLE
from crm.notifications.jobs import send_due_emails
from crm.opportunities.models import Opportunity, Side
from crm.opportunities.services import cancel_opportunity
from tests.conftest import CarefulClient
from tests.factories import ContactFactory, EmployerFactory, UserFactory
from tests.integration.invitations.answering import answer_to, arrives
from tests.integration.invitations.inviting import NOW, a_talk, change, parsed, the_invitation
from tests.integration.opportunities.series import made, meetings
from tests.support.smtp import Server, smtp_server


@pytest.fixture
def server(app: Flask, database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with smtp_server() as server:
        monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://127.0.0.1:{server.port}")
        monkeypatch.setitem(app.config, "IMAP_URL", "imaps://threefold%40council.example:x@mail.council.example/INBOX")
        monkeypatch.setattr(clock, "now", lambda: NOW)
        yield server


@pytest.fixture(params=["Pacific/Auckland", "America/Los_Angeles"])
def _elsewhere(request: pytest.FixtureRequest) -> Iterator[None]:
    """The machine stands in another zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    clocks.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    clocks.tzset()


def ticks(now: datetime) -> None:
    """The scheduler's two jobs, as often as it takes."""
    for moment in (now, now + PAUSE):
        keep_invitations(moment)
    send_due_emails(now + PAUSE)


def calendar_part(mail: Message) -> Message:
    (part,) = [each for each in mail.walk() if each.get_content_type() == "text/calendar"]
    return part


def bytes_of(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def invites(client: CarefulClient, talk: Opportunity) -> None:
    client.sign_in(UserFactory.make(name="Ola Berg", email="ola@council.example"))
    client.post(f"/opportunities/{talk.id}/invite", data={"parties": ["leader"], "submission_key": "one"})


def test_invitation_reschedule_and_cancellation_arrive_as_one_entry_that_changes(
    server: Server, client: CarefulClient
) -> None:
    talk = a_talk()
    invites(client, talk)
    send_due_emails(NOW)
    change(talk, first_day=date(2026, 11, 19), starts=time(14), ends=time(15))
    ticks(NOW)
    cancel_opportunity(talk, side=Side.EMPLOYER, reason="Jo is ill")
    db.session.commit()
    ticks(NOW + timedelta(hours=1))

    assert [mail["To"] for mail in server.taken] == ["jo@alder.example"] * 3
    parts = [calendar_part(mail) for mail in server.taken]
    entries = [parsed(bytes_of(part)) for part in parts]
    assert len({str(event["UID"]) for _, event in entries}) == 1
    assert [event["SEQUENCE"] for _, event in entries] == [0, 1, 2]
    assert [str(calendar["METHOD"]) for calendar, _ in entries] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [part.get_param("method") for part in parts] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [str(event["STATUS"]) for _, event in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [f"{event['DTSTART'].dt:%d %H:%M}" for _, event in entries] == ["12 10:00", "19 14:00", "19 14:00"]


def test_the_mail_is_put_together_as_calendar_programs_want_it(server: Server, client: CarefulClient) -> None:
    invites(client, a_talk())
    send_due_emails(NOW)

    (mail,) = server.taken
    *body, file = mail.walk()
    assert [each.get_content_type() for each in body] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    part = calendar_part(mail)
    assert (part.get_content_charset(), part["Content-Transfer-Encoding"]) == ("utf-8", "base64")
    assert (file.get_content_type(), file.get_filename()) == ("application/ics", "invite.ics")
    assert bytes_of(file) == bytes_of(part)
    assert b"\r\n" in bytes_of(part)
    _, event = parsed(bytes_of(part))
    assert str(event["ORGANIZER"]) == "mailto:threefold@council.example"
    assert str(event["ATTENDEE"]) == "mailto:jo@alder.example"
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"
    assert mail["Reply-To"] == "threefold@council.example"


@pytest.mark.usefixtures("_elsewhere")
def test_a_series_over_both_clock_changes_has_its_local_times(server: Server, client: CarefulClient) -> None:
    days = [date(2027, 3, 23), date(2027, 3, 30), date(2027, 10, 26), date(2027, 11, 2)]
    jo = ContactFactory.make(name="Jo Hall", email="jo@alder.example", employer=EmployerFactory.make())
    series = made(employer=jo.employer, days=days, leader_id=jo.id).series
    first = meetings(series)[0].id
    client.sign_in(UserFactory.make())
    chosen = {"parties": ["leader"], "all_following": "y", "submission_key": "one"}

    page = client.post(f"/opportunities/{first}/invite", data=chosen, follow_redirects=True)
    send_due_emails(NOW)

    assert "An invitation goes to Jo Hall, here and to 3 meetings that follow." in page.text
    entries = [parsed(bytes_of(calendar_part(mail))) for mail in server.taken]
    events = [event for _, event in entries]

    assert [event["DTSTART"].dt.astimezone(UTC).hour for event in events] == [15, 14, 14, 15]
    assert [f"{event['DTSTART'].dt:%d %H:%M}" for event in events] == [f"{day:%d} 15:30" for day in days]
    assert {event["DTSTART"].params["TZID"] for event in events} == {"Europe/London"}
    # Programs that do not know Europe/London read the rules that come with it.
    offsets = [_zone(calendar).utcoffset(event["DTSTART"].dt.replace(tzinfo=None)) for calendar, event in entries]
    assert offsets == [timedelta(hours=hours) for hours in (0, 1, 1, 0)]
    assert all("3:30pm to 4:30pm" in bytes_of(next(iter(_texts(mail)))).decode() for mail in server.taken)


def _zone(calendar: Calendar) -> tzinfo:
    rules = calendar.walk("VTIMEZONE")[0]
    assert isinstance(rules, Timezone)
    zone: tzinfo = rules.to_tz()
    return zone


def _texts(mail: Message) -> list[Message]:
    return [part for part in mail.walk() if part.get_content_type() == "text/plain"]


def test_an_answer_comes_back_to_the_page(server: Server, client: CarefulClient) -> None:
    talk = a_talk()
    invites(client, talk)
    send_due_emails(NOW)
    arrives(answer_to(the_invitation(), "DECLINED", comment="I am away"))

    page = client.get(f"/opportunities/{talk.id}").text

    assert the_invitation().answer is Answer.DECLINED
    assert "“I am away”" in page
    assert any(job.run is keep_invitations for job in TIMETABLE)
