"""Nobody is in two places at once: not the people who lead, not the young people."""

from collections.abc import Collection, Sequence

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.models import Contact
from crm.opportunities.models import LIVE, TAKES_PART, Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.opportunities.timing import Timing
from crm.pledges.kinds import EXPERIENCES, Mode
from crm.providers.models import YoungPerson

IN_PERSON = frozenset({Mode.IN_PERSON, Mode.MIXED})


class ClashWarning(Conflict):
    """Something may clash, and nothing was saved: whoever wants it all the same says so. `clashes` are sentences."""

    def __init__(self, clashes: Sequence[str]) -> None:
        super().__init__(" ".join(clashes))
        self.clashes = clashes


def refuse_busy_leader(opportunity: Opportunity, *, warned: bool = True) -> None:
    """Raise Conflict, naming the other opportunity, if whoever leads this one in person is elsewhere at the time.

    While one of the two is a draft nobody is promised twice: that is a ClashWarning, unless they were `warned`.

    A supervisor may look after several experiences at one site at once. The contact's row is locked first, so that of
    two who schedule the same person at the same moment the second sees what the first arranged.
    """
    if opportunity.leader_id is None or opportunity.mode not in IN_PERSON:
        return
    name = db.session.scalar(select(Contact.name).where(Contact.id == opportunity.leader_id).with_for_update())
    perhaps = []
    with db.session.no_autoflush:  # the opportunity itself is about to be written
        others = db.session.scalars(_at_the_time(opportunity).where(Opportunity.leader_id == opportunity.leader_id))
        for other in others:
            if not _overlap(opportunity, other) or _supervised_together(opportunity, other):
                continue
            if OpportunityStatus.DRAFT not in (opportunity.status, other.status):
                raise Conflict(f"{name} is at another opportunity then: {_named(other)}. Choose somebody else.")
            draft = ", a draft" if other.status is OpportunityStatus.DRAFT else ""
            perhaps.append(f"{name} is asked for at the same time by {_named(other)}{draft}.")
    if perhaps and not warned:
        raise ClashWarning(perhaps)


def refuse_busy_people(opportunity: Opportunity, *, warned: bool = True) -> None:
    """Raise Conflict, naming one, if somebody who has a place here has been moved on top of another of their places.

    While one of the two places is not confirmed it is a ClashWarning, unless they were `warned`.

    Their rows are locked first, in the order of their ids, as `refuse_busy_person` does.
    """
    if opportunity.mode not in IN_PERSON:
        return
    here = {person_id: status for person_id, status in _live_places(opportunity) if person_id is not None}
    people = {person.id: person for person in lock_people(here)}
    perhaps = []
    for place in _places_elsewhere(opportunity, people, LIVE):
        if place.young_person_id is None or not _overlap(opportunity, place.opportunity):
            continue
        reference, there = people[place.young_person_id].reference, _named(place.opportunity)
        if place.status in TAKES_PART and here[place.young_person_id] in TAKES_PART:
            raise Conflict(f"{reference} has a place in another opportunity then: {there}.")
        perhaps.append(f"{reference} may take part in another opportunity then: {there}.")
    if perhaps and not warned:
        raise ClashWarning(perhaps)


def _live_places(opportunity: Opportunity) -> Sequence[Row[int | None, PlaceStatus]]:
    live = (Place.opportunity_id == opportunity.id, Place.status.in_(LIVE))
    return db.session.execute(select(Place.young_person_id, Place.status).where(*live).order_by(Place.id)).all()


def lock_people(chosen: Collection[int] | Select[int | None]) -> Sequence[YoungPerson]:
    """Make everybody else who gives these people a place wait until this unit of work ends."""
    return db.session.scalars(
        select(YoungPerson).where(YoungPerson.id.in_(chosen)).order_by(YoungPerson.id).with_for_update()
    ).all()


def busy_elsewhere(opportunity: Opportunity, people: Collection[int]) -> dict[int, str]:
    """Who of these young people has a place in person at the same time, by id, and where. Lock them first."""
    if opportunity.mode not in IN_PERSON:
        return {}
    return {
        place.young_person_id: _named(place.opportunity)
        for place in _places_elsewhere(opportunity, people)
        if place.young_person_id is not None and _overlap(opportunity, place.opportunity)
    }


def _places_elsewhere(
    opportunity: Opportunity, people: Collection[int], statuses: Collection[PlaceStatus] = TAKES_PART
) -> Sequence[Place]:
    """Places of people in other opportunities whose days, if not their hours, overlap this one's."""
    return db.session.scalars(
        select(Place)
        .join(Place.opportunity)
        .where(
            Place.young_person_id.in_(people),
            Place.status.in_(statuses),
            Place.opportunity_id.in_(_at_the_time(opportunity).with_only_columns(Opportunity.id)),
        )
        .options(joinedload(Place.opportunity))
        .order_by(Place.id)
    ).all()


def _at_the_time(opportunity: Opportunity) -> Select[Opportunity]:
    return select(Opportunity).where(
        Opportunity.id.is_distinct_from(opportunity.id),
        Opportunity.status != OpportunityStatus.CANCELLED,
        Opportunity.mode.in_(IN_PERSON),
        Opportunity.starts_at < opportunity.ends_at,
        Opportunity.ends_at > opportunity.starts_at,
    )


def _overlap(one: Opportunity, another: Opportunity) -> bool:
    return _timing(one).overlaps(_timing(another))


def _timing(opportunity: Opportunity) -> Timing:
    return Timing.of(opportunity)


def _supervised_together(one: Opportunity, another: Opportunity) -> bool:
    return one.site_id is not None and one.site_id == another.site_id and {one.kind, another.kind} <= EXPERIENCES


def _named(opportunity: Opportunity) -> str:
    timing = _timing(opportunity)
    return f"{opportunity.title}, {timing.days}, {timing.times}"
