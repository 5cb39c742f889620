"""What the scheduler says by itself around opportunities."""

from datetime import datetime, timedelta

from crm.core.batch import Tally, one_at_a_time
from crm.core.db import reading
from crm.reference.settings import settings
from crm.reminders import queries
from crm.reminders.planning import Rhythm, due, plan
from crm.reminders.services import decide, tell_of_unfilled

MOST_AT_ONCE = 200  # opportunities; what is left waits for the next tick


def send_reminders(now: datetime) -> Tally:
    """Decide what is due, one opportunity at a time, the soonest first. Safe to run late, twice, or twice at once."""
    with reading():
        rhythm = Rhythm.of(settings())
        found = queries.candidates(now, rhythm)
        ids = [each.opportunity_id for each in found]
        decided, providers = queries.decided_about(ids), queries.providers_of(ids)
        due_now = [
            each.opportunity_id
            for each in found
            if due(
                plan(each.starts_at, each.ends_at, providers[each.opportunity_id].keys(), rhythm),
                decided[each.opportunity_id],
                now,
            )
        ]

    def decide_one(opportunity_id: int) -> bool:
        return decide(opportunity_id, now=now)

    return one_at_a_time(due_now[:MOST_AT_ONCE], decide_one)


def tell_owners_of_unfilled(now: datetime) -> Tally:
    """Tell owners of offers that nobody takes up. Each once."""
    with reading():
        after = timedelta(days=int(settings()["unfilled_days"]))
        waiting = list(queries.unfilled(now, after=after, limit=MOST_AT_ONCE))

    def tell(opportunity_id: int) -> bool:
        return tell_of_unfilled(opportunity_id, now=now)

    return one_at_a_time(waiting, tell)
