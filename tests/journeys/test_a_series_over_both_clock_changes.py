"""A mentoring series over both clock changes and a bank holiday, on a machine whose clock is set to another zone.

The local times are read where people read them: on the pages, in the calendar file, in the invitation.
"""

import re
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from crm.calendars.ical import Readers, event_of, file_of
from crm.calendars.services import Owner, make_feed
from crm.core import clock
from crm.core.clock import LONDON
from crm.core.db import db
from crm.employers.models import Employer
from crm.invitations.models import Party
from crm.invitations.services import invite
from crm.notifications.models import OutboxEmail
from crm.opportunities.models import Opportunity
from crm.opportunities.queries import get_opportunity
from tests.conftest import CarefulClient, stored
from tests.factories import ContactFactory, EmployerFactory, UserFactory
from tests.integration.invitations.inviting import parsed
from tests.integration.opportunities.series import school_with
from tests.support.forms import post, typed

NOW = datetime(2026, 10, 7, 9, tzinfo=UTC)
FIRST = date(2026, 10, 12)  # a Monday in summer time; clocks go back on 25 October and forward on 28 March
EASTER_MONDAY = date(2027, 3, 29)
DAYS = [day for day in (FIRST + timedelta(weeks=2) * n for n in range(14)) if day != EASTER_MONDAY]
HALF_PAST_THREE = [datetime(day.year, day.month, day.day, 15, 30, tzinfo=LONDON) for day in DAYS]


@pytest.fixture(params=["Pacific/Auckland", "America/New_York"], autouse=True)
def _a_machine_elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def arrange(client: CarefulClient) -> str:
    """The address of the series, made as an officer makes it."""
    employer = EmployerFactory.make(owner=client.sign_in(UserFactory.make(email="priya@council.example")))
    mentor = ContactFactory.make(employer=employer, name="Kit Mentor", email="kit@alder.example")
    path = f"/opportunities/series/new?employer={employer.id}"
    answers = {
        "kind": "mentoring",
        "every_weeks": "2",
        "weekday": "0",
        "starts": "3:30pm",
        "ends": "4:30pm",
        "first_on": f"{FIRST:%d %m %Y}",
        "times": "13",
        "venue": "provider",
        "site": "",
        "leader": mentor.id,
        "provider": school_with("AB-1").id,
        "references": "AB-1",
        "capacity": "1",
    }
    dates = post(client, path, **answers).text
    assert "Bank holiday: Easter Monday" in dates
    return post(client, path, **typed(dates) | {"kind": "mentoring", "step": "make"}).location


def test_every_meeting_is_at_half_past_three_in_london_wherever_it_is_read(client: CarefulClient) -> None:
    page = client.get(arrange(client)).text
    meetings = sorted(stored(Opportunity), key=lambda each: each.starts_at)

    # Stored: an hour earlier in UTC in summer time, on both sides.
    assert [each.starts_at for each in meetings] == HALF_PAST_THREE
    assert {each.starts_at.astimezone(UTC).hour for each in meetings} == {14, 15}
    assert {each.hours for each in meetings} == {1}
    # On the pages.
    assert re.findall(r">\w+ (\d+ \w+ \d+)</a><span class=\"app-second\">3:30pm to 4:30pm", page) == [
        f"{day.day} {day:%B %Y}" for day in DAYS
    ]
    assert "3:30pm to 4:30pm" in client.get(f"/opportunities/{meetings[-1].id}").text
    file = client.get("/opportunities/opportunities.csv?first_day=").text
    assert file.count(",15:30,16:30,") == len(DAYS)
    # In the calendar file of each, in the feed of them all, and in the invitations: parsed back.
    assert [parsed(each)[1].start for each in files_of(meetings)] == HALF_PAST_THREE
    assert sorted(event.start for event in feed_of(client)) == HALF_PAST_THREE
    assert [parsed(each)[1].start for each in invitations_to(meetings)] == HALF_PAST_THREE


def files_of(meetings: Sequence[Opportunity]) -> list[bytes]:
    viewer = UserFactory.make()
    db.session.commit()
    loaded = [get_opportunity(each.id, viewer=viewer) for each in meetings]
    return [file_of([event_of(each, Readers(host="threefold.example"))]) for each in loaded]


def feed_of(client: CarefulClient) -> Sequence[Any]:
    """The events that a calendar program reads which subscribed to the employer's feed."""
    (employer,) = stored(Employer)
    token = make_feed(Owner.of(employer), "", by=UserFactory.make())
    db.session.commit()
    feed = client.get(f"/calendar/feed/{token}.ics").data
    assert b"TZID=Europe/London" in feed
    return Calendar.from_ical(feed).walk("VEVENT")


def invitations_to(meetings: Sequence[Opportunity]) -> list[str | None]:
    """What the mentor's calendar program gets, by meeting."""
    viewer = UserFactory.make()
    for each in meetings:
        invite(get_opportunity(each.id, viewer=viewer), [Party.LEADER], by=viewer, now=NOW)
    db.session.commit()
    mails: list[OutboxEmail] = stored(OutboxEmail)
    return [each.calendar for each in mails]
