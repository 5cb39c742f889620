"""Who would be in two places at once, for many meetings at a time. Two statements, however many meetings.

`crm.opportunities.services.clashes` refuses the same for one opportunity; this says it beforehand, by meeting.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select

from crm.core.db import db
from crm.employers.models import Contact
from crm.opportunities.models import TAKES_PART, Opportunity, OpportunityStatus, Place
from crm.opportunities.timing import Timing
from crm.pledges.kinds import Mode
from crm.providers.models import YoungPerson

IN_PERSON = frozenset({Mode.IN_PERSON, Mode.MIXED})


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody is elsewhere in person when a meeting would take place."""

    who: str  # the contact's name, or the young person's reference
    where: str  # the other opportunity, with its days and times
    is_leader: bool  # whoever leads it: then it cannot take place
    is_perhaps: bool = False  # the other one is a draft, so nobody is promised twice


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Who would be at the meetings, how, and which opportunities do not matter because they would be moved."""

    leader_id: int | None
    people: Collection[int] = ()  # ids of young people
    mode: Mode = Mode.IN_PERSON
    besides: Collection[int] = ()


def clashes(timings: Sequence[Timing], present: Present) -> Mapping[date, Sequence[Clash]]:
    """Who is elsewhere, by the first day of each meeting that clashes; the leader first."""
    if present.mode not in IN_PERSON or not timings:
        return {}
    found: dict[date, list[Clash]] = {}
    for clash, other in (*_of_leader(timings, present), *_of_people(timings, present)):
        for timing in timings:
            if timing.overlaps(other):
                found.setdefault(timing.first_day, []).append(clash)
    return found


def _of_leader(timings: Sequence[Timing], present: Present) -> list[tuple[Clash, Timing]]:
    if present.leader_id is None:
        return []
    rows = db.session.execute(
        select(Contact.name, Opportunity.title, Opportunity.starts_at, Opportunity.ends_at, Opportunity.status)
        .join(Contact, Contact.id == Opportunity.leader_id)
        .where(Opportunity.leader_id == present.leader_id, *_meanwhile(timings, present))
        .order_by(Opportunity.starts_at, Opportunity.id)
    )
    return [
        _elsewhere(name, title, Timing.between(starts, ends), is_leader=True, status=status)
        for name, title, starts, ends, status in rows
    ]


def _of_people(timings: Sequence[Timing], present: Present) -> list[tuple[Clash, Timing]]:
    if not present.people:
        return []
    rows = db.session.execute(
        select(YoungPerson.reference, Opportunity.title, Opportunity.starts_at, Opportunity.ends_at)
        .join(Place, Place.young_person_id == YoungPerson.id)
        .join(Opportunity, Opportunity.id == Place.opportunity_id)
        .where(
            Place.young_person_id.in_(present.people),
            Place.status.in_(TAKES_PART),
            *_meanwhile(timings, present),
        )
        .order_by(Opportunity.starts_at, YoungPerson.reference, Place.id)
    )
    return [
        _elsewhere(reference, title, Timing.between(starts, ends), is_leader=False)
        for reference, title, starts, ends in rows
    ]


def _elsewhere(
    who: str, title: str, timing: Timing, *, is_leader: bool, status: OpportunityStatus = OpportunityStatus.OPEN
) -> tuple[Clash, Timing]:
    where = f"{title}, {timing.short_days}, {timing.times}"
    is_draft = status is OpportunityStatus.DRAFT
    return Clash(who, f"{where}, a draft" if is_draft else where, is_leader, is_draft), timing


def _meanwhile(timings: Sequence[Timing], present: Present) -> list[ColumnElement[bool]]:
    return [
        Opportunity.id.not_in(present.besides),
        Opportunity.status != OpportunityStatus.CANCELLED,
        Opportunity.mode.in_(IN_PERSON),
        Opportunity.starts_at < max(each.ends_at for each in timings),
        Opportunity.ends_at > min(each.starts_at for each in timings),
    ]
