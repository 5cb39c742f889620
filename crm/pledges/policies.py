"""Who may do what to a pledge they can see. Pure: no database, no request.

Which pledges somebody can see is another question, answered in SQL by `queries.visible_to`.
"""

from crm.accounts.models import User
from crm.pledges.models import Pledge, PledgeStatus


def may_record(user: User) -> bool:
    return user.is_staff


def may_see_delivery(user: User) -> bool:
    """Partners see what was promised; what came of it is shown to staff."""
    return user.is_staff


def may_change(user: User, pledge: Pledge) -> bool:
    return user.is_staff and pledge.is_editable


def may_discard(user: User, pledge: Pledge) -> bool:
    """A draft that was never sent leaves no promise behind, only its history."""
    return user.is_staff and pledge.status is PledgeStatus.DRAFT


def may_send(user: User, pledge: Pledge) -> bool:
    return user.is_staff and pledge.status is PledgeStatus.DRAFT


def may_send_link(user: User, pledge: Pledge) -> bool:
    """Give somebody at the employer a link to answer it by: the first of them, or another."""
    return user.is_staff and pledge.is_editable


def may_answer(user: User, pledge: Pledge) -> bool:
    """Write down the employer's answer: confirmed or declined."""
    return user.is_staff and pledge.status is PledgeStatus.SENT


def may_decide_offer(user: User, pledge: Pledge) -> bool:
    """Accept what the employer offered instead, or say why not."""
    return user.is_staff and pledge.status is PledgeStatus.OFFERED


def may_recall(user: User, pledge: Pledge) -> bool:
    """Take back what was sent, before it is answered."""
    return user.is_staff and pledge.status is PledgeStatus.SENT


def may_withdraw(user: User, pledge: Pledge) -> bool:
    """Withdrawing changes figures the council has published, so it takes a manager."""
    return user.is_manager and pledge.status is PledgeStatus.CONFIRMED


def may_begin_next_version(user: User, pledge: Pledge) -> bool:
    return user.is_staff and pledge.status is PledgeStatus.CONFIRMED
