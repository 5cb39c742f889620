"""Who may do what to a series they can see. Pure: no database, no request."""

from crm.accounts.models import User
from crm.core.access import Role
from crm.pledges.kinds import ENCOUNTERS, OpportunityKind

# What is repeated. A placement on one day of every week is one placement, not many.
SERIES_KINDS: tuple[OpportunityKind, ...] = tuple(kind for kind in OpportunityKind if kind in ENCOUNTERS)


def may_arrange(user: User) -> bool:
    return user.is_staff


def may_see_people(user: User) -> bool:
    """Partners see that there is a programme, not who leads it or takes part; providers see their own young people."""
    return user.is_staff or user.role is Role.PROVIDER
