"""Who was invited where is of no use for long. What remains says that somebody was, and what they answered."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update

from crm.core.db import db
from crm.invitations.models import Invitation

KEPT_FOR = timedelta(days=365)  # after the day itself
FORGOTTEN = {"name": "", "address": "", "comment": None}


def forget_old(now: datetime) -> int:
    """Forget names, addresses and words of invitations to what was over long ago. Returns of how many."""
    known = or_(Invitation.address != "", Invitation.comment.is_not(None))
    forgotten = (
        update(Invitation)
        .where(Invitation.ends_at < now - KEPT_FOR, known)
        .values(**FORGOTTEN)
        # History never said any of the three.
        .execution_options(synchronize_session=False, audited_elsewhere=True)
    )
    return int(getattr(db.session.execute(forgotten), "rowcount", 0))
