"""What became of e-mails, for administrators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from crm.core.db import db
from crm.notifications.models import EmailStatus, OutboxEmail

LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class UnsentRow:
    """A mail that has not gone out. What it says is not shown: it is somebody else's."""

    id: int
    recipient: str
    subject: str
    status: EmailStatus
    attempts: int
    created_at: datetime
    next_attempt_at: datetime
    last_error: str | None

    @property
    def is_given_up(self) -> bool:
        return self.status is EmailStatus.FAILED


def unsent(*, limit: int = 200) -> Sequence[UnsentRow]:
    """Mails that were given up, then those that wait, newest first. One statement."""
    rows = db.session.execute(
        select(
            OutboxEmail.id,
            OutboxEmail.recipient,
            OutboxEmail.subject,
            OutboxEmail.status,
            OutboxEmail.attempts,
            OutboxEmail.created_at,
            OutboxEmail.next_attempt_at,
            OutboxEmail.last_error,
        )
        .where(OutboxEmail.status != EmailStatus.SENT)
        .order_by(OutboxEmail.status != EmailStatus.FAILED, OutboxEmail.id.desc())
        .limit(limit)
    )
    return [UnsentRow(*row) for row in rows]


def sent_lately(now: datetime) -> int:
    """How many mails went out in the last seven days."""
    statement = select(func.count()).select_from(OutboxEmail).where(OutboxEmail.sent_at > now - LATELY)
    return db.session.scalar(statement) or 0


def undelivered(*, limit: int = 200) -> Sequence[int]:
    """Ids of mails about an employer that were given up and that nobody was told of, in order. One statement."""
    statement = (
        select(OutboxEmail.id)
        .where(
            OutboxEmail.status == EmailStatus.FAILED,
            OutboxEmail.employer_id.is_not(None),
            OutboxEmail.followed_up_at.is_(None),
        )
        .order_by(OutboxEmail.id)
        .limit(limit)
    )
    return db.session.scalars(statement).all()
