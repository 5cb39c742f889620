"""Attendance of several meetings at once."""

from collections.abc import Mapping

from sqlalchemy import select

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import Conflict
from crm.opportunities.models import Opportunity, Place
from crm.opportunities.series.models import Series
from crm.opportunities.series.services.locking import lock_series
from crm.opportunities.services import Attendance, mark_attendance


def mark_grid(series: Series, marks: Mapping[int, Attendance], *, by: User | None = None) -> None:
    """Write the registers of a series' meetings. `marks` are by place id; other places stay as they are.

    Raises Conflict like `mark_attendance`, and for a place of another series.
    """
    lock_series(series)
    places = db.session.execute(
        select(Place.id, Place.opportunity_id)
        .join(Place.opportunity)
        .where(Place.id.in_(marks), Opportunity.series_id == series.id)
        .order_by(Place.opportunity_id, Place.id)
    ).all()
    if len(places) != len(marks):
        raise Conflict("A place of this grid has gone meanwhile. Open it again.")
    by_meeting: dict[int, dict[int, Attendance]] = {}
    for place_id, meeting_id in places:
        by_meeting.setdefault(meeting_id, {})[place_id] = marks[place_id]
    for meeting_id, of_meeting in by_meeting.items():
        mark_attendance(db.session.get_one(Opportunity, meeting_id), of_meeting, by=by)
