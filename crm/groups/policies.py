"""Who may do what to a group and its members. Pure: no database, no request."""

from crm.accounts.models import User


def may_change(user: User) -> bool:
    """A group's details and who is a member."""
    return user.is_staff


def may_see_people(user: User) -> bool:
    """Who sits there for an employer: the council's own business."""
    return user.is_staff
