"""The register: who came."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict
from crm.opportunities.models import TAKES_PART, Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.opportunities.services.seats import lock
from crm.opportunities.who_came.marks import remember_who_marked

MARKED = TAKES_PART - {PlaceStatus.CONFIRMED}


@dataclass(frozen=True, slots=True)
class Attendance:
    """What the register says about one place. CONFIRMED means not marked; `came` is asked of headcounts only."""

    status: PlaceStatus
    came: int | None = None


NOT_MARKED = Attendance(PlaceStatus.CONFIRMED)


def headcount(came: int | None) -> Attendance:
    """How many of a headcount came; None means not marked."""
    if came is None:
        return NOT_MARKED
    return Attendance(PlaceStatus.ATTENDED, came) if came else Attendance(PlaceStatus.NO_SHOW)


def mark_attendance(opportunity: Opportunity, marks: Mapping[int, Attendance], *, by: User | None = None) -> None:
    """Write the register, or correct it. Once nobody is left unmarked an open opportunity is delivered.

    `marks` are by place id; places that are not in it stay as they are. `by` is on whose word, where that is known.

    Raises Conflict before the first day, for a cancelled opportunity, for a place that has ended or is of another
    opportunity, and if more came than there were seats.
    """
    lock(opportunity)
    if opportunity.status is OpportunityStatus.CANCELLED:
        raise Conflict("This opportunity was cancelled, so nobody can have attended.")
    if clock.local_date(opportunity.starts_at) > clock.today():
        raise Conflict("Attendance can be marked from the first day on.")
    places = db.session.scalars(
        select(Place).where(Place.opportunity_id == opportunity.id, Place.id.in_(marks)).order_by(Place.id)
    ).all()
    live = [place for place in places if place.status in TAKES_PART]
    if len(live) != len(marks) or any(mark.status not in TAKES_PART for mark in marks.values()):
        raise Conflict("A place of this register has ended meanwhile. Open the register again.")
    for place in places:
        place.status, place.came = marks[place.id].status, _came(place, marks[place.id])
    db.session.flush()
    if by is not None:
        remember_who_marked(places, by=by)
    if opportunity.status is OpportunityStatus.OPEN and _all_marked(opportunity):
        opportunity.status = OpportunityStatus.DELIVERED
        db.session.flush()


def _came(place: Place, mark: Attendance) -> int | None:
    if mark.status not in (PlaceStatus.ATTENDED, PlaceStatus.PART_ATTENDED):
        return None
    came = place.seats if mark.came is None else mark.came
    if not 1 <= came <= place.seats:
        raise Conflict(f"No more than {place.seats} can have come: that many seats were held.")
    return came


def _all_marked(opportunity: Opportunity) -> bool:
    statuses = set(db.session.scalars(select(Place.status).where(Place.opportunity_id == opportunity.id).distinct()))
    return bool(statuses & MARKED) and PlaceStatus.CONFIRMED not in statuses
