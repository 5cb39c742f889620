"""Where a rule was set aside for an opportunity, why, and by whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from crm.core.clock import start_of_day
from crm.core.db import db
from crm.opportunities.models import Opportunity, OpportunityStatus


@dataclass(frozen=True, slots=True)
class SetAside:
    """One rule that was set aside. An opportunity has up to two."""

    opportunity: Opportunity  # with its employer and site loaded
    rule: str
    reason: str
    by: str
    at: datetime


def exceptions(from_day: date | None) -> Sequence[SetAside]:
    """Exemptions from the checks of sites and from the rule for Years 7 to 9, by date. One statement.

    `from_day` leaves out what ended before it, in London, and what was cancelled; None leaves out nothing.
    """
    statement = (
        select(Opportunity)
        .where(or_(Opportunity.exempt_reason.is_not(None), Opportunity.block_reason.is_not(None)))
        .options(
            joinedload(Opportunity.employer),
            joinedload(Opportunity.site),
            joinedload(Opportunity.exempt_by),
            joinedload(Opportunity.block_allowed_by),
        )
        .order_by(Opportunity.starts_at, Opportunity.id)
    )
    if from_day is not None:
        statement = statement.where(
            Opportunity.ends_at >= start_of_day(from_day), Opportunity.status != OpportunityStatus.CANCELLED
        )
    return [each for opportunity in db.session.scalars(statement) for each in _of(opportunity)]


def _of(opportunity: Opportunity) -> Iterator[SetAside]:
    checks = (opportunity.exempt_reason, opportunity.exempt_by, opportunity.exempt_at)
    young = (opportunity.block_reason, opportunity.block_allowed_by, opportunity.block_allowed_at)
    for rule, (reason, by, at) in (("Checks of the site", checks), ("Years 7 to 9", young)):
        if reason and by and at:
            yield SetAside(opportunity, rule, reason, by.name, at)
