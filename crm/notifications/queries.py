"""What became of e-mails, for managers and for the job that tells of those that failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from crm.core.db import db
from crm.core.errors import NotFound
from crm.core.pagination import Asked, Page
from crm.notifications.models import EmailStatus, OutboxEmail

LATE = timedelta(minutes=10)  # after which whoever waits for a mail would ask


@dataclass(frozen=True, slots=True)
class OutboxFilters:
    """What narrows the outbox."""

    words: tuple[str, ...] = ()  # each in the recipient or the subject, whatever its size
    status: EmailStatus | None = None


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A mail as the list shows it. What it says is not loaded."""

    id: int
    recipient: str
    subject: str
    status: EmailStatus
    attempts: int
    created_at: datetime
    next_attempt_at: datetime
    sent_at: datetime | None
    last_error: str | None


def outbox_page(filters: OutboxFilters, asked: Asked) -> Page[OutboxRow]:
    """One page of the mails, the newest first. Two statements."""
    conditions = _conditions(filters)
    total = db.session.scalar(select(func.count(OutboxEmail.id)).where(*conditions)) or 0
    rows = db.session.execute(
        select(
            OutboxEmail.id,
            OutboxEmail.recipient,
            OutboxEmail.subject,
            OutboxEmail.status,
            OutboxEmail.attempts,
            OutboxEmail.created_at,
            OutboxEmail.next_attempt_at,
            OutboxEmail.sent_at,
            OutboxEmail.last_error,
        )
        .where(*conditions)
        .order_by(OutboxEmail.id.desc())
        .limit(asked.per_page)
        .offset(asked.offset)
    )
    return asked.of([OutboxRow(*row) for row in rows], total)


def _conditions(filters: OutboxFilters) -> list[ColumnElement[bool]]:
    places = (func.lower(OutboxEmail.recipient), func.lower(OutboxEmail.subject))
    found = [or_(*(place.contains(word.lower(), autoescape=True) for place in places)) for word in filters.words]
    return [*found, OutboxEmail.status == filters.status] if filters.status else found


def how_many() -> dict[EmailStatus, int]:
    """How many mails are in each state, none left out, in the order of the states. One statement."""
    counted = select(OutboxEmail.status, func.count(OutboxEmail.id)).group_by(OutboxEmail.status)
    found = dict(db.session.execute(counted).all())
    return {status: found.get(status, 0) for status in EmailStatus}


def late_since(now: datetime) -> datetime | None:
    """Since when a mail waits that should be out by now: the scheduler does not run, or does not keep up.

    One statement.
    """
    waiting = select(func.min(OutboxEmail.next_attempt_at)).where(
        OutboxEmail.status == EmailStatus.QUEUED, OutboxEmail.next_attempt_at < now - LATE
    )
    return db.session.scalar(waiting)


def get_email(email_id: int) -> OutboxEmail:
    """A mail. Raises NotFound if there is none."""
    email = db.session.get(OutboxEmail, email_id)
    if email is None:
        raise NotFound("We could not find that e-mail. Those of long ago are deleted.")
    return email


def find_email(key: str) -> OutboxEmail | None:
    """The mail that is owed for a reason; none if there never was one, or long ago. One statement."""
    return db.session.scalars(select(OutboxEmail).where(OutboxEmail.key == key)).one_or_none()


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
