"""What is arranged for days on which its provider is closed."""

from collections.abc import Mapping, Sequence

from crm.accounts.models import User
from crm.core import clock
from crm.opportunities.models import ONGOING
from crm.opportunities.queries import OpportunityRow, Wanted, opportunity_rows
from crm.opportunities.timing import Timing
from crm.providers.closed_days.models import ClosedDay


def arranged_on(closed: Sequence[ClosedDay], *, viewer: User) -> Mapping[int, Sequence[OpportunityRow]]:
    """What is to take place for one provider on its closed days from today on, by closed day. At most one statement."""
    if not closed:
        return {}
    wanted = Wanted(
        first_day=max(clock.today(), min(each.first_day for each in closed)),
        last_day=max(each.last_day for each in closed),
        provider_id=closed[0].provider_id,
        statuses=tuple(ONGOING),
    )
    rows = opportunity_rows(viewer, wanted)
    return {each.id: [row for row in rows if _meets(row, each)] for each in closed}


def _meets(row: OpportunityRow, closed: ClosedDay) -> bool:
    timing = Timing.of(row)
    return timing.first_day <= closed.last_day and timing.last_day >= closed.first_day
