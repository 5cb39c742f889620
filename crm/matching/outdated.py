"""Whether a proposed place can still be had as it was proposed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from crm.core.clock import local_date
from crm.fulfilment.policies import policy_on
from crm.matching.gathering import Had, what_people_had, year_groups_of
from crm.matching.models import MatchedPlace, MatchedState, Matching
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.opportunities.timing import Timing

WAITING = frozenset({MatchedState.PROPOSED, MatchedState.ACCEPTED, MatchedState.REFUSED})


def what_changed(matching: Matching, rows: Sequence[MatchedPlace], now: datetime) -> Mapping[int, str]:
    """Of those that are not booked: why they can no longer be had, by id. One statement.

    Args:
        matching: theirs.
        rows: with their opportunities, those' year groups, and their young people loaded.
        now: the instant to judge by.
    """
    waiting = [row for row in rows if row.state in WAITING]
    policy = policy_on(local_date(matching.asked_at))
    had = what_people_had([row.young_person_id for row in waiting], policy)
    found = {row.id: change_of(row, had.get(row.young_person_id, Had()), matching.target, now) for row in waiting}
    return {row_id: change for row_id, change in found.items() if change}


def change_of(row: MatchedPlace, had: Had, target: int, now: datetime) -> str | None:
    """Pure. None while nothing stands against it."""
    return _of_opportunity(row, row.opportunity, now) or _of_person(row, had, target)


def _of_opportunity(row: MatchedPlace, opportunity: Opportunity, now: datetime) -> str | None:
    if opportunity.status is not OpportunityStatus.OPEN:
        return f"The opportunity is {opportunity.status.value} now."
    if (opportunity.starts_at, opportunity.ends_at) != (row.starts_at, row.ends_at):
        timing = Timing.of(opportunity)
        return f"It has moved to {timing.days}, {timing.times}."
    if opportunity.starts_at <= now:
        return "It has begun."
    if opportunity.is_full:
        return "It is full now."
    return None


def _of_person(row: MatchedPlace, had: Had, target: int) -> str | None:
    person, opportunity = row.young_person, row.opportunity
    if person.left_at is not None:
        return "They have left their provider."
    if opportunity.provider_id not in (None, person.provider_id):
        return "It is for another provider now."
    year_groups = year_groups_of(opportunity)
    if year_groups and person.year_group not in year_groups:
        return f"It is not for {person.year_group.label} now."
    if opportunity.id in had.been:
        return "They have, or gave back, a place in it."
    if had.counted >= target:
        return f"They have {had.counted} of {target} meanwhile."
    return None
