"""Who may do what in the library. Everybody may look: it is there to be shown to young people."""

from crm.accounts.models import User
from crm.library.models import LibraryItem


def may_add(user: User) -> bool:
    return user.is_staff


def may_change(user: User, item: LibraryItem) -> bool:
    return user.is_staff and item.withdrawn_at is None


def may_restore(user: User, item: LibraryItem) -> bool:
    return user.is_staff and item.withdrawn_at is not None
