"""Who may do what to a renewal run. Pure: no database, no request."""

from crm.accounts.models import User
from crm.renewals.models import RenewalRun, RunStatus


def may_steer(user: User) -> bool:
    """Begin a run, send it and pause it: it writes to every employer, so it takes a manager."""
    return user.is_manager


def may_start(user: User, run: RenewalRun) -> bool:
    return may_steer(user) and run.status is not RunStatus.SENDING


def may_pause(user: User, run: RenewalRun) -> bool:
    return may_steer(user) and run.status is RunStatus.SENDING
