"""Who may do what to a provider they can see. Pure: no database, no request."""

from crm.accounts.models import User
from crm.core.access import STAFF, Role

TAKE_PART = STAFF | {Role.PROVIDER}  # who handles young people's references


def may_change_provider(user: User) -> bool:
    return user.is_staff
