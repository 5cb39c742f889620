"""Booking accepted places one by one, and taking booked ones back. Each is a unit of work of its caller's."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.core.errors import Conflict
from crm.matching.models import MatchedPlace, MatchedState, Matching
from crm.matching.outdated import what_changed
from crm.matching.services.claiming import still_ours
from crm.opportunities.models import Opportunity, Place, Side
from crm.opportunities.services import add_place_for, end_place


def book(row_id: int, claimed: str, *, at: datetime) -> bool:
    """Book one accepted place, after looking at it again. False if it was done already.

    Raises Conflict, in words, if it can no longer be had; then nothing is changed.
    """
    row, matching = _locked(row_id, claimed, at)
    if row.state is not MatchedState.ACCEPTED:
        return False
    changed = what_changed(matching, [row], at).get(row.id)
    if changed:
        raise Conflict(changed)
    place = add_place_for(row.opportunity, row.young_person)
    row.state, row.place_id = MatchedState.BOOKED, place.id
    db.session.flush()
    return True


def take_back(row_id: int, claimed: str, *, at: datetime) -> bool:
    """End one booked place that nothing has come of yet. False and Conflict as for `book`."""
    row, matching = _locked(row_id, claimed, at)
    if row.state is not MatchedState.RETURNING:
        return False
    place = db.session.scalars(
        select(Place).where(Place.id == row.place_id).options(joinedload(Place.opportunity))
    ).one()
    if place.opportunity.starts_at <= at:
        raise Conflict("Kept: the opportunity has begun.")
    end_place(place, side=Side.COUNCIL, reason=f"Matching {matching.id} was undone")
    row.state = MatchedState.RETURNED
    db.session.flush()
    return True


def note_refusal(row_id: int, claimed: str, why: str, *, at: datetime) -> None:
    """Write down why a place could not be booked, or not be taken back."""
    row, _ = _locked(row_id, claimed, at)
    row.state = MatchedState.REFUSED if row.state is MatchedState.ACCEPTED else MatchedState.BOOKED
    row.why = why
    db.session.flush()


def _locked(row_id: int, claimed: str, at: datetime) -> tuple[MatchedPlace, Matching]:
    """The row with what is judged by, its matching kept from others. One step more is done."""
    row = db.session.scalars(
        select(MatchedPlace)
        .where(MatchedPlace.id == row_id)
        .options(
            joinedload(MatchedPlace.opportunity).selectinload(Opportunity.year_groups),
            joinedload(MatchedPlace.young_person),
        )
        .execution_options(populate_existing=True)
    ).one()
    matching = still_ours(row.matching_id, claimed)
    matching.heard_at, matching.steps_done = at, min(matching.steps_done + 1, matching.steps_total)
    return row, matching
