"""When somebody leads what is for young people."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import exists, select

from crm.core.clock import start_of_day
from crm.core.db import db
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.opportunities.particulars import OpportunityYearGroup
from crm.opportunities.queries.readiness import is_over
from crm.opportunities.timing import Timing
from crm.opportunities.volunteering import WINDOW, DaysWithChildren, days_with_children
from crm.providers.models import YearGroup


def leaders_days(opportunity: Opportunity) -> DaysWithChildren | None:
    """On how many days in 30 whoever leads this is with young people, drafts included, in person or online.

    None if nobody leads it, it is over or was cancelled, or it is only for people over 18: nothing is to be thought of
    then. Its year groups must be loaded. One statement.
    """
    groups = {row.year_group for row in opportunity.year_groups}
    if opportunity.leader_id is None or is_over(opportunity) or groups == {YearGroup.AGED_18_TO_24}:
        return None
    this = Timing.of(opportunity)
    return days_with_children(
        this, led_by(opportunity.leader_id, this.first_day, this.last_day, besides=[opportunity.id])
    )


def led_by(leader_id: int, first_day: date, last_day: date, *, besides: Collection[int] = ()) -> Sequence[Timing]:
    """What somebody leads for young people within 30 days of a first and a last day, by date. One statement.

    `besides` are ids that are left out.
    """
    of_this = select(OpportunityYearGroup.id).where(OpportunityYearGroup.opportunity_id == Opportunity.id)
    for_children = ~exists(of_this.correlate(Opportunity)) | exists(
        of_this.where(OpportunityYearGroup.year_group != YearGroup.AGED_18_TO_24).correlate(Opportunity)
    )
    rows = db.session.execute(
        select(Opportunity.starts_at, Opportunity.ends_at)
        .where(
            Opportunity.leader_id == leader_id,
            Opportunity.id.not_in(besides),
            Opportunity.status != OpportunityStatus.CANCELLED,
            Opportunity.starts_at < start_of_day(last_day + timedelta(days=WINDOW)),
            Opportunity.ends_at >= start_of_day(first_day - timedelta(days=WINDOW)),
            for_children,
        )
        .order_by(Opportunity.starts_at, Opportunity.id)
    )
    return [Timing.between(starts_at, ends_at) for starts_at, ends_at in rows]
