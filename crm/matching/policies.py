"""Who may do what with a matching. Pure."""

from datetime import datetime, timedelta

from crm.accounts.models import User
from crm.core.access import MANAGERS
from crm.matching.models import Matching, MatchingStatus

UNDONE_WITHIN = timedelta(days=30)


def may_decide(user: User, matching: Matching) -> bool:
    return user.is_staff and matching.status is MatchingStatus.READY


def may_undo(user: User, matching: Matching, *, booked: int, now: datetime) -> bool:
    """Whoever asked for it, and managers: it takes places back that people may have been told of."""
    own = matching.asked_by_id == user.id or user.role in MANAGERS
    return own and bool(booked) and matching.status is MatchingStatus.READY and now < matching.asked_at + UNDONE_WITHIN
