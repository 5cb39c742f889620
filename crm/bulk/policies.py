"""Who may change many employers at once. Pure: no database, no request."""

from datetime import datetime, timedelta

from crm.accounts.models import User
from crm.bulk.models import BulkAction, BulkChange, BulkStatus

UNDO_FOR = timedelta(days=30)
# Taking hundreds of employers off everybody's lists is more than one officer's business.
FOR_MANAGERS = frozenset({BulkAction.ARCHIVE, BulkAction.RESTORE})


def may_begin(user: User, action: BulkAction) -> bool:
    return user.is_manager if action in FOR_MANAGERS else user.is_staff


def may_carry_out(user: User, change: BulkChange) -> bool:
    """Whoever prepared it has read the preview."""
    return change.made_by_id == user.id and change.status is BulkStatus.PREPARED and may_begin(user, change.action)


def may_undo(user: User, change: BulkChange, now: datetime) -> bool:
    """Within 30 days, by whoever made it or a manager."""
    is_theirs = user.is_staff and (change.made_by_id == user.id or user.is_manager)
    return is_theirs and change.status is BulkStatus.DONE and not is_too_late(change, now)


def is_too_late(change: BulkChange, now: datetime) -> bool:
    return change.done_at is not None and now > change.done_at + UNDO_FOR
