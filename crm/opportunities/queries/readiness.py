"""Whether the site of an opportunity is ready for it."""

from crm.checks.queries import site_ready_for
from crm.checks.states import Readiness
from crm.opportunities.models import ONGOING, Opportunity
from crm.opportunities.timing import Timing
from crm.pledges.kinds import NEEDS_SITE_CHECKS, Mode


def readiness_of(opportunity: Opportunity) -> Readiness:
    """Whether the checks of its site are in order from its first day to its last. At most one statement.

    Ready, without asking: what is over or cancelled, takes place online or elsewhere, or is of a kind that needs no
    checks.
    """
    asked = (
        opportunity.site_id is not None
        and opportunity.kind in NEEDS_SITE_CHECKS
        and opportunity.mode is not Mode.ONLINE
        and opportunity.status in ONGOING
    )
    if not asked or opportunity.site_id is None:
        return Readiness()
    timing = Timing.of(opportunity)
    return site_ready_for(opportunity.site_id, timing.last_day, first_day=timing.first_day)
