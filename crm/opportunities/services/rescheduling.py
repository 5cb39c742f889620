"""Moving an opportunity to other days or another time of day, and nothing else."""

from decimal import Decimal

from crm.opportunities.models import Opportunity
from crm.opportunities.services.scheduling import OpportunityDetails, edit_opportunity
from crm.opportunities.timing import Timing


def reschedule_opportunity(
    opportunity: Opportunity, timing: Timing, *, hours: Decimal | None, seen_version: int | None, warned: bool = True
) -> None:
    """Move it. Whoever was invited is told by `crm.invitations`, nobody else. Raises as `edit_opportunity` does.

    `hours` are per person; None makes it as long as it lasts, on one day. Its employer must be loaded.
    """
    details = OpportunityDetails(
        kind=opportunity.kind,
        first_day=timing.first_day,
        last_day=timing.last_day,
        starts=timing.starts,
        ends=timing.ends,
        hours=hours,
        capacity=opportunity.capacity,
        title=opportunity.title,
        provider_id=opportunity.provider_id,
        mode=opportunity.mode,
        venue=opportunity.venue,
        site_id=opportunity.site_id,
        place_or_link=opportunity.place_or_link,
        leader_id=opportunity.leader_id,
        group_limit_reason=opportunity.group_limit_reason or "",
        activity=opportunity.activity,
        programme=opportunity.programme,
        warned=warned,
    )
    edit_opportunity(opportunity, details, seen_version=seen_version)
