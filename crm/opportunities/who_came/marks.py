"""Writing down on whose word a place was marked. Callers have locked the opportunity; nothing here commits."""

from collections.abc import Collection

from sqlalchemy import select

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import db
from crm.opportunities.models import TAKES_PART, Place, PlaceStatus
from crm.opportunities.who_came.models import AttendanceMark, MarkedBy

MARKED = TAKES_PART - {PlaceStatus.CONFIRMED}


def side_of(user: User) -> MarkedBy:
    return MarkedBy.COUNCIL if user.is_staff else MarkedBy.PROVIDER


def remember_who_marked(places: Collection[Place], *, by: User) -> None:
    """Keep what somebody's side says of places that were just marked, in place of what it said before."""
    side = side_of(by)
    statement = select(AttendanceMark).where(
        AttendanceMark.place_id.in_([place.id for place in places]), AttendanceMark.side == side
    )
    known = {mark.place_id: mark for mark in db.session.scalars(statement)}
    for place in places:
        mark = known.get(place.id)
        if place.status in MARKED:
            if mark is None:
                mark = AttendanceMark(place_id=place.id, side=side)
                db.session.add(mark)
            mark.status, mark.came = place.status, place.came
            mark.marked_by_id, mark.marked_at = by.id, clock.now()
        elif mark is not None:
            db.session.delete(mark)
    db.session.flush()
