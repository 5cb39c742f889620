"""A calendar entry that asks its reader for an answer, changes with us, and can be struck out. Pure.

The rules are RFC 5546: one UID for the life of an entry, and a SEQUENCE that rises with whatever is told.
"""

from dataclasses import dataclass
from datetime import datetime

from icalendar import Event, vCalAddress, vText

from crm.calendars.ical import file_of, set_times
from crm.invitations.deciding import Entry
from crm.notifications.models import CalendarMethod
from crm.opportunities.timing import Timing

PRODUCT = "-//Threefold//Invitations//EN"


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
    file = file_of([_event(entry, envelope)], method=envelope.method.upper(), product=PRODUCT)
    return str(file, "utf-8")


def _event(entry: Entry, envelope: Envelope) -> Event:
    event = Event()
    event.add("uid", envelope.uid)
    event.add("sequence", envelope.sequence)
    event.add("dtstamp", envelope.at)
    set_times(event, Timing.of(entry))
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
