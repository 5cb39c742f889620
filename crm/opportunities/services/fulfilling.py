"""Which pledge line a place fulfils: proposed by the program, changed by an officer, checked either way.

A place links to the first version's line, so that a later version of the pledge keeps its progress. A line never takes
more than was promised unless somebody chooses over-delivery; lines without a number yet take any number.
"""

from collections.abc import Sequence

from sqlalchemy import select

from crm.core.db import db
from crm.core.errors import Conflict
from crm.opportunities.models import LIVE, TAKES_PART, Opportunity, Place
from crm.opportunities.queries.lines import LineChoice, fitting_lines
from crm.opportunities.services.seats import lock
from crm.pledges.models import PledgeLine


class Allocation:
    """Hands out pledge lines to places, one after the other, where most remains; of drafts only if none is in force.

    Made once everything else is locked: nobody else links a place to these lines until the unit of work ends.
    """

    def __init__(self, opportunity: Opportunity, *, over_delivery: bool = False) -> None:
        lines = _locked_lines(opportunity)
        in_force = [choice for choice in lines if choice.is_in_force]
        self._left = {choice: choice.remaining for choice in in_force or lines}
        self._over_delivery = over_delivery

    def link(self, place: Place, seats: int = 1) -> None:
        """Let a place fulfil what is proposed; nothing, if all that was promised is booked or delivered already.

        Raises Conflict if only some of its seats were promised: whether the others are over-delivery is to be chosen.
        """
        place.pledge_line_id, place.is_over_delivery = None, False
        choice = self._with_room(seats)
        if choice is None and self._left:
            choice = self._beyond(seats)
            place.is_over_delivery = choice is not None
        if choice is not None:
            self._left[choice] -= seats
            place.pledge_line_id = choice.root_id

    def _with_room(self, seats: int) -> LineChoice | None:
        roomy = [choice for choice, left in self._left.items() if choice.is_open_ended or left >= seats]
        return min(roomy, key=self._rank, default=None)

    def _beyond(self, seats: int) -> LineChoice | None:
        if self._over_delivery:
            return min(self._left, key=self._rank)
        left = max(self._left.values())
        if left > 0:
            raise Conflict(
                f"Only {left} of these {seats} were promised. Say that what is more than promised counts as "
                f"over-delivery, or add {left} first and then the others."
            )
        return None

    def _rank(self, choice: LineChoice) -> tuple[bool, int, int]:
        return (choice.is_open_ended, -self._left[choice], choice.root_id)


def set_line(place: Place, opportunity: Opportunity, line_id: int, *, over_delivery: bool = False) -> None:
    """Let a place fulfil a line, of any version, that somebody chose. Its `seats` must be set, the opportunity locked.

    Raises Conflict unless it is the same employer's, for the same kind, and its dates include the first day; and if
    what was promised is booked or delivered already, unless over-delivery was chosen.
    """
    choice = next((each for each in _locked_lines(opportunity) if line_id in each.line_ids), None)
    if choice is None:
        raise Conflict(
            "A place fulfils a pledge line of the same employer and kind whose dates include the first day. "
            "Choose another line, or none."
        )
    if place.pledge_line_id == choice.root_id:
        return
    fits = choice.is_open_ended or choice.remaining >= place.seats
    if not fits and not over_delivery:
        raise Conflict(
            f"This promise has {choice.remaining} left. Choose another line, or say that what is more than promised "
            "counts as over-delivery."
        )
    place.pledge_line_id, place.is_over_delivery = choice.root_id, not fits


def change_pledge_line(place: Place, line_id: int | None, *, over_delivery: bool = False) -> None:
    """Let a place fulfil another pledge line, or none. Its opportunity must be loaded.

    Raises Conflict like `set_line`, and if nobody has the place: until it is confirmed a place fulfils nothing.
    """
    lock(place.opportunity)
    db.session.refresh(place, ["status", "version"])
    if place.status not in TAKES_PART:
        raise Conflict(f"This place is {place.status.label.lower()}, so it fulfils no promise.")
    if line_id is None:
        place.pledge_line_id, place.is_over_delivery = None, False
    else:
        set_line(place, place.opportunity, line_id, over_delivery=over_delivery)
    db.session.flush()


def relink_places(opportunity: Opportunity) -> None:
    """After another kind or first day: links that no longer fit are replaced by what is proposed now, if anything."""
    fitting = {choice.root_id for choice in fitting_lines(opportunity)}
    stranded = [place for place in _linked_places(opportunity) if place.pledge_line_id not in fitting]
    if not stranded:
        return
    allocation = Allocation(opportunity)
    for place in stranded:
        try:
            allocation.link(place, place.seats)
        except Conflict:  # only some of a headcount was promised: an officer chooses
            place.pledge_line_id = None
    db.session.flush()


def _locked_lines(opportunity: Opportunity) -> Sequence[LineChoice]:
    """What fits, as it is once nobody else can link a place to it: the first versions' rows are locked, by id."""
    roots = [choice.root_id for choice in fitting_lines(opportunity)]
    if not roots:
        return []
    locked = select(PledgeLine.id).where(PledgeLine.id.in_(roots)).order_by(PledgeLine.id).with_for_update()
    db.session.execute(locked).all()
    return fitting_lines(opportunity)


def _linked_places(opportunity: Opportunity) -> Sequence[Place]:
    return db.session.scalars(
        select(Place)
        .where(Place.opportunity_id == opportunity.id, Place.status.in_(LIVE), Place.pledge_line_id.is_not(None))
        .order_by(Place.id)
    ).all()
