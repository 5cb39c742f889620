"""Who takes part from here on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core.clock import local_date
from crm.core.db import db
from crm.core.errors import Conflict
from crm.opportunities.models import CAN_END, HOLDS_A_SEAT, Opportunity, Place, Side
from crm.opportunities.series.models import MOST_MENTEES, Series
from crm.opportunities.series.services.locking import lock_series, lock_to_come
from crm.opportunities.series.services.places import Missed, give_places
from crm.opportunities.services import end_place, lock_waiting
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import Provider, YoungPerson
from crm.providers.queries import folded
from crm.providers.references import read_references

NOBODY_LEFT = "No meeting is to come. Add meetings first."


def add_mentees(series: Series, provider: Provider, references: str) -> tuple[int, Sequence[Missed]]:
    """Give a provider's young people a place in every meeting to come for which they are free.

    A mentor's meetings grow with their mentees; a talk keeps its number of places.

    Returns how many meetings there are to come, and who misses which of them.

    Raises Conflict if no meeting is to come, somebody is not known, there would be too many mentees, or too few
    places.
    """
    lock_series(series)
    meetings = lock_to_come(series)
    if not meetings:
        raise Conflict(NOBODY_LEFT)
    if series.kind is OpportunityKind.MENTORING:
        _make_room(meetings, provider, references)
    missed = [each for meeting in meetings for each in give_places(meeting, provider, references)]
    return len(meetings), missed


def _make_room(meetings: Sequence[Opportunity], provider: Provider, references: str) -> None:
    wanted = {folded(each) for each in read_references(references).references}
    for meeting, here in _places_here(meetings):
        others = sum(place.seats for place in here if _key(place, provider) not in wanted)
        needed = others + len(wanted)
        if needed > MOST_MENTEES:
            raise Conflict(f"A mentor has at most {MOST_MENTEES} mentees. Take somebody out first.")
        meeting.capacity = max(meeting.capacity, needed)
    db.session.flush()


def _places_here(meetings: Sequence[Opportunity]) -> Sequence[tuple[Opportunity, list[Place]]]:
    places = db.session.scalars(
        select(Place)
        .where(Place.opportunity_id.in_([each.id for each in meetings]), Place.status.in_(HOLDS_A_SEAT))
        .options(joinedload(Place.young_person))
        .order_by(Place.id)
    ).all()
    return [(meeting, [each for each in places if each.opportunity_id == meeting.id]) for meeting in meetings]


def _key(place: Place, provider: Provider) -> str:
    person = place.young_person
    return folded(person.reference) if person is not None and person.provider_id == provider.id else ""


@dataclass(frozen=True, slots=True)
class TakenOut:
    """In how many meetings somebody's place ended, and who moved up from the waiting list of which day."""

    meetings: int
    moved_up: Sequence[tuple[str, date]]


def take_mentee(series: Series, person: YoungPerson, *, side: Side, reason: str) -> TakenOut:
    """Somebody takes no part in what is to come. What is past stays.

    Raises Conflict if they have no place in a meeting to come, or no reason is given.
    """
    lock_series(series)
    meetings = [each.id for each in lock_to_come(series)]
    places = db.session.scalars(
        select(Place)
        .where(
            Place.opportunity_id.in_(meetings),
            Place.young_person_id == person.id,
            Place.status.in_(CAN_END),
        )
        .options(joinedload(Place.opportunity))
        .order_by(Place.opportunity_id)
    ).all()
    if not places:
        raise Conflict(f"{person.reference} has no place in a meeting to come.")
    lock_waiting(meetings)
    moved_up: list[tuple[str, date]] = []
    for place in places:
        day = local_date(place.opportunity.starts_at)
        moved_up += [(each.who, day) for each in end_place(place, side=side, reason=reason).moved]
    return TakenOut(len(places), moved_up)
