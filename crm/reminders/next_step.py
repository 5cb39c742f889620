"""What to ask an employer for after an opportunity, as a suggestion and as somebody's next step."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import Conflict
from crm.interactions.due import Due, quick_days
from crm.interactions.models import FollowUp
from crm.interactions.services.follow_ups import NextStep, add_follow_up
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.opportunities.next_step import NextSmallStep, next_small_step
from crm.opportunities.queries.given import given_by
from crm.opportunities.services.seats import lock
from crm.pledges.kinds import OpportunityKind


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is suggested after a delivered opportunity, and whether somebody has it to do."""

    step: NextSmallStep
    planned_for: date | None  # the day on which it is due as a next step


def suggestion_after(opportunity: Opportunity, rating: int | None, today: date) -> Suggestion | None:
    """Of a delivered opportunity whose employer is not archived. Two statements.

    `rating` is how it went by the employer's own word.
    """
    if opportunity.status is not OpportunityStatus.DELIVERED or opportunity.employer.is_archived:
        return None
    step = next_small_step(given_by(opportunity.employer_id, today), rating=rating)
    if step is None:
        return None
    return Suggestion(step, _planned_for(opportunity.employer_id, step.words))


def plan_small_step(opportunity: Opportunity, kind: OpportunityKind, *, by: User, today: date) -> FollowUp:
    """Make it a next step, due in a week or when they may be called again: of the employer's owner, else the officer's.

    The opportunity's employer and that one's owner are loaded. Raises Conflict if somebody has it to do already.
    """
    lock(opportunity)
    employer, owner = opportunity.employer, opportunity.employer.owner
    words = NextSmallStep(kind, ()).words
    if _planned_for(employer.id, words) is not None:
        raise Conflict("A colleague has made this a next step already.")
    due_on = quick_days(today)[Due.WEEK][1]
    whose = owner if owner is not None and owner.is_active and owner.is_staff else by
    return add_follow_up(employer, NextStep(words, max(due_on, employer.quiet_until or due_on), whose.id))


def _planned_for(employer_id: int, words: str) -> date | None:
    statement = (
        select(FollowUp.due_on)
        .where(FollowUp.employer_id == employer_id, FollowUp.what == words, FollowUp.done_at.is_(None))
        .order_by(FollowUp.due_on, FollowUp.id)
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()
