"""Who may do what to a log entry or a follow-up they can see. Pure: no database, no request."""

from crm.accounts.models import User
from crm.interactions.models import Interaction


def may_edit(user: User, interaction: Interaction) -> bool:
    """Only who wrote an entry, or a manager, may change what it says."""
    return user.is_manager or (user.is_staff and interaction.logged_by_id == user.id)


def may_see_the_day_of(user: User, officer_id: int) -> bool:
    """An officer sees their own day; a manager anybody's, to help or to stand in."""
    return user.id == officer_id or user.is_manager
