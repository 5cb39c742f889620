"""What the scheduler does about mails that could not be delivered."""

from datetime import datetime

from crm.core.batch import Tally, one_at_a_time
from crm.core.db import reading
from crm.desk.undelivered import services
from crm.notifications.queries import undelivered


def follow_up_undelivered(now: datetime) -> Tally:
    """Give each mail that was given up to somebody. Safe to run twice, or twice at once: each is claimed first."""
    with reading():
        due = list(undelivered())

    def follow_up(email_id: int) -> bool:
        return services.follow_up(email_id, now=now)

    return one_at_a_time(due, follow_up)
