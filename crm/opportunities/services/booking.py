"""Giving young people places: confirmed at once, offered, or only asked for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from crm.core.db import db
from crm.core.errors import Conflict
from crm.opportunities.models import LIVE, Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.opportunities.queries.readiness import readiness_of
from crm.opportunities.services.clashes import busy_elsewhere, lock_people
from crm.opportunities.services.fulfilling import Allocation, set_line
from crm.opportunities.services.opening import refuse_too_young, too_young
from crm.opportunities.services.seats import lock, take_seats
from crm.opportunities.services.waiting import offered_until, wait
from crm.pledges.models import PledgeLine
from crm.providers.models import Provider, YearGroup, YoungPerson
from crm.providers.queries import by_reference, folded
from crm.providers.references import Refused, read_references
from crm.providers.services import add_young_people


@dataclass(frozen=True, slots=True, kw_only=True)
class Adding:
    """How places are added."""

    status: PlaceStatus = PlaceStatus.CONFIRMED  # or offered, or requested
    rest_waits: bool = False  # what does not fit goes on the waiting list; otherwise nobody is added
    over_delivery: bool = False  # what is more than was promised counts as over-delivery; otherwise for no promise


CONFIRMED = Adding()
REQUESTED = Adding(status=PlaceStatus.REQUESTED)


@dataclass(frozen=True, slots=True)
class AddedPlaces:
    """What became of references that were pasted for an opportunity. Every line is in exactly one of these."""

    added: Sequence[str] = ()
    already: Sequence[str] = ()  # have a place here
    busy: Sequence[Refused] = ()  # have one elsewhere at the time
    unknown: Sequence[str] = ()  # the provider has no such young person
    repeated: Sequence[str] = ()
    refused: Sequence[Refused] = ()  # no references
    created: Sequence[str] = field(default=())  # of those added or waiting, recorded just now
    waiting: Sequence[str] = ()  # were put on the waiting list
    unpromised: int = 0  # of those added: fulfil no promise, since all that was promised is booked or delivered


def add_place_for(
    opportunity: Opportunity,
    young_person: YoungPerson,
    pledge_line: PledgeLine | None = None,
    *,
    over_delivery: bool = False,
) -> Place:
    """Give somebody a confirmed place. Without a pledge line one is proposed: see `Allocation`.

    Raises Conflict if they have a place here, are elsewhere in person at the time or left their provider, if nothing
    is free, the site's checks are not in order, or the line does not fit or has nothing left.
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
    place = _place_of(young_person)
    if pledge_line is not None:
        refuse_unready(opportunity)
        set_line(place, opportunity, pledge_line.id, over_delivery=over_delivery)
        return _hold(opportunity, [place])[0]
    return _add(opportunity, [place], Adding(over_delivery=over_delivery))[0]


def add_headcount(
    opportunity: Opportunity,
    provider: Provider,
    seats: int,
    pledge_line: PledgeLine | None = None,
    *,
    adding: Adding = CONFIRMED,
) -> Place:
    """Hold seats for young people of a provider who are not named. Raises Conflict like `add_place_for`."""
    if seats < 1:
        raise Conflict("Enter how many young people, like 12.")
    lock(opportunity)
    place = Place(provider_id=provider.id, seats=seats)
    if pledge_line is not None:
        refuse_unready(opportunity)
        set_line(place, opportunity, pledge_line.id, over_delivery=adding.over_delivery)
        return _hold(opportunity, [place])[0]
    return _add(opportunity, [place], adding)[0]


def add_places_by_reference(
    opportunity: Opportunity,
    provider: Provider,
    pasted: str,
    *,
    create_as: YearGroup | None = None,
    adding: Adding = CONFIRMED,
) -> AddedPlaces:
    """Give places to a provider's young people by references pasted one on a line, and say what became of each line.

    References that are not known yet are recorded if a year group is given for them in `create_as`.

    Raises Conflict, and adds nobody, if there are not enough places for all who could be added, unless the rest waits.
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
    places = _add(opportunity, [_place_of(person) for person in _as_pasted(free, read.references)], adding)
    return AddedPlaces(
        added=[place.who for place in places if place.status is adding.status],
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
        waiting=[place.who for place in places if place.status is PlaceStatus.WAITLISTED],
        unpromised=sum(place.status is PlaceStatus.CONFIRMED and not place.pledge_line_id for place in places),
    )


def _place_of(person: YoungPerson) -> Place:
    return Place(young_person=person, young_person_id=person.id, seats=1)


def refuse_unready(opportunity: Opportunity) -> None:
    """Raise Conflict, saying what is in the way, unless places here can be confirmed."""
    problems = readiness_of(opportunity).problems
    if problems:
        raise Conflict(f"No place here can be confirmed yet: offer it instead. {' '.join(problems)}")


def _as_pasted(people: Sequence[YoungPerson], references: Sequence[str]) -> Sequence[YoungPerson]:
    """In the order of the lines: the first ones get what is free, the others wait in that order."""
    order = list(dict.fromkeys(map(folded, references)))
    return sorted(people, key=lambda person: order.index(folded(person.reference)))


def _have_places(opportunity: Opportunity, people: Collection[int]) -> set[int]:
    """Who of these already has a live place here. The partial unique index says the same, less politely."""
    statement = select(Place.young_person_id).where(
        Place.opportunity_id == opportunity.id, Place.young_person_id.in_(people), Place.status.in_(LIVE)
    )
    return {person_id for person_id in db.session.scalars(statement) if person_id is not None}


def _add(opportunity: Opportunity, places: Sequence[Place], adding: Adding) -> Sequence[Place]:
    """Add new places as they are to be. As many as fit are, if the rest waits."""
    if not places:
        return places
    if opportunity.status is not OpportunityStatus.OPEN:
        raise Conflict(f"This opportunity is {opportunity.status.value}, so nobody can be added to it.")
    if adding.status is PlaceStatus.REQUESTED:
        for place in places:
            place.status = PlaceStatus.REQUESTED
        return _write(opportunity, places)
    fitting, rest = _that_fit(opportunity, places) if adding.rest_waits else (places, ())
    if adding.status is PlaceStatus.CONFIRMED and fitting:
        refuse_unready(opportunity)
        allocation = Allocation(opportunity, over_delivery=adding.over_delivery)
        for place in fitting:
            allocation.link(place, place.seats)
    for place in rest:
        wait(place, adding.status)
    _hold(opportunity, fitting, adding.status)
    return [*fitting, *_write(opportunity, rest)]


def _that_fit(opportunity: Opportunity, places: Sequence[Place]) -> tuple[Sequence[Place], Sequence[Place]]:
    fitting: list[Place] = []
    rest: list[Place] = []
    left = opportunity.seats_left
    for place in places:
        fits = place.seats <= left
        left -= place.seats if fits else 0
        (fitting if fits else rest).append(place)
    return fitting, rest


def _hold(
    opportunity: Opportunity, places: Sequence[Place], status: PlaceStatus = PlaceStatus.CONFIRMED
) -> Sequence[Place]:
    if places:
        take_seats(opportunity, sum(place.seats for place in places))
    answer_by = offered_until(opportunity) if status is PlaceStatus.OFFERED else None
    for place in places:
        place.status, place.answer_by = status, answer_by
    return _write(opportunity, places)


def _write(opportunity: Opportunity, places: Sequence[Place]) -> Sequence[Place]:
    for place in places:
        place.opportunity_id = opportunity.id
    db.session.add_all(places)
    db.session.flush()
    return places
