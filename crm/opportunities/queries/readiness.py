"""What stands in the way of young people taking part: the checks of the site, and the rule for Years 7 to 9."""

from sqlalchemy import select

from crm.checks.queries import site_ready_for
from crm.checks.states import Readiness
from crm.core import clock
from crm.core.db import db
from crm.opportunities.models import ONGOING, Opportunity
from crm.opportunities.particulars import OpportunityYearGroup, Venue
from crm.opportunities.timing import Timing
from crm.pledges.kinds import NEEDS_SITE_CHECKS, Mode
from crm.providers.models import YearGroup

TOO_YOUNG_FOR_A_BLOCK = frozenset({YearGroup.YEAR_7, YearGroup.YEAR_8, YearGroup.YEAR_9})
WHICH_SITE = "Choose the employer’s site where it takes place: its checks are what is asked for."
YEARS_7_TO_9 = "Years 7 to 9 take part in no placement of several days unless a manager says why."


def readiness_of(opportunity: Opportunity) -> Readiness:
    """Whether it may open and its places may be confirmed; if not, why, in sentences. At most two statements.

    Ready, without asking: what is over or cancelled. What took place can always be written down.
    """
    if is_over(opportunity):
        return Readiness()
    in_the_way = () if opportunity.exempt_reason else checks_of(opportunity).problems
    return Readiness((*in_the_way, *block_problems(opportunity)))


def is_over(opportunity: Opportunity) -> bool:
    last_day = Timing.of(opportunity).last_day
    return opportunity.status not in ONGOING or last_day < clock.today()


def needs_checks(opportunity: Opportunity) -> bool:
    """Whether young people are at the employer's for a placement. At the provider's the provider answers for them."""
    in_person = opportunity.mode is not Mode.ONLINE and opportunity.venue is not Venue.PROVIDER
    return in_person and opportunity.kind in NEEDS_SITE_CHECKS


def checks_of(opportunity: Opportunity) -> Readiness:
    """Whether the checks of its site are in order from its first day to its last, exempt or not. One statement."""
    if not needs_checks(opportunity):
        return Readiness()
    if opportunity.site_id is None:
        return Readiness((WHICH_SITE,))
    timing = Timing.of(opportunity)
    return site_ready_for(opportunity.site_id, timing.last_day, first_day=timing.first_day)


def block_problems(opportunity: Opportunity) -> tuple[str, ...]:
    """What is wrong if it is a block placement for Years 7, 8 or 9 that no manager allowed. At most one statement."""
    if not opportunity.is_block or opportunity.block_reason:
        return ()
    young = select(OpportunityYearGroup.id).where(
        OpportunityYearGroup.opportunity_id == opportunity.id,
        OpportunityYearGroup.year_group.in_(TOO_YOUNG_FOR_A_BLOCK),
    )
    return (YEARS_7_TO_9,) if db.session.scalar(young.limit(1)) else ()
