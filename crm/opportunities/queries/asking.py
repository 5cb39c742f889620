"""What is open to a provider's young people."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.core.db import db
from crm.opportunities.models import Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.opportunities.queries.opportunities import visible_to
from crm.opportunities.queries.places import places_visible_to

MOST = 500  # opportunities listed


def open_to(viewer: User, now: datetime) -> Sequence[Opportunity]:
    """What a provider's coordinator can ask for places in, soonest first: open to any provider, or arranged for theirs.

    Employers are loaded. One statement.
    """
    ordered = _open_to(viewer, now).order_by(Opportunity.starts_at, Opportunity.id).limit(MOST)
    return db.session.scalars(ordered).all()


def offers_to(viewer: User) -> Sequence[Place]:
    """Offers that wait for the viewer's answer, those that lapse first on top; with who and what they are for."""
    statement = (
        places_visible_to(viewer)
        .where(Place.status == PlaceStatus.OFFERED)
        .options(joinedload(Place.young_person), joinedload(Place.opportunity))
        .order_by(Place.answer_by, Place.opportunity_id, Place.id)
        .limit(MOST)
    )
    return db.session.scalars(statement).all()


def get_open_to(opportunity_id: int, *, viewer: User, now: datetime) -> Opportunity | None:
    """One of those, with employer and site loaded, if it is one."""
    statement = _open_to(viewer, now).where(Opportunity.id == opportunity_id).options(joinedload(Opportunity.site))
    return db.session.scalars(statement).one_or_none()


def _open_to(viewer: User, now: datetime) -> Select[Opportunity]:
    known = visible_to(viewer).with_only_columns(Opportunity.id)
    return (
        select(Opportunity)
        .where(
            Opportunity.status == OpportunityStatus.OPEN,
            Opportunity.starts_at > now,
            or_(Opportunity.provider_id.is_(None), Opportunity.id.in_(known)),
            Opportunity.series_id.is_(None),  # who takes part in a series is arranged for all its meetings
        )
        .options(joinedload(Opportunity.employer))
    )
