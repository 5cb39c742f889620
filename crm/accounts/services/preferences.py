"""What people choose for themselves. Callers open the unit of work; nothing here commits."""

from datetime import datetime

from crm.accounts.models import User
from crm.core.db import db


def stop_digest(user: User, *, at: datetime) -> None:
    """Send somebody no daily digest any more. Safe to repeat: the first instant stays."""
    user.digest_off_at = user.digest_off_at or at
    db.session.flush()


def resume_digest(user: User) -> None:
    """Send somebody the daily digest again."""
    user.digest_off_at = None
    db.session.flush()
