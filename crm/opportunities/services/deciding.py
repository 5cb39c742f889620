"""What becomes of places that are asked for, offered or waiting: one at a time, or many at once."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from crm.core.db import db
from crm.core.errors import Conflict
from crm.opportunities.models import HOLDS_A_SEAT, Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.opportunities.services.booking import refuse_unready
from crm.opportunities.services.fulfilling import Allocation
from crm.opportunities.services.seats import lock, take_seats
from crm.opportunities.services.waiting import chosen_places, obstacles, offer, offered_until, settle, wait
from crm.providers.references import Refused

FULL = "no place is free"


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of the places that were chosen. Each is in exactly one of these."""

    done: Sequence[Place]
    waiting: Sequence[Place]  # did not fit
    refused: Sequence[Refused]  # stayed as they were

    @property
    def unpromised(self) -> int:
        """How many of them are confirmed for no promise."""
        return sum(place.status is PlaceStatus.CONFIRMED and not place.pledge_line_id for place in self.done)


def offer_places(opportunity: Opportunity, place_ids: Collection[int], *, rest_waits: bool = False) -> Decided:
    """Hold seats for places that are asked for or wait, until they are answered or their day is over.

    Each that is not free for it stays as it was and is told; with `rest_waits`, those for which no seat is free wait.

    Raises Conflict if nothing could be done.
    """
    lock(opportunity)
    answer_by = offered_until(opportunity)
    return _decide(
        opportunity,
        place_ids,
        lambda place: offer(place, answer_by),
        wanted=PlaceStatus.OFFERED,
        rest_waits=rest_waits,
    )


def confirm_places(
    opportunity: Opportunity, place_ids: Collection[int], *, rest_waits: bool = False, over_delivery: bool = False
) -> Decided:
    """Book places that are offered, asked for or waiting, each for the promise that is proposed: see `Allocation`.

    Raises Conflict like `offer_places`, and if the site's checks are not in order.
    """
    lock(opportunity)
    refuse_unready(opportunity)
    allocation: list[Allocation] = []  # made when the people are locked: lines always come after them

    def confirm(place: Place) -> None:
        if not allocation:
            allocation.append(Allocation(opportunity, over_delivery=over_delivery))
        allocation[0].link(place, place.seats)
        settle(place, PlaceStatus.CONFIRMED)

    return _decide(opportunity, place_ids, confirm, wanted=PlaceStatus.CONFIRMED, rest_waits=rest_waits)


def put_on_waiting_list(opportunity: Opportunity, place_ids: Collection[int]) -> Decided:
    """Let places that are asked for wait until a seat is free; they are then offered.

    Raises Conflict if none of them is asked for any more, or the opportunity is not open.
    """
    lock(opportunity)
    _refuse_closed(opportunity)
    places = chosen_places(opportunity, place_ids)
    asked = [place for place in places if place.status is PlaceStatus.REQUESTED]
    if not asked:
        raise Conflict("None of these is asked for any more.")
    for place in asked:
        wait(place, PlaceStatus.OFFERED)
    db.session.flush()
    return Decided([], asked, [_as_it_is(place) for place in places if place not in asked])


CAN_BECOME = {
    PlaceStatus.OFFERED: frozenset({PlaceStatus.REQUESTED, PlaceStatus.WAITLISTED}),
    PlaceStatus.CONFIRMED: frozenset({PlaceStatus.REQUESTED, PlaceStatus.WAITLISTED, PlaceStatus.OFFERED}),
}


def _decide(
    opportunity: Opportunity,
    place_ids: Collection[int],
    do: Callable[[Place], None],
    *,
    wanted: PlaceStatus,
    rest_waits: bool,
) -> Decided:
    _refuse_closed(opportunity)
    places = chosen_places(opportunity, place_ids)
    in_the_way = obstacles(opportunity, places)
    done: list[Place] = []
    waiting: list[Place] = []
    refused: list[Refused] = []
    for place in places:
        why = _why_not(place, opportunity, wanted) or in_the_way.get(place.id) or _try(do, place, opportunity)
        if why is None:
            done.append(place)
        elif why == FULL and rest_waits:
            if place.status is PlaceStatus.REQUESTED:
                wait(place, wanted)
            waiting.append(place)
        else:
            refused.append(Refused(place.who, why))
    if not done and not waiting:
        raise Conflict(_nothing_done(refused))
    db.session.flush()
    return Decided(done, waiting, refused)


def _try(do: Callable[[Place], None], place: Place, opportunity: Opportunity) -> str | None:
    """Do it, and take its seats unless it holds them. Returns why not, if so; then nothing has changed."""
    held = place.status in HOLDS_A_SEAT
    try:
        do(place)
    except Conflict as refusal:
        return str(refusal)
    if not held:
        take_seats(opportunity, place.seats)
    return None


def _why_not(place: Place, opportunity: Opportunity, wanted: PlaceStatus) -> str | None:
    if place.status not in CAN_BECOME[wanted]:
        return f"{place.status.label.lower()} by now"
    if place.status not in HOLDS_A_SEAT and place.seats > opportunity.seats_left:
        return FULL
    return None


def _nothing_done(refused: Sequence[Refused]) -> str:
    if not refused:
        return "Choose at least one place."
    return f"Nothing was changed: {'; '.join(f'{each.text} ({each.reason})' for each in refused[:6])}."


def _as_it_is(place: Place) -> Refused:
    return Refused(place.who, f"{place.status.label.lower()} by now")


def _refuse_closed(opportunity: Opportunity) -> None:
    if opportunity.status is not OpportunityStatus.OPEN:
        raise Conflict(f"This opportunity is {opportunity.status.value}, so its places stay as they are.")
