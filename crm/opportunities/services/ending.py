"""Ending places, whatever they were, and taking that back. Who waits moves up at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict
from crm.core.formatting import long_date
from crm.opportunities.models import (
    CAN_END,
    HOLDS_A_SEAT,
    LIVE,
    Opportunity,
    OpportunityStatus,
    Place,
    PlaceStatus,
    Side,
)
from crm.opportunities.services.booking import refuse_unready
from crm.opportunities.services.fulfilling import Allocation
from crm.opportunities.services.seats import free_seats, lock, take_seats
from crm.opportunities.services.waiting import MovedUp, chosen_places, move_up, obstacles, offer, offered_until, settle

WITHDRAWS = frozenset({Side.YOUNG_PERSON, Side.PROVIDER})  # others cancel


@dataclass(frozen=True, slots=True)
class Ended:
    """Places that ended together, and who moved up for them."""

    places: Sequence[Place]
    moved_up: MovedUp


def end_place(place: Place, *, side: Side, reason: str) -> MovedUp:
    """Somebody will not take part, and a seat that was held is free again. The place's opportunity must be loaded.

    Raises Conflict if no reason is given, or the place ended before or has its attendance marked.
    """
    lock(place.opportunity)
    db.session.refresh(place, ["status", "version"])
    if place.status not in CAN_END:
        raise Conflict(f"This place is {place.status.label.lower()}, so it cannot be ended.")
    return _end(place.opportunity, [place], side, reason)


def end_places(opportunity: Opportunity, place_ids: Collection[int], *, side: Side, reason: str) -> Ended:
    """The same for several. Raises Conflict, and ends none, if one of them cannot be ended."""
    lock(opportunity)
    places = chosen_places(opportunity, place_ids)
    for place in places:
        if place.status not in CAN_END:
            raise Conflict(f"{place.who} is {place.status.label.lower()} by now, so nothing was ended. Choose again.")
    if not places:
        raise Conflict("Choose at least one place.")
    return Ended(places, _end(opportunity, places, side, reason))


def lapse_offer(place_id: int, today: date) -> bool:
    """End an offer whose day to answer is over. Returns whether there was one to end. Safe to repeat."""
    place = db.session.scalars(
        select(Place).where(Place.id == place_id).options(joinedload(Place.opportunity))
    ).one_or_none()
    if place is None:
        return False
    lock(place.opportunity)
    db.session.refresh(place, ["status", "answer_by", "version"])
    if place.status is not PlaceStatus.OFFERED or place.answer_by is None or place.answer_by >= today:
        return False
    reason = f"The offer was not answered by {long_date(place.answer_by)}"
    _end(place.opportunity, [place], Side.PROVIDER, reason)
    return True


def restore_place(place: Place) -> None:
    """Take back that a place ended: it is again what it was. Its opportunity and young person must be loaded.

    A place that waited goes back to its turn in the queue; an offer has its days to be answered anew.

    Raises Conflict if the opportunity is not open any more, nothing is free, the young person has another place here or
    then, or left, or the site's checks are not in order.
    """
    opportunity = place.opportunity
    lock(opportunity)
    db.session.refresh(place, ["status", "ended_from", "version"])
    was = place.ended_from
    if was is None or place.status in LIVE:
        raise Conflict(f"This place is {place.status.label.lower()}, so there is nothing to take back.")
    if opportunity.status is not OpportunityStatus.OPEN:
        raise Conflict(f"This opportunity is {opportunity.status.value}, so no place in it can be put back.")
    in_the_way = obstacles(opportunity, [place]).get(place.id)
    if in_the_way:
        raise Conflict(f"{place.who} cannot have this place again: {in_the_way}.")
    if _has_another(place):
        raise Conflict(f"{place.who} has another place in this opportunity by now.")
    _bring_back(place, opportunity, was)
    db.session.flush()


def _bring_back(place: Place, opportunity: Opportunity, was: PlaceStatus) -> None:
    if was is PlaceStatus.CONFIRMED:
        refuse_unready(opportunity)
        if opportunity.seats_left >= place.seats:
            Allocation(opportunity).link(place, place.seats)
    if was in HOLDS_A_SEAT:
        take_seats(opportunity, place.seats)
    answer_by = offered_until(opportunity)
    place.ended_from = place.ended_side = place.ended_reason = place.ended_at = None
    if was is PlaceStatus.OFFERED:
        offer(place, answer_by)
    else:
        settle(place, was)
    if was is PlaceStatus.WAITLISTED:
        place.waits_for, place.waiting_since = PlaceStatus.OFFERED, place.waiting_since or clock.now()


def _end(opportunity: Opportunity, places: Sequence[Place], side: Side, reason: str) -> MovedUp:
    if not reason.strip():
        raise Conflict("Enter why the place ended.")
    freed = sum(place.seats for place in places if place.status in HOLDS_A_SEAT)
    now = clock.now()
    for place in places:
        close(place, _ends_as(place.status, side), side=side, reason=reason, at=now)
    db.session.flush()
    if freed:
        free_seats(opportunity, freed)
    return move_up(opportunity) if freed else MovedUp()


def close(place: Place, status: PlaceStatus, *, side: Side, reason: str, at: datetime) -> None:
    """Write down that a place ended, and what it was until then."""
    place.ended_from = place.status
    settle(place, status)
    place.ended_side, place.ended_reason, place.ended_at = side, reason.strip(), at


def _ends_as(was: PlaceStatus, side: Side) -> PlaceStatus:
    """On the young person's or their provider's side a place is withdrawn, on any other it is cancelled.

    An offer that they do not want, and a wish that is not met, are declined.
    """
    if was is PlaceStatus.CONFIRMED:
        return PlaceStatus.WITHDRAWN if side in WITHDRAWS else PlaceStatus.CANCELLED
    if was is PlaceStatus.OFFERED:
        return PlaceStatus.DECLINED if side in WITHDRAWS else PlaceStatus.CANCELLED
    return PlaceStatus.WITHDRAWN if side in WITHDRAWS else PlaceStatus.DECLINED


def _has_another(place: Place) -> bool:
    if place.young_person_id is None:
        return False
    others = (Place.opportunity_id == place.opportunity_id, Place.young_person_id == place.young_person_id)
    return db.session.scalar(select(Place.id).where(*others, Place.status.in_(LIVE)).limit(1)) is not None
