"""Who may take a merge back, and when nobody may merge. Pure: no database, no request."""

from datetime import datetime, timedelta

from crm.accounts.models import User
from crm.employers.models import Employer
from crm.merging.models import EmployerMerge

UNDONE_WITHIN = timedelta(days=30)


def why_not_merge(survivor: Employer, loser: Employer) -> str | None:
    """Why these two cannot be merged this way round, as far as their own rows say."""
    if survivor.id == loser.id:
        return "Choose two different employers."
    if survivor.merged_into_id is not None or loser.merged_into_id is not None:
        return "One of these employers has been merged already. Look at the list of merges."
    if survivor.is_archived:
        return f"{survivor.name} is archived. Restore it, or keep the other one."
    return None


def have_different_numbers(left: Employer, right: Employer) -> bool:
    """Two numbers mean two companies nearly always: a person has to say that these are one."""
    return None not in {left.company_number, right.company_number} and left.company_number != right.company_number


def may_undo(user: User, merge: EmployerMerge) -> bool:
    """Who merged them, and managers."""
    return user.is_manager or user.id == merge.merged_by_id


def why_not_undo(merge: EmployerMerge, *, now: datetime) -> str | None:
    if merge.undone_at is not None:
        return f"{merge.undone_by_name} has undone this merge already."
    if now - merge.merged_at > UNDONE_WITHIN:
        return f"A merge can be undone for {UNDONE_WITHIN.days} days. This one is older."
    return None
