"""What is written into calendar files, parsed back."""

import os
import time as clocks
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from crm.calendars.ical import Readers, event_of, file_of
from crm.core.clock import LONDON, local_instant
from crm.employers.models import Employer, Site
from crm.opportunities.models import Opportunity, OpportunityStatus, Side
from crm.opportunities.particulars import Venue
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import Provider

READERS = Readers(host="crm.example", pages="https://crm.example/opportunities/")


@pytest.fixture(params=["Pacific/Auckland", "America/New_York"])
def elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in another time zone than the council."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    clocks.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    clocks.tzset()


def opportunity(first: date, last: date, *, starts: time = time(9), ends: time = time(16), **more: Any) -> Opportunity:
    values: dict[str, Any] = {
        "id": 7,
        "version": 3,
        "kind": OpportunityKind.PLACEMENT,
        "title": "A week in the workshop",
        "capacity": 4,
        "status": OpportunityStatus.OPEN,
        "place_or_link": "",
        "venue": Venue.SITE,
        "updated_at": datetime(2026, 11, 2, 10, tzinfo=UTC),
        "employer": Employer(name="Alder Joinery"),
    }
    when = {"starts_at": local_instant(first, starts), "ends_at": local_instant(last, ends)}
    return Opportunity(**values | when | more)


def parsed(chosen: Opportunity, readers: Readers = READERS) -> Any:
    return Calendar.from_ical(file_of([event_of(chosen, readers)])).walk("VEVENT")[0]


def local_starts(event: Any) -> list[datetime]:
    """Every time the event begins, as a clock on a wall in London shows it."""
    starts = event["dtstart"].dt.astimezone(LONDON).replace(tzinfo=None)
    if "rrule" not in event:
        return [starts]
    left_out = event.get("exdate", [])
    dates = left_out if isinstance(left_out, list) else [left_out]
    gone = {each.dt.astimezone(LONDON).replace(tzinfo=None) for one in dates for each in one.dts}
    rule = rrulestr(event["rrule"].to_ical().decode(), dtstart=starts)
    return [each for each in rule if each not in gone]


@pytest.mark.parametrize("day", [date(2027, 3, 26), date(2027, 3, 29), date(2027, 10, 29), date(2027, 11, 1)])
def test_local_times_hold_on_both_sides_of_both_clock_changes(elsewhere: None, day: date) -> None:
    event = parsed(opportunity(day, day))

    assert event["dtstart"].params["TZID"] == event["dtend"].params["TZID"] == "Europe/London"
    assert event["dtstart"].dt.astimezone(LONDON).time() == time(9)
    assert event["dtend"].dt.astimezone(LONDON).time() == time(16)
    assert event["dtstart"].dt.astimezone(UTC) == local_instant(day, time(9))


def test_several_days_are_each_from_nine_to_four_over_a_clock_change(elsewhere: None) -> None:
    event = parsed(opportunity(date(2027, 10, 28), date(2027, 11, 2)))

    assert [each.day for each in local_starts(event)] == [28, 29, 1, 2]
    assert {each.time() for each in local_starts(event)} == {time(9)}
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(hours=7)


def test_a_bank_holiday_inside_is_left_out() -> None:
    event = parsed(opportunity(date(2027, 4, 29), date(2027, 5, 5)))

    assert [(each.month, each.day) for each in local_starts(event)] == [(4, 29), (4, 30), (5, 4), (5, 5)]
    assert event["rrule"].to_ical() == b"FREQ=WEEKLY;COUNT=5;BYDAY=MO,TU,WE,TH,FR"


def test_what_ends_at_a_weekend_takes_place_on_every_day() -> None:
    event = parsed(opportunity(date(2026, 11, 27), date(2026, 11, 29)))

    assert [each.day for each in local_starts(event)] == [27, 28, 29]
    assert event["rrule"].to_ical() == b"FREQ=DAILY;COUNT=3"


def test_a_residential_is_one_block_through_the_nights() -> None:
    event = parsed(opportunity(date(2026, 11, 27), date(2026, 11, 29), starts=time(16), ends=time(11)))

    assert "rrule" not in event
    assert event["dtend"].dt.astimezone(LONDON) == datetime(2026, 11, 29, 11, tzinfo=LONDON)


def test_it_says_what_where_and_for_whom_and_names_nobody() -> None:
    site = Site(name="Workshop", address="1 Mill Lane\nHarbour Town", postcode="ZZ1 1AA")
    event = parsed(
        opportunity(date(2026, 11, 27), date(2026, 11, 27), site=site, provider=Provider(name="Harbour College"))
    )

    assert event["summary"] == "A week in the workshop – Alder Joinery"
    assert event["location"] == "Workshop, 1 Mill Lane Harbour Town, ZZ1 1AA"
    assert event["description"] == ("Placement for up to 4 young people\nWith Harbour College\nAt or by Alder Joinery")
    assert event["url"] == "https://crm.example/opportunities/7"
    assert (event["uid"], event["sequence"], event["status"]) == ("opportunity-7@crm.example", 3, "CONFIRMED")


def test_an_employer_is_told_neither_who_they_are_nor_where_our_pages_are() -> None:
    event = parsed(opportunity(date(2026, 11, 27), date(2026, 11, 27)), Readers(host="crm.example", say_employer=False))

    assert event["summary"] == "A week in the workshop"
    assert "Alder" not in event["description"]
    assert "url" not in event


def test_what_was_cancelled_says_so_in_words_and_takes_no_time() -> None:
    event = parsed(
        opportunity(
            date(2026, 11, 27),
            date(2026, 11, 27),
            status=OpportunityStatus.CANCELLED,
            cancelled_side=Side.EMPLOYER,
            cancelled_reason="Ill",
        )
    )

    assert event["summary"] == "Cancelled: A week in the workshop – Alder Joinery"
    assert (event["status"], event["transp"]) == ("CANCELLED", "TRANSPARENT")
    assert "Ill" not in event.to_ical().decode()


@pytest.mark.parametrize(
    ("venue", "typed", "where"),
    [
        (Venue.PROVIDER, "", "Harbour College"),
        (Venue.PROVIDER, "Room 4", "Room 4"),
        (Venue.ONLINE, "https://meet.example/1", "https://meet.example/1"),
        (Venue.SITE, "", None),
    ],
)
def test_where_it_is_when_it_is_no_site(venue: Venue, typed: str, where: str | None) -> None:
    day = date(2026, 11, 27)
    event = parsed(opportunity(day, day, venue=venue, place_or_link=typed, provider=Provider(name="Harbour College")))

    assert event.get("location") == where


def test_an_employer_in_the_title_is_not_said_twice() -> None:
    day = date(2026, 11, 27)

    assert parsed(opportunity(day, day, title="Talk by Alder Joinery"))["summary"] == "Talk by Alder Joinery"


def test_a_feed_says_its_name_and_how_often_to_ask_and_a_file_does_not() -> None:
    feed = file_of([], name="My calendar").decode()

    assert "X-WR-CALNAME:My calendar" in feed
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in feed
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in feed
    assert "REFRESH-INTERVAL" not in file_of([]).decode()
