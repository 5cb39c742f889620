"""Who may do what to an account. Pure: no database, no request.

Whether an administrator is the last one is a question to the database: `services.users` answers it when saving.
"""

from crm.accounts.models import User


def may_disable(user: User, other: User) -> bool:
    """Nobody locks themselves out."""
    return user.id != other.id and other.disabled_at is None


def may_change_role(user: User, other: User) -> bool:
    """Nobody takes their own administration away by mistake; another administrator can."""
    return user.id != other.id


def may_be_mailed_a_link(other: User) -> bool:
    """Whether an administrator may send the link to choose a password again."""
    return other.disabled_at is None
