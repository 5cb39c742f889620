"""Which pledge line a place fulfils: proposed by the program, changed by an officer, checked either way.

A place links to the first version's line, so that a later version of the pledge keeps its progress.
"""

from collections.abc import Sequence

from sqlalchemy import select

from crm.core.db import db
from crm.core.errors import Conflict
from crm.opportunities.models import LIVE, Opportunity, Place
from crm.opportunities.queries.lines import fitting_lines


class Allocation:
    """Hands out pledge lines to places, one after the other: a pledge in force first, then where most remains."""

    def __init__(self, opportunity: Opportunity) -> None:
        self._left = {choice: choice.remaining for choice in fitting_lines(opportunity)}

    def line_for(self, seats: int) -> int | None:
        """What a place of so many seats should link to; None if the employer promised nothing that fits."""
        if not self._left:
            return None
        best = min(self._left, key=lambda choice: (not choice.is_in_force, -self._left[choice], choice.root_id))
        self._left[best] -= seats
        return best.root_id


def checked_line(opportunity: Opportunity, line_id: int) -> int:
    """The line to link to for a line, of any version, that somebody chose.

    Raises Conflict unless it is the same employer's, for the same kind, and its dates include the first day.
    """
    for choice in fitting_lines(opportunity):
        if line_id in choice.line_ids:
            return choice.root_id
    raise Conflict(
        "A place fulfils a pledge line of the same employer and kind whose dates include the first day. "
        "Choose another line, or none."
    )


def change_pledge_line(place: Place, line_id: int | None) -> None:
    """Let a place fulfil another pledge line, or none. Its opportunity must be loaded. Raises Conflict like above."""
    place.pledge_line_id = None if line_id is None else checked_line(place.opportunity, line_id)
    db.session.flush()


def relink_places(opportunity: Opportunity) -> None:
    """After another kind or first day: links that no longer fit are replaced by what is proposed now, if anything."""
    fitting = {choice.root_id for choice in fitting_lines(opportunity)}
    stranded = [place for place in _linked_places(opportunity) if place.pledge_line_id not in fitting]
    allocation = Allocation(opportunity)
    for place in stranded:
        place.pledge_line_id = allocation.line_for(place.seats)
    db.session.flush()


def _linked_places(opportunity: Opportunity) -> Sequence[Place]:
    return db.session.scalars(
        select(Place)
        .where(Place.opportunity_id == opportunity.id, Place.status.in_(LIVE), Place.pledge_line_id.is_not(None))
        .order_by(Place.id)
    ).all()
