"""Who may do what to an employer they can see. Pure: no database, no request."""

from crm.accounts.models import User
from crm.employers.models import Employer


def may_add(user: User) -> bool:
    return user.is_staff


def may_change(user: User, employer: Employer) -> bool:
    """Its details, contacts and sites. An archived employer is restored first."""
    return user.is_staff and not employer.is_archived


def may_archive(user: User, employer: Employer) -> bool:
    return user.is_staff and not employer.is_archived


def may_restore(user: User, employer: Employer) -> bool:
    return user.is_staff and employer.is_archived


def may_see_people(user: User) -> bool:
    """Names, addresses and numbers of the people at an employer: the council's own business."""
    return user.is_staff


def may_see_history(user: User) -> bool:
    """Who changed what, old values included."""
    return user.is_staff
