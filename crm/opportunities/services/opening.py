"""From draft to open: what stands in the way, and who may set it aside.

A placement at an employer's opens only if its site's checks are in order to its last day, or it is exempt for a
reason. Years 7 to 9 take part in a placement of several days only if a manager says why.
"""

from collections.abc import Sequence

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict, NotAllowed
from crm.opportunities.models import ONGOING, Opportunity, OpportunityStatus
from crm.opportunities.policies import may_allow_block, may_exempt, may_take_back_exemption
from crm.opportunities.queries.readiness import (
    TOO_YOUNG_FOR_A_BLOCK,
    YEARS_7_TO_9,
    block_problems,
    is_over,
    readiness_of,
)
from crm.opportunities.services.clashes import refuse_busy_leader
from crm.opportunities.services.seats import lock
from crm.providers.models import YoungPerson


def open_opportunity(opportunity: Opportunity) -> None:
    """Let young people have places in a draft.

    Raises Conflict if it is no draft, whoever leads it is elsewhere then, or something stands in the way: that is said.
    """
    lock(opportunity)
    if opportunity.status is not OpportunityStatus.DRAFT:
        raise Conflict(f"This opportunity is {opportunity.status.value} already.")
    problems = readiness_of(opportunity).problems
    if problems:
        raise Conflict(f"It cannot open yet. {' '.join(problems)}")
    opportunity.status = OpportunityStatus.OPEN
    refuse_busy_leader(opportunity, warned=True)
    db.session.flush()


def make_draft_again(opportunity: Opportunity) -> None:
    """Close it for places, to agree on it anew. Raises Conflict if it is not open, or places are taken."""
    lock(opportunity)
    if opportunity.status is not OpportunityStatus.OPEN:
        raise Conflict(f"This opportunity is {opportunity.status.value}, so it cannot become a draft.")
    if opportunity.taken:
        raise Conflict("Places are taken, so it cannot become a draft.")
    opportunity.status = OpportunityStatus.DRAFT
    db.session.flush()


def exempt_from_checks(opportunity: Opportunity, *, reason: str, by: User) -> None:
    """Let it take place without its site's checks, for a reason that managers see.

    Raises:
        NotAllowed: only staff exempt.
        Conflict: it is delivered or cancelled, is exempt already, or no reason is given.
    """
    if not may_exempt(by, opportunity):
        raise NotAllowed("Only council staff exempt an opportunity from checks, before it is delivered.")
    lock(opportunity)
    _refuse_unless_ongoing(opportunity, reason, "Enter why the checks are not needed.")
    if opportunity.exempt_reason:
        raise Conflict("This opportunity is exempt already.")
    opportunity.exempt_reason, opportunity.exempt_by_id = reason.strip(), by.id
    opportunity.exempt_at = clock.now()
    db.session.flush()


def take_back_exemption(opportunity: Opportunity, *, by: User) -> None:
    """Ask for the checks again. Without places it becomes a draft until they are in order; with some it stays open.

    Raises NotAllowed unless a manager does it, Conflict if it is not exempt.
    """
    if not may_take_back_exemption(by, opportunity):
        raise NotAllowed("Only a manager takes an exemption back.")
    lock(opportunity)
    if not opportunity.exempt_reason:
        raise Conflict("This opportunity is not exempt any more.")
    forget_exemption(opportunity)
    stay_open_only_if_ready(opportunity)
    db.session.flush()


def allow_block(opportunity: Opportunity, *, reason: str, by: User) -> None:
    """Let Years 7 to 9 take part in a placement of several days.

    Raises:
        NotAllowed: only a manager does, before it is delivered.
        Conflict: it is delivered or cancelled, it was allowed already, or no reason is given.
    """
    if not may_allow_block(by, opportunity):
        raise NotAllowed("Only a manager lets Years 7 to 9 take part in a placement of several days.")
    lock(opportunity)
    _refuse_unless_ongoing(opportunity, reason, "Enter why Years 7 to 9 take part.")
    if opportunity.block_reason:
        raise Conflict("This was allowed already.")
    opportunity.block_reason, opportunity.block_allowed_by_id = reason.strip(), by.id
    opportunity.block_allowed_at = clock.now()
    db.session.flush()


def stay_open_only_if_ready(opportunity: Opportunity) -> None:
    """After a change: what is open but no longer ready, and in which no place is taken, becomes a draft again.

    If places are taken it stays open: the page says what to see to. Raises Conflict if it would then be a block
    placement for Years 7 to 9 that no manager allowed.
    """
    if opportunity.status is not OpportunityStatus.OPEN or readiness_of(opportunity).is_ready:
        return
    if not opportunity.taken:
        opportunity.status = OpportunityStatus.DRAFT
    elif block_problems(opportunity):
        raise Conflict(f"{YEARS_7_TO_9} Choose other year groups, or one day, or another kind.")


def forget_exemption(opportunity: Opportunity) -> None:
    opportunity.exempt_reason = opportunity.exempt_by_id = opportunity.exempt_at = None


def refuse_too_young(opportunity: Opportunity, people: Sequence[YoungPerson]) -> None:
    """Raise Conflict, naming one, if somebody of Years 7 to 9 would take part in a block that no manager allowed."""
    for person in too_young(opportunity, people):
        raise Conflict(f"{person.reference} is in {person.year_group.label}. {YEARS_7_TO_9}")


def too_young(opportunity: Opportunity, people: Sequence[YoungPerson]) -> Sequence[YoungPerson]:
    """Who of these cannot have a place here because of the rule for Years 7 to 9."""
    if not opportunity.is_block or opportunity.block_reason or is_over(opportunity):
        return []
    return [person for person in people if person.year_group in TOO_YOUNG_FOR_A_BLOCK]


def _refuse_unless_ongoing(opportunity: Opportunity, reason: str, asked: str) -> None:
    if opportunity.status not in ONGOING:
        raise Conflict(f"This opportunity is {opportunity.status.value}.")
    if not reason.strip():
        raise Conflict(asked)
