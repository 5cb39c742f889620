"""Calendar files of an employer's opportunities. Pure: no database, no request.

With a time zone of its own that says when clocks change as rules: Outlook reads a list of dates an hour wrong.
"""

from collections.abc import Iterable
from datetime import datetime

from icalendar import Calendar, Event, Timezone

from crm.core.clock import LONDON
from crm.opportunities.models import Opportunity

PRODUCT = "-//Threefold//Employer pledge//EN"
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


def calendar(opportunities: Iterable[Opportunity], *, host: str, at: datetime) -> bytes:
    """The opportunities, their sites loaded, as one file. The same one always has the same UID.

    Args:
        opportunities: in any order.
        host: of our own, which makes the UIDs ours.
        at: when the file is written.
    """
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add_component(Timezone.from_ical(LONDON_RULES.replace("\n", "\r\n")))
    for each in opportunities:
        file.add_component(_event(each, host, at))
    return bytes(file.to_ical())


def _event(opportunity: Opportunity, host: str, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"opportunity-{opportunity.id}@{host}")
    event.add("dtstamp", at)
    event.add("sequence", opportunity.version)
    event.add("dtstart", opportunity.starts_at.astimezone(LONDON))
    event.add("dtend", opportunity.ends_at.astimezone(LONDON))
    event.add("summary", opportunity.title)
    event.add("description", f"{opportunity.kind.label} for up to {opportunity.capacity} young people")
    where = ", ".join(filter(None, _where(opportunity)))
    if where:
        event.add("location", where)
    return event


def _where(opportunity: Opportunity) -> Iterable[str | None]:
    site = opportunity.site
    if site is not None:
        yield site.name
        yield " ".join((site.address or "").split()) or None
        yield site.postcode
    else:
        yield opportunity.place_or_link or None
