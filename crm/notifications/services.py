"""Adding to the outbox, and the states of a mail on its way out."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update

from crm.core import clock
from crm.core.db import db
from crm.notifications.models import EmailStatus, OutboxEmail

LEASE = timedelta(minutes=5)  # after which whoever claimed a mail is taken for dead
MOST_ATTEMPTS = 8
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480))
KEPT_FOR = timedelta(days=90)
LONGEST_ERROR = 500  # characters
SECRET = re.compile(r"(?<=/)[\w-]{43}(?![\w-])")  # a token as `crm.accounts.tokens` makes it, at the end of an address


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a sender needs to know of a mail that is its own for a while."""

    id: int
    key: str
    recipient: str
    subject: str
    body: str
    reply_to: str | None = None


def enqueue(*, key: str, recipient: str, subject: str, body: str, reply_to: str | None = None) -> OutboxEmail:
    """Owe someone an e-mail. It is sent only if the surrounding unit of work commits.

    Args:
        key: why, uniquely ("password-link:17"); a second mail with the same key is refused by the database.
        recipient: one address.
        subject: no personal data: anyone may see it.
        body: plain text.
        reply_to: the address that answers go to.
    """
    email = OutboxEmail(
        key=key, recipient=recipient, reply_to=reply_to, subject=subject, body=body, next_attempt_at=clock.now()
    )
    db.session.add(email)
    return email


def cancel(key: str) -> bool:
    """Owe a mail no longer, unless it went out or is on its way. Returns whether it was still to be sent."""
    unsent = (OutboxEmail.key == key, OutboxEmail.status == EmailStatus.QUEUED)
    gone = db.session.execute(delete(OutboxEmail).where(*unsent).execution_options(synchronize_session=False))
    return bool(getattr(gone, "rowcount", 0))


def claim_next(owner: str, *, now: datetime) -> Claimed | None:
    """Take the mail that is due longest, for the length of a lease; nothing if none is due.

    Others that claim at the same moment get other mails. A mail whose sender died is due again when its lease ends: it
    may have been sent, and will then arrive twice under one Message-ID, which is better than never.
    """
    _give_up_deadly(now)
    email = db.session.scalars(
        select(OutboxEmail)
        .where(
            or_(
                and_(OutboxEmail.status == EmailStatus.QUEUED, OutboxEmail.next_attempt_at <= now),
                and_(OutboxEmail.status == EmailStatus.SENDING, OutboxEmail.leased_until <= now),
            ),
        )
        .order_by(OutboxEmail.next_attempt_at, OutboxEmail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if email is None:
        return None
    email.status = EmailStatus.SENDING
    email.lease_owner = owner
    email.leased_until = now + LEASE
    email.attempts += 1
    db.session.flush()
    return Claimed(email.id, email.key, email.recipient, email.subject, email.body, email.reply_to)


def record_sent(email_id: int, owner: str, *, at: datetime) -> None:
    """Write down that it went out, and forget the secret it carried. Nothing if the lease went to another sender."""
    email = _mine(email_id, owner)
    if email is not None:
        email.status, email.sent_at, email.last_error = EmailStatus.SENT, at, None
        email.body = without_secrets(email.body)
        _release(email)


def record_failure(email_id: int, owner: str, error: str, *, for_good: bool, at: datetime) -> bool:
    """Write down that it did not go out, and when to try again. Returns whether it was given up."""
    email = _mine(email_id, owner)
    if email is None:
        return False
    email.last_error = error[:LONGEST_ERROR]
    given_up = for_good or email.attempts >= MOST_ATTEMPTS
    if given_up:
        email.status = EmailStatus.FAILED
        email.body = without_secrets(email.body)
    else:
        email.status = EmailStatus.QUEUED
        email.next_attempt_at = at + PAUSES[min(email.attempts, len(PAUSES)) - 1]
    _release(email)
    return given_up


def forget_old(now: datetime) -> int:
    """Delete mails that were sent or given up long ago. Returns how many."""
    done = OutboxEmail.status.in_((EmailStatus.SENT, EmailStatus.FAILED))
    gone = db.session.execute(delete(OutboxEmail).where(done, OutboxEmail.updated_at < now - KEPT_FOR))
    return int(getattr(gone, "rowcount", 0))


def without_secrets(body: str) -> str:
    """A mail's text without the tokens in its addresses: what was sent may be read later, but not used."""
    return SECRET.sub("…", body)


def _give_up_deadly(now: datetime) -> None:
    """A mail whose senders died every time is not given to another."""
    db.session.execute(
        update(OutboxEmail)
        .where(
            OutboxEmail.status == EmailStatus.SENDING,
            OutboxEmail.leased_until <= now,
            OutboxEmail.attempts >= MOST_ATTEMPTS,
        )
        .values(status=EmailStatus.FAILED, leased_until=None, lease_owner=None, last_error="Sending never finished.")
        .execution_options(synchronize_session=False)
    )


def _mine(email_id: int, owner: str) -> OutboxEmail | None:
    return db.session.scalars(
        select(OutboxEmail)
        .where(OutboxEmail.id == email_id, OutboxEmail.status == EmailStatus.SENDING, OutboxEmail.lease_owner == owner)
        .with_for_update()
    ).one_or_none()


def _release(email: OutboxEmail) -> None:
    email.leased_until = email.lease_owner = None
    db.session.flush()
