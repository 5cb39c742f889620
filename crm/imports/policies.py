"""Who may undo an import, and until when. Pure."""

from datetime import datetime, timedelta

from crm.accounts.models import User
from crm.core.access import MANAGERS
from crm.imports.models import ImportRun, RunStatus

UNDONE_WITHIN = timedelta(days=30)


def may_undo(user: User, run: ImportRun) -> bool:
    """Whoever ran it, and managers: it takes back what others may already look at."""
    return run.started_by_id == user.id or user.role in MANAGERS


def why_not_undone(run: ImportRun, now: datetime) -> str | None:
    """Why an import cannot be undone any more or yet, or None if it can."""
    if run.status not in {RunStatus.DONE, RunStatus.FAILED} or run.ended_at is None:
        return "Only an import that has ended can be undone."
    if run.ended_at < now - UNDONE_WITHIN:
        return f"An import can be undone for {UNDONE_WITHIN.days} days. This one ended before that."
    return None
