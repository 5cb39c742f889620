"""What the scheduler does about pledges that wait for an answer."""

from datetime import datetime

from crm.answering import chasing, link_queries
from crm.answering.chasing import Rhythm
from crm.answering.services.chasing import chase, tell_of_lapse
from crm.core.batch import Tally, one_at_a_time
from crm.core.db import reading
from crm.reference.settings import settings

MOST_AT_ONCE = 200  # what is left waits for the next tick


def chase_unanswered(now: datetime) -> Tally:
    """Send the reminders that are due, one link at a time. Safe to run late, twice, or twice at once."""
    with reading():
        rhythm = Rhythm.of(settings())
        due = [
            (planned[0].due_at, each.link_id)
            for each in link_queries.perhaps_due(now, rhythm)
            if (planned := chasing.due(chasing.steps(each.asked_at, each.expires_at, rhythm), each.decided, now))
        ]

    def chase_one(link_id: int) -> bool:
        return chase(link_id, now=now)

    return one_at_a_time([link_id for _, link_id in sorted(due)[:MOST_AT_ONCE]], chase_one)


def tell_of_lapsed(now: datetime) -> Tally:
    """Where the last link of a pledge ended without an answer, give its officer the task to ring. Each once."""
    with reading():
        lapsed = list(link_queries.lapsed_pledges(now, limit=MOST_AT_ONCE))

    def tell(pledge_id: int) -> bool:
        return tell_of_lapse(pledge_id, now=now)

    return one_at_a_time(lapsed, tell)
