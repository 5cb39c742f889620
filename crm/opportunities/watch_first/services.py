"""Choosing what to watch first. Callers open the unit of work; nothing here commits."""

from collections.abc import Collection

from sqlalchemy import select

from crm.core.db import db
from crm.core.errors import Conflict
from crm.library.models import LibraryItem
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.opportunities.services.seats import lock
from crm.opportunities.watch_first.models import WatchFirst


def set_watch_first(opportunity: Opportunity, item_ids: Collection[int]) -> None:
    """Let exactly these be watched first. What was withdrawn from the library may stay, but not be added.

    Raises Conflict if the opportunity was cancelled, or something that is added was withdrawn meanwhile.
    """
    lock(opportunity)
    if opportunity.status is OpportunityStatus.CANCELLED:
        raise Conflict("This opportunity was cancelled, so nothing needs to be watched first.")
    rows = {
        row.item_id: row
        for row in db.session.scalars(select(WatchFirst).where(WatchFirst.opportunity_id == opportunity.id))
    }
    added = set(item_ids) - rows.keys()
    offered = select(LibraryItem.id).where(LibraryItem.id.in_(added), LibraryItem.withdrawn_at.is_(None))
    if set(db.session.scalars(offered)) != added:
        raise Conflict("Something you chose was withdrawn from the library meanwhile. Look at what is offered now.")
    for item_id, row in rows.items():
        if item_id not in item_ids:
            db.session.delete(row)
    db.session.add_all(WatchFirst(opportunity_id=opportunity.id, item_id=item_id) for item_id in sorted(added))
    db.session.flush()
