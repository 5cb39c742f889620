"""On whose word the places of an opportunity were marked."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.opportunities.models import Place
from crm.opportunities.who_came.comparing import Marks
from crm.opportunities.who_came.models import AttendanceMark, MarkedBy


def marks_of(opportunity_id: int) -> Marks:
    """What each side says of each place, with who marked it. One statement."""
    statement = (
        select(AttendanceMark)
        .join(AttendanceMark.place)
        .where(Place.opportunity_id == opportunity_id)
        .order_by(AttendanceMark.id)
        .options(joinedload(AttendanceMark.marked_by))
    )
    found: dict[int, dict[MarkedBy, AttendanceMark]] = {}
    for mark in db.session.scalars(statement):
        found.setdefault(mark.place_id, {})[mark.side] = mark
    return found
