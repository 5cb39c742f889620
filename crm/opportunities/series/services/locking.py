"""The meetings of a series that are still to come, held until the unit of work ends."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select

from crm.core import clock
from crm.core.db import db
from crm.employers.models import Contact
from crm.opportunities.models import ONGOING, TAKES_PART, Opportunity, Place, PlaceStatus
from crm.opportunities.series.models import Series

MARKED = TAKES_PART - {PlaceStatus.CONFIRMED}


def lock_series(series: Series) -> None:
    """See the series as it is now, and let nobody else change it. What was loaded with it stays loaded."""
    db.session.refresh(series, [each.key for each in Series.__mapper__.column_attrs], with_for_update=True)


def lock_to_come(series: Series, *, since: datetime | None = None) -> Sequence[Opportunity]:
    """Meetings that have not begun, of which nobody is marked and which are not cancelled, by date.

    Args:
        series: locked already.
        since: only those that begin then or later.
    """
    after = Opportunity.starts_at > clock.now()
    from_then = [Opportunity.starts_at >= since] if since else []
    marked = exists().where(Place.opportunity_id == Opportunity.id, Place.status.in_(MARKED))
    locked = db.session.scalars(
        select(Opportunity)
        .where(Opportunity.series_id == series.id, Opportunity.status.in_(ONGOING), after, ~marked, *from_then)
        .order_by(Opportunity.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return sorted(locked, key=lambda each: (each.starts_at, each.id))


def lock_leader(leader_id: int | None) -> None:
    """Whoever else arranges something with this person waits until this unit of work ends."""
    db.session.execute(select(Contact.id).where(Contact.id == leader_id).with_for_update())
