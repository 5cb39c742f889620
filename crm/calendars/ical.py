"""Opportunities as iCalendar (RFC 5545), for Outlook, Google and Apple. Pure: no database, no request.

*Time zone.* Local times with a zone of our own that says as rules when clocks change: Outlook reads a list of dates,
which is what libraries write, an hour wrong.

*Several days.* One event that recurs, from nine to four each day: as one block it would go through the nights, and as
several events each would need its own invitation, change and cancellation. Outlook's own meetings recur "every
weekday", which is a weekly rule with five days, so that is what is written where weekends are free. Days are counted
rather than ended by a date, which programs read in different zones.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event, Timezone, vDuration

from crm.calendars.days import SATURDAY, days_of, keeps_weekends_free
from crm.core.clock import LONDON
from crm.interactions.models import PlannedInteraction, PlanStatus
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.opportunities.particulars import Venue
from crm.opportunities.timing import Timing

PRODUCT = "-//Threefold//Calendar//EN"
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR"]
AS_LONG = timedelta(minutes=30)  # as a planned contact is taken to last
HOW_OFTEN = timedelta(hours=1)  # a program that subscribed may ask again
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
class Readers:
    """Who reads an event: what it may say to them, and where they look it up."""

    host: str  # of our own, which makes the UIDs ours
    pages: str = ""  # the address that opportunities' numbers follow; empty: they cannot open ours
    plans: str = ""  # the same of planned contacts
    say_employer: bool = True  # an employer knows who they are


def file_of(events: Iterable[Event], *, method: str = "PUBLISH", name: str = "", product: str = PRODUCT) -> bytes:
    """Events as one file.

    Args:
        events: in any order.
        method: PUBLISH; REQUEST or CANCEL for an invitation.
        name: what a program that subscribes calls it; empty for a file that is opened once.
        product: what wrote it.
    """
    file = Calendar()
    file.add("prodid", product)
    file.add("version", "2.0")
    file.add("method", method)
    if name:
        file.add("name", name)
        file.add("x-wr-calname", name)  # what Google and Apple read
        file.add("x-wr-timezone", "Europe/London")
        file.add("refresh-interval", vDuration(HOW_OFTEN), {"value": "DURATION"})
        file.add("x-published-ttl", "PT1H")  # what Outlook reads
    file.add_component(Timezone.from_ical(LONDON_RULES.replace("\n", "\r\n")))
    for event in events:
        file.add_component(event)
    return bytes(file.to_ical())


def event_of(opportunity: Opportunity, readers: Readers) -> Event:
    """An opportunity with its employer, provider and site loaded. The same one always has the same UID.

    It names nobody: neither who leads it nor who takes part, nor what was written about it at length.
    """
    event = Event()
    event.add("uid", f"opportunity-{opportunity.id}@{readers.host}")
    event.add("dtstamp", opportunity.updated_at)  # not now: what did not change is to read the same tomorrow
    event.add("last-modified", opportunity.updated_at)
    event.add("sequence", opportunity.version)
    set_times(event, Timing.of(opportunity))
    is_off = opportunity.status is OpportunityStatus.CANCELLED
    # Programs that subscribed show what is cancelled as if it were not, some of them: the words say it to everybody.
    event.add("summary", f"{'Cancelled: ' if is_off else ''}{_summary(opportunity, readers)}")
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if is_off else "OPAQUE")
    event.add("description", "\n".join(_description(opportunity, readers)))
    if where := location_of(opportunity):
        event.add("location", where)
    if readers.pages:
        event.add("url", f"{readers.pages}{opportunity.id}")
    return event


def event_of_plan(plan: PlannedInteraction, readers: Readers) -> Event:
    """A planned contact with its employer loaded: how and with whom. What was written about it may name people."""
    event = Event()
    event.add("uid", f"plan-{plan.id}@{readers.host}")
    event.add("dtstamp", plan.updated_at)
    event.add("sequence", plan.version)
    if plan.starts_at is None:
        event.add("dtstart", plan.planned_on)  # some time that day
    else:
        starts = datetime.combine(plan.planned_on, plan.starts_at, tzinfo=LONDON)
        event.add("dtstart", starts)
        event.add("dtend", starts + AS_LONG)
    is_off = plan.status is PlanStatus.CANCELLED
    event.add("summary", f"{'Cancelled: ' if is_off else ''}{plan.channel.label} – {plan.employer.name}")
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if is_off or plan.starts_at is None else "OPAQUE")
    if plan.is_open and readers.plans:
        event.add("url", f"{readers.plans}{plan.id}/edit")
    return event


def set_times(event: Event, timing: Timing) -> None:
    """When an event is, in London's time: on one day, through the nights, or on each of several days."""
    starts = timing.starts_at.astimezone(LONDON)
    event.add("dtstart", starts)
    if timing.is_one_day or timing.goes_through_nights:
        event.add("dtend", timing.ends_at.astimezone(LONDON))
        return
    event.add("dtend", datetime.combine(timing.first_day, timing.ends, tzinfo=LONDON))
    days = days_of(timing)
    length = (timing.last_day - timing.first_day).days + 1
    every = [timing.first_day + timedelta(days=number) for number in range(length)]
    if keeps_weekends_free(timing):
        every = [day for day in every if day.weekday() < SATURDAY]
        event.add("rrule", {"freq": "WEEKLY", "count": len(every), "byday": WEEKDAYS})
    else:
        event.add("rrule", {"freq": "DAILY", "count": len(every)})
    for day in every:
        if day not in days:
            event.add("exdate", datetime.combine(day, timing.starts, tzinfo=LONDON))


def location_of(opportunity: Opportunity) -> str:
    """Where it is, on one line; empty if that is not known yet. Site and provider are loaded."""
    site, where = opportunity.site, " ".join(opportunity.place_or_link.split())
    if site is not None:
        parts = (site.name, " ".join((site.address or "").split()), site.postcode, where)
        return ", ".join(part for part in parts if part)
    if not where and opportunity.venue is Venue.PROVIDER and opportunity.provider is not None:
        return opportunity.provider.name
    return where


def _summary(opportunity: Opportunity, readers: Readers) -> str:
    if not readers.say_employer or opportunity.employer.name in opportunity.title:
        return opportunity.title
    return f"{opportunity.title} – {opportunity.employer.name}"


def _description(opportunity: Opportunity, readers: Readers) -> Iterable[str]:
    yield f"{opportunity.kind.label} for up to {opportunity.capacity} young people"
    if opportunity.provider is not None:
        yield f"With {opportunity.provider.name}"
    if readers.say_employer:
        yield f"At or by {opportunity.employer.name}"
