"""An officer decides about what an employer offered instead."""

from datetime import date

from crm.accounts.models import User
from crm.answering.models import PledgeAnswer
from crm.answering.queries import answer_that_offered
from crm.answering.services.telling import tell_of_acceptance
from crm.core.db import db
from crm.core.errors import Conflict
from crm.pledges import services as pledges
from crm.pledges.models import Pledge, PledgeStatus


def accept_offer(pledge: Pledge, *, by: User, on: date) -> PledgeAnswer | None:
    """What the employer offered is the promise in force from now on, and the employer is told so.

    The pledge's lines and its employer must be loaded. Returns the answer it came with.

    Raises Conflict if it is not on offer (any more).
    """
    pledges.lock(pledge)
    _require_offered(pledge)
    former = pledges.versions(pledge.employer_id, pledge.academic_year, PledgeStatus.CONFIRMED)
    pledges.confirm(pledge, on)
    answer = answer_that_offered(pledge.id)
    if answer is not None:
        answer.superseded_pledge_id = former[0].id if former else None
        db.session.flush()
        tell_of_acceptance(answer, pledge, by)
    return answer


def refuse_offer(pledge: Pledge, *, reason: str, on: date) -> None:
    """We cannot take up what the employer offered. Whatever was in force before stays in force.

    Raises Conflict if it is not on offer (any more), or no reason is given.
    """
    pledges.lock(pledge)
    _require_offered(pledge)
    pledges.decline(pledge, reason=reason, on=on)


def _require_offered(pledge: Pledge) -> None:
    if pledge.status is not PledgeStatus.OFFERED:
        raise Conflict(f"This pledge is {pledges.IN_WORDS[pledge.status]}, so there is no offer to decide about.")
