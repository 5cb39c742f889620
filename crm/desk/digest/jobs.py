"""What the scheduler does about digests."""

from datetime import datetime

from crm.core.batch import Tally, one_at_a_time
from crm.core.db import reading
from crm.desk.digest import queries, services
from crm.reference.settings import digest_time


def owe_daily_digests(now: datetime) -> Tally:
    """Write the digests that are due now. Safe to run late, twice, or twice at once: each is decided once."""
    with reading():
        due = list(queries.still_to_decide(now)) if queries.is_time(now, digest_time()) else []

    def digest_of(user_id: int) -> bool:
        return services.decide(user_id, now=now)

    return one_at_a_time(due, digest_of)
