"""The waiting list: whoever waits longest moves up in the very unit of work that frees a place."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict
from crm.opportunities.models import Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.opportunities.queries.readiness import readiness_of
from crm.opportunities.services.clashes import busy_elsewhere, lock_people
from crm.opportunities.services.fulfilling import Allocation
from crm.opportunities.services.opening import too_young
from crm.opportunities.services.seats import take_seats
from crm.opportunities.timing import last_day_to_answer
from crm.providers.models import YoungPerson
from crm.providers.references import Refused
from crm.reference.settings import offer_days


@dataclass(frozen=True, slots=True)
class MovedUp:
    """What a freed place set going, in the order of the queue."""

    moved: Sequence[Place] = ()
    passed_over: Sequence[Refused] = ()  # whoever waited longer, and why not


def wait(place: Place, waits_for: PlaceStatus) -> None:
    """Put a place at the end of the queue of its opportunity. It then becomes what it waits for, by itself."""
    place.status, place.waits_for, place.waiting_since = PlaceStatus.WAITLISTED, waits_for, clock.now()
    place.answer_by = None


def settle(place: Place, status: PlaceStatus) -> None:
    """Take a place from the queue, or let an offer be answered: only what belongs to its new state remains."""
    place.status, place.waits_for, place.passed_over, place.answer_by = status, None, None, None


def move_up(opportunity: Opportunity) -> MovedUp:
    """Give free seats to those who wait, the longest first. The opportunity must be locked.

    Each becomes what it waited for; an offer instead of a confirmed place while the site's checks are not in order, or
    while somebody has to choose what promise it fulfils. Whoever left their provider, is elsewhere then, or needs more
    seats than there are keeps waiting, with the reason. Nobody moves once it has begun.
    """
    if opportunity.status is not OpportunityStatus.OPEN or opportunity.starts_at <= clock.now() or opportunity.is_full:
        return MovedUp()
    queue = waiting_in(opportunity)
    if not queue:
        return MovedUp()
    in_the_way = obstacles(opportunity, queue)
    left, movers, passed = opportunity.seats_left, [], []
    for place in queue:
        if left == 0:
            break
        why = in_the_way.get(place.id) or (f"{place.seats} wait, {left} free" if place.seats > left else None)
        if why is None:
            left -= place.seats
            movers.append(place)
        else:
            place.passed_over = why
            passed.append(Refused(place.who, why))
    if movers:
        take_seats(opportunity, sum(place.seats for place in movers))
        _seat(opportunity, movers)
    db.session.flush()
    return MovedUp(movers, passed)


def _seat(opportunity: Opportunity, movers: Sequence[Place]) -> None:
    confirming = [place for place in movers if place.waits_for is PlaceStatus.CONFIRMED]
    may_confirm = bool(confirming) and readiness_of(opportunity).is_ready
    allocation = Allocation(opportunity) if may_confirm else None
    answer_by = offered_until(opportunity)
    for place in movers:
        if place.waits_for is PlaceStatus.CONFIRMED and allocation is not None and _links(allocation, place):
            settle(place, PlaceStatus.CONFIRMED)
        else:
            offer(place, answer_by)
        place.moved_up_at = clock.now()


def _links(allocation: Allocation, place: Place) -> bool:
    try:
        allocation.link(place, place.seats)
    except Conflict:
        return False
    return True


def offer(place: Place, answer_by: date) -> None:
    """Hold a place for an answer. Its seats must have been taken."""
    settle(place, PlaceStatus.OFFERED)
    place.answer_by = answer_by


def offered_until(opportunity: Opportunity) -> date:
    """The last day to answer an offer that is made today. One statement."""
    return last_day_to_answer(clock.today(), clock.local_date(opportunity.starts_at), offer_days())


def waiting_in(opportunity: Opportunity) -> Sequence[Place]:
    """The queue, with young people loaded."""
    return db.session.scalars(
        select(Place)
        .where(Place.opportunity_id == opportunity.id, Place.status == PlaceStatus.WAITLISTED)
        .options(joinedload(Place.young_person))
        .order_by(Place.waiting_since, Place.id)
        .execution_options(populate_existing=True)
    ).all()


def chosen_places(opportunity: Opportunity, place_ids: Collection[int]) -> Sequence[Place]:
    """Places of the opportunity as they are now, whoever waits longest first. Young people are loaded."""
    return db.session.scalars(
        select(Place)
        .where(Place.opportunity_id == opportunity.id, Place.id.in_(place_ids))
        .options(joinedload(Place.young_person))
        .order_by(Place.waiting_since.is_(None), Place.waiting_since, Place.id)
        .execution_options(populate_existing=True)
    ).all()


def obstacles(opportunity: Opportunity, places: Collection[Place]) -> dict[int, str]:
    """Why some of these places cannot be had now, by place id. Locks their young people, who must be loaded."""
    people = {person.id: person for person in lock_people([id_ for id_ in map(_person_id, places) if id_])}
    busy = busy_elsewhere(opportunity, people)
    younger = {person.id for person in too_young(opportunity, list(people.values()))}
    found = {}
    for place in places:
        person = people.get(_person_id(place))
        if person is not None and (why := _why_not(person, busy, younger)):
            found[place.id] = why
    return found


def _why_not(person: YoungPerson, busy: dict[int, str], younger: Collection[int]) -> str:
    if person.left_at is not None:
        return "left the provider"
    if person.id in busy:
        return f"has a place then: {busy[person.id]}"
    return f"{person.year_group.label}, and this lasts several days" if person.id in younger else ""


def lock_waiting(opportunity_ids: Collection[int]) -> None:
    """Before places in several opportunities are freed: lock whoever may move up, all at once and in one order."""
    waiting = (Place.opportunity_id.in_(opportunity_ids), Place.status == PlaceStatus.WAITLISTED)
    lock_people(select(Place.young_person_id).where(*waiting))


def _person_id(place: Place) -> int:
    return place.young_person_id or 0
