"""What to watch before an opportunity, and what could be."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.library.models import LibraryItem
from crm.opportunities.models import Opportunity
from crm.opportunities.watch_first.models import WatchFirst


def watch_first_of(opportunity_id: int) -> Sequence[LibraryItem]:
    """By job role, withdrawn items included. One statement."""
    statement = (
        select(LibraryItem)
        .join(WatchFirst, WatchFirst.item_id == LibraryItem.id)
        .where(WatchFirst.opportunity_id == opportunity_id)
        .options(joinedload(LibraryItem.employer))
        .order_by(func.lower(LibraryItem.role), LibraryItem.id)
    )
    return db.session.scalars(statement).all()


def could_be_watched(opportunity: Opportunity, chosen: Sequence[LibraryItem]) -> Sequence[LibraryItem]:
    """What a form offers: what is chosen, then of the employer, then of its sectors, then the rest. One statement.

    The opportunity's sectors must be loaded.
    """
    kept = {item.id for item in chosen}
    sectors = {sector.id for sector in opportunity.sectors}
    statement = (
        select(LibraryItem)
        .where(LibraryItem.withdrawn_at.is_(None) | LibraryItem.id.in_(kept))
        .options(joinedload(LibraryItem.employer))
        .order_by(func.lower(LibraryItem.role), LibraryItem.id)
    )
    return sorted(
        db.session.scalars(statement),
        key=lambda item: (
            item.id not in kept,
            item.employer_id != opportunity.employer_id,
            item.sector_id not in sectors,
        ),
    )
