"""What the scheduler does about invitations."""

from datetime import datetime

from crm.core.batch import Tally, one_at_a_time
from crm.core.db import reading
from crm.invitations import queries, services


def keep_invitations(now: datetime) -> Tally:
    """Tell everybody what is not as they were told, one party at a time. Safe to run late, twice, or twice at once."""
    with reading():
        perhaps = list(queries.perhaps_owed(now))

    def keep(invitee_id: int) -> bool:
        return services.keep(invitee_id, now=now)

    return one_at_a_time(perhaps, keep)
