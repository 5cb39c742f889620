"""Who may hand over what somebody looks after, and to whom. Pure: no database, no request."""

from datetime import timedelta

from crm.accounts.models import User
from crm.core.access import Role

HANDED_BACK_WITHIN = timedelta(days=30)


def may_hand_over(user: User) -> bool:
    return user.is_manager


def may_disable_too(user: User, leaver: User) -> bool:
    """Accounts are an administrator's; nobody shuts themselves out."""
    return user.role is Role.ADMIN and leaver.disabled_at is None and leaver.id != user.id


def can_take_over(user: User) -> bool:
    """Whoever looks after something must be able to sign in and see it."""
    return user.is_staff and user.disabled_at is None
