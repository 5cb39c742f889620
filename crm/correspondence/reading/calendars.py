"""Calendar files: one meeting, who called it, who was asked."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from icalendar import Calendar

from crm.core.clock import LONDON, local_date
from crm.correspondence.reading.charsets import clean, one_line
from crm.correspondence.reading.headers import FIRST_YEAR, LAST_YEAR, address_in, each_once
from crm.correspondence.reading.letter import LONGEST_TEXT, CalendarAnswer, Letter, LetterKind, Person, UnreadableMail

LARGEST = 512 * 2**10  # bytes; a meeting's line is a few hundred
MOST_EVENTS = 50
DAMAGED = "This calendar file is damaged. Save the appointment again from your calendar and try again."
NO_MEETING = "There is no appointment in this calendar file."
SEVERAL = (
    "This calendar file has several appointments. Save the one you mean as a file of its own: open it in your calendar "
    "and choose Save as or Download."
)
SERIES = "It repeats: only the first meeting is taken."
NO_ZONE = "It gives no time zone, so its time was taken as London’s."
CALENDAR = re.compile(rb"^(?:\xef\xbb\xbf)?\s*BEGIN:VCALENDAR", re.IGNORECASE)
RULE = re.compile(r"^\s*_{10,}\s*$", re.MULTILINE)  # how to join, dial-in numbers, legal notes follow


def is_calendar(content: bytes) -> bool:
    return CALENDAR.match(content[:200]) is not None


def read_meeting(content: bytes) -> Letter:
    """The one meeting of a calendar file. Raises UnreadableMail."""
    if len(content) > LARGEST:
        raise UnreadableMail(SEVERAL)
    try:
        calendar = Calendar.from_ical(content)
        events = list(calendar.walk("VEVENT"))[: MOST_EVENTS + 1]
    except Exception as error:  # the library fails in its own ways on odd input
        raise UnreadableMail(DAMAGED) from error
    if not events:
        raise UnreadableMail(NO_MEETING)
    if len({str(event.get("UID", "")) for event in events}) > 1:
        raise UnreadableMail(SEVERAL)
    master = next((event for event in events if event.get("RECURRENCE-ID") is None), events[0])
    try:
        return _letter(master, str(calendar.get("METHOD", "")).upper())
    except UnreadableMail:
        raise
    except Exception as error:  # the same, where a value is first looked at
        raise UnreadableMail(DAMAGED) from error


def read_answer(content: bytes) -> CalendarAnswer | None:
    """What a calendar file answers to an invitation; None if it does not, or not for one person about one meeting.

    Never fails: what cannot be read is read by people, as the mail that it came in.
    """
    if len(content) > LARGEST:
        return None
    try:
        calendar = Calendar.from_ical(content)
        method = str(calendar.get("METHOD", "")).upper()
        (event,) = calendar.walk("VEVENT")
        (attendee,) = _several(event.get("ATTENDEE"))
        (person,) = _people([attendee])
        if method not in {"REPLY", "COUNTER"} or event.get("RECURRENCE-ID") is not None:
            return None
        return CalendarAnswer(
            uid=one_line(str(event.get("UID", "")))[:255],
            sequence=int(event.get("SEQUENCE", 0)),
            address=person.email,
            says=str(attendee.params.get("PARTSTAT", "")).upper(),
            at=_instant(event.get("DTSTAMP")),
            comment=one_line(" ".join(str(each) for each in _several(event.get("COMMENT", ""))))[:1000],
            proposes=_instant(event.get("DTSTART")) if method == "COUNTER" else None,
        )
    except Exception:  # noqa: BLE001  # the library fails in its own ways on odd input
        return None


def _instant(value: Any) -> datetime | None:
    at = getattr(value, "dt", None)
    if not isinstance(at, datetime) or not FIRST_YEAR <= at.year < LAST_YEAR:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=LONDON)).astimezone(UTC)


def _letter(event: Any, method: str) -> Letter:
    cancelled = method == "CANCEL" or str(event.get("STATUS", "")).upper() == "CANCELLED"
    organiser = next(iter(_people([event.get("ORGANIZER")])), None)
    at, on, remarks = _begins(event)
    description, _, notes = _split(clean(str(event.get("DESCRIPTION", "")))[:LONGEST_TEXT])
    where = one_line(str(event.get("LOCATION", "")))[:500]
    return Letter(
        kind=LetterKind.CANCELLED_MEETING if cancelled else LetterKind.MEETING,
        message_id=_id(event, cancelled=cancelled),
        sender=organiser,
        people=each_once(_people(_several(event.get("ATTENDEE"))), without=organiser),
        at=at,
        on=on,
        subject=one_line(str(event.get("SUMMARY", "")))[:500],
        text="\n\n".join(filter(None, [f"Where: {where}" if where else "", description])),
        earlier=notes,
        remarks=(*remarks, *([SERIES] if event.get("RRULE") is not None else [])),
    )


def _id(event: Any, *, cancelled: bool) -> str:
    """What makes two files one meeting: its id and, if it was moved, which time it was moved to."""
    uid = one_line(str(event.get("UID", "")))[:900]
    if not uid:
        return ""
    return f"{uid}#{event.get('SEQUENCE', 0)}{'#cancelled' if cancelled else ''}"


def _begins(event: Any) -> tuple[datetime | None, date | None, tuple[str, ...]]:
    start = event["DTSTART"].dt if event.get("DTSTART") is not None else None
    if start is None or not FIRST_YEAR <= start.year < LAST_YEAR:
        raise UnreadableMail(DAMAGED)
    if not isinstance(start, datetime):
        return None, start, ()
    remarks = () if start.tzinfo else (NO_ZONE,)
    at = (start if start.tzinfo else start.replace(tzinfo=LONDON)).astimezone(UTC)
    return at, local_date(at), remarks


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _people(values: Iterable[Any]) -> Iterable[Person]:
    for value in values:
        if value is not None:
            name = one_line(str(value.params.get("CN", ""))).strip("'\"")[:200] if hasattr(value, "params") else ""
            address = address_in(re.sub(r"^mailto:", "", str(value), flags=re.IGNORECASE))
            if name or address:
                yield Person("" if name.casefold() == address else name, address)


def _split(description: str) -> tuple[str, str, str]:
    match = RULE.search(description)
    if match is None:
        return description.strip(), "", ""
    return description[: match.start()].strip(), match.group(), description[match.start() :].strip()
