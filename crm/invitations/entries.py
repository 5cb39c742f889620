"""A calendar entry that asks its reader for an answer, changes with us, and can be struck out. Pure.

The rules are RFC 5546: one UID for the life of an entry, and a SEQUENCE that rises with whatever is told.
"""

from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from crm.core.clock import LONDON
from crm.invitations.deciding import Entry
from crm.notifications.models import CalendarMethod

PRODUCT = "-//Threefold//Invitations//EN"
LONDON_RULES = """BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
TZNAME:BST
DTSTART:19700329T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
TZNAME:GMT
DTSTART:19701025T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What makes an entry one that was sent: which it is, by whom, and how it stands."""

    uid: str
    sequence: int
    organiser: str  # the address answers go to
    organiser_name: str
    method: CalendarMethod
    about: str  # whom to ask, in the entry itself
    at: datetime  # of writing


def as_calendar(entry: Entry, envelope: Envelope) -> str:
    """The entry as iCalendar, for the mail that carries it."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", envelope.method.upper())
    calendar.add_component(Timezone.from_ical(LONDON_RULES.replace("\n", "\r\n")))
    calendar.add_component(_event(entry, envelope))
    return str(calendar.to_ical(), "utf-8")


def _event(entry: Entry, envelope: Envelope) -> Event:
    event = Event()
    event.add("uid", envelope.uid)
    event.add("sequence", envelope.sequence)
    event.add("dtstamp", envelope.at)
    event.add("dtstart", entry.starts_at.astimezone(LONDON))
    event.add("dtend", entry.ends_at.astimezone(LONDON))
    event.add("summary", entry.title)
    event.add("description", envelope.about)
    if entry.location:
        event.add("location", entry.location)
    event.add("status", "CANCELLED" if envelope.method is CalendarMethod.CANCEL else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event["organizer"] = _person(envelope.organiser, envelope.organiser_name)
    event["attendee"] = _person(entry.address, entry.name, role="REQ-PARTICIPANT", partstat="NEEDS-ACTION", rsvp="TRUE")
    return event


def _person(address: str, name: str, **more: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{address}")
    if name:
        # A quotation mark cannot be written in a parameter, and a line end would begin another line.
        more["cn"] = " ".join(name.replace('"', "’").split())
    for key, value in more.items():
        person.params[key] = vText(value)
    return person
