"""Who may do what to a log entry or a follow-up they can see. Pure: no database, no request."""

from datetime import datetime, timedelta

from crm.accounts.models import User
from crm.interactions.models import Interaction

FREE_FOR = timedelta(hours=24)  # after it was written


def may_edit(user: User, interaction: Interaction) -> bool:
    """Only who wrote an entry, or a manager, may change or correct what it says."""
    return user.is_manager or (user.is_staff and interaction.logged_by_id == user.id)


def may_edit_freely(user: User, interaction: Interaction, now: datetime) -> bool:
    """Who wrote an entry, for a day: until then nobody will have relied on it. Afterwards it is corrected, visibly."""
    return interaction.logged_by_id == user.id and now - interaction.created_at < FREE_FOR


def may_see_the_day_of(user: User, officer_id: int) -> bool:
    """An officer sees their own day; a manager anybody's, to help or to stand in."""
    return user.id == officer_id or user.is_manager
