"""Calendar entries say what they are about whatever stands in names and titles."""

from datetime import UTC, datetime
from typing import Any

import pytest
from icalendar import Calendar

from crm.invitations.deciding import Entry
from crm.invitations.entries import Envelope, as_calendar
from crm.notifications.models import CalendarMethod

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HOSTILE = 'Zoë "Z" O’Neil; x=1, y:2\r\nBEGIN:VEVENT\nUID:other 😀'


def written(**given: Any) -> str:
    dull: dict[str, Any] = {
        "name": "Jo Hall",
        "address": "jo@alder.example",
        "title": "Timber and you",
        "starts_at": datetime(2026, 11, 12, 10, 0, tzinfo=UTC),
        "ends_at": datetime(2026, 11, 12, 11, 0, tzinfo=UTC),
        "location": "Room 4",
    }
    envelope = Envelope(
        uid="abc@threefold.example",
        sequence=3,
        organiser="priya@council.example",
        organiser_name="Priya Shah, Northmoor Council",
        method=CalendarMethod.REQUEST,
        about="Questions?",
        at=AT,
    )
    return as_calendar(Entry(**dull | given), envelope)


def event_in(text: str) -> Any:
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    return event


@pytest.mark.parametrize("field", ["name", "title", "location"])
def test_nothing_that_is_typed_becomes_part_of_the_file(field: str) -> None:
    event = event_in(written(**{field: HOSTILE}))

    assert (str(event["UID"]), event["SEQUENCE"]) == ("abc@threefold.example", 3)
    assert str(event["ATTENDEE"]) == "mailto:jo@alder.example"
    found = {"name": event["ATTENDEE"].params["CN"], "title": str(event["SUMMARY"]), "location": str(event["LOCATION"])}
    for part in ("Zoë", "O’Neil; x=1, y:2", "😀"):
        assert part in found[field]


def test_no_line_is_longer_than_mail_programs_read() -> None:
    lines = written(title="Täglich " * 30).encode().split(b"\r\n")

    assert max(len(line) for line in lines) <= 75


def test_who_is_not_known_by_name_is_known_by_address() -> None:
    attendee = event_in(written(name=""))["ATTENDEE"]

    assert "CN" not in attendee.params
    assert {key: str(value) for key, value in attendee.params.items()} == {
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
    }


def test_a_week_is_five_days_and_not_a_block_through_the_nights() -> None:
    event = event_in(
        written(starts_at=datetime(2026, 11, 9, 9, 0, tzinfo=UTC), ends_at=datetime(2026, 11, 13, 15, 0, tzinfo=UTC))
    )

    assert (event["DTEND"].dt - event["DTSTART"].dt).total_seconds() == 6 * 3600
    assert event["RRULE"]["COUNT"] == [5]


def test_where_is_left_out_until_it_is_known() -> None:
    assert "LOCATION" not in event_in(written(location=""))
