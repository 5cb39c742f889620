"""Giving young people places, and ending places."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict
from crm.opportunities.models import LIVE, Opportunity, Place, PlaceStatus, Side
from crm.opportunities.services.clashes import busy_elsewhere, lock_people
from crm.opportunities.services.fulfilling import Allocation, checked_line
from crm.opportunities.services.opening import refuse_too_young, too_young
from crm.opportunities.services.seats import free_seats, lock, take_seats
from crm.pledges.models import PledgeLine
from crm.providers.models import Provider, YearGroup, YoungPerson
from crm.providers.queries import by_reference, folded
from crm.providers.references import Refused, read_references
from crm.providers.services import add_young_people

WITHDRAWS = frozenset({Side.YOUNG_PERSON, Side.PROVIDER})  # others cancel


@dataclass(frozen=True, slots=True)
class AddedPlaces:
    """What became of references that were pasted for an opportunity. Every line is in exactly one of these."""

    added: Sequence[str] = ()
    already: Sequence[str] = ()  # have a place here
    busy: Sequence[Refused] = ()  # have one elsewhere at the time
    unknown: Sequence[str] = ()  # the provider has no such young person
    repeated: Sequence[str] = ()
    refused: Sequence[Refused] = ()  # no references
    created: Sequence[str] = field(default=())  # of those added, recorded just now


def add_place_for(opportunity: Opportunity, young_person: YoungPerson, pledge_line: PledgeLine | None = None) -> Place:
    """Give somebody a confirmed place. Without a pledge line one is proposed: see `Allocation`.

    Raises Conflict if they have a place here, are elsewhere in person at the time or left their provider, if nothing
    is free, or if the line does not fit.
    """
    lock(opportunity)
    lock_people([young_person.id])
    reference = young_person.reference
    if young_person.left_at is not None:
        raise Conflict(f"{reference} has left their provider.")
    refuse_too_young(opportunity, [young_person])
    if _have_places(opportunity, [young_person.id]):
        raise Conflict(f"{reference} already has a place in this opportunity.")
    elsewhere = busy_elsewhere(opportunity, [young_person.id])
    if elsewhere:
        raise Conflict(f"{reference} has a place in another opportunity then: {elsewhere[young_person.id]}.")
    line_id = _line(opportunity, pledge_line, 1)
    return _add(opportunity, [Place(young_person_id=young_person.id, pledge_line_id=line_id)])[0]


def add_headcount(
    opportunity: Opportunity, provider: Provider, seats: int, pledge_line: PledgeLine | None = None
) -> Place:
    """Hold seats for young people of a provider who are not named. Raises Conflict like `add_place_for`."""
    if seats < 1:
        raise Conflict("Enter how many young people, like 12.")
    lock(opportunity)
    line_id = _line(opportunity, pledge_line, seats)
    return _add(opportunity, [Place(provider_id=provider.id, seats=seats, pledge_line_id=line_id)])[0]


def add_places_by_reference(
    opportunity: Opportunity, provider: Provider, pasted: str, *, create_as: YearGroup | None = None
) -> AddedPlaces:
    """Give places to a provider's young people by references pasted one on a line, and say what became of each line.

    References that are not known yet are recorded if a year group is given for them in `create_as`.

    Raises Conflict, and adds nobody, if there are not enough places for all who could be added.
    """
    lock(opportunity)
    read = read_references(pasted)
    created: Sequence[YoungPerson] = ()
    if create_as is not None:
        created = add_young_people(provider, "\n".join(read.references), create_as).added
    known = by_reference(provider.id, read.references)
    here = {folded(each): each for each in reversed(read.references)}  # each person once, as first written
    locked = lock_people([known[key].id for key in here if key in known])
    had = _have_places(opportunity, [person.id for person in locked])
    elsewhere = busy_elsewhere(opportunity, [person.id for person in locked])
    younger = too_young(opportunity, locked)
    free = [
        person
        for person in locked
        if person.id not in had | elsewhere.keys() and person.left_at is None and person not in younger
    ]
    allocation = Allocation(opportunity)
    if free:
        _add(opportunity, [Place(young_person_id=each.id, pledge_line_id=allocation.line_for(1)) for each in free])
    return AddedPlaces(
        added=[person.reference for person in free],
        already=[person.reference for person in locked if person.id in had],
        busy=[
            *(Refused(each.reference, elsewhere[each.id]) for each in locked if each.id in elsewhere.keys() - had),
            *(Refused(each.reference, "left the provider") for each in locked if each.left_at is not None),
            *(Refused(each.reference, f"{each.year_group.label}, and this lasts several days") for each in younger),
        ],
        unknown=[text for key, text in reversed(here.items()) if key not in known],
        repeated=[*read.repeated, *(each for each in read.references if here[folded(each)] != each)],
        refused=read.refused,
        created=[person.reference for person in created],
    )


def end_place(place: Place, *, side: Side, reason: str) -> None:
    """Somebody will not take part, and the seat is free again. The place's opportunity must be loaded.

    On the young person's or their provider's side a place is withdrawn, on any other it is cancelled.

    Raises Conflict if no reason is given, or the place ended before or has its attendance marked.
    """
    lock(place.opportunity)
    db.session.refresh(place, ["status", "version"])
    if place.status is not PlaceStatus.CONFIRMED:
        raise Conflict(f"This place is {place.status.label.lower()}, so it cannot be ended.")
    if not reason.strip():
        raise Conflict("Enter why the place ended.")
    place.status = PlaceStatus.WITHDRAWN if side in WITHDRAWS else PlaceStatus.CANCELLED
    place.ended_side, place.ended_reason, place.ended_at = side, reason.strip(), clock.now()
    db.session.flush()
    free_seats(place.opportunity, place.seats)


def _line(opportunity: Opportunity, chosen: PledgeLine | None, seats: int) -> int | None:
    return Allocation(opportunity).line_for(seats) if chosen is None else checked_line(opportunity, chosen.id)


def _have_places(opportunity: Opportunity, people: Collection[int]) -> set[int]:
    """Who of these already has a live place here. The partial unique index says the same, less politely."""
    statement = select(Place.young_person_id).where(
        Place.opportunity_id == opportunity.id, Place.young_person_id.in_(people), Place.status.in_(LIVE)
    )
    return {person_id for person_id in db.session.scalars(statement) if person_id is not None}


def _add(opportunity: Opportunity, places: Sequence[Place]) -> Sequence[Place]:
    take_seats(opportunity, sum(place.seats or 1 for place in places))
    for place in places:
        place.opportunity_id = opportunity.id
        place.status = PlaceStatus.CONFIRMED
    db.session.add_all(places)
    db.session.flush()
    return places
