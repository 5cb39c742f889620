"""Who may choose, write, and look. Pure. Which provider's people somebody sees at all: `crm.providers.queries`."""

from crm.accounts.models import User
from crm.core.access import Role


def may_choose(user: User) -> bool:
    """A provider's coordinator for their own provider; an administrator for one that asks on paper."""
    return user.role in {Role.PROVIDER, Role.ADMIN}


def may_write(user: User) -> bool:
    """Names are the provider's: nobody of the council types one in."""
    return user.role is Role.PROVIDER


def may_look(user: User, *, staff_too: bool) -> bool:
    """The provider's coordinators; council staff only where the council decided so (a setting)."""
    return user.role is Role.PROVIDER or (staff_too and user.is_staff)
