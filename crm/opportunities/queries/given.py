"""What an employer has given so far."""

from datetime import date

from sqlalchemy import case, func, select

from crm.core.clock import start_of_day
from crm.core.db import db
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.opportunities.next_step import Given


def given_by(employer_id: int, today: date) -> Given:
    """How many of each kind are delivered, and which kinds are booked from `today` (in London) on. One statement."""
    is_booked = (Opportunity.status == OpportunityStatus.OPEN) & (Opportunity.ends_at >= start_of_day(today))
    delivered = func.sum(case((Opportunity.status == OpportunityStatus.DELIVERED, 1), else_=0))
    booked = func.sum(case((is_booked, 1), else_=0))
    statement = (
        select(Opportunity.kind, delivered, booked)
        .where(Opportunity.employer_id == employer_id)
        .group_by(Opportunity.kind)
        .order_by(Opportunity.kind)
    )
    rows = db.session.execute(statement).all()
    return Given({kind: int(count) for kind, count, _ in rows if count}, frozenset(kind for kind, _, on in rows if on))
