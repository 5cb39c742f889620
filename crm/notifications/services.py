"""Adding to the outbox, and the states of a mail on its way out."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from sqlalchemy import and_, delete, or_, select, update

from crm.core import clock, tokens
from crm.core.db import db
from crm.core.errors import Conflict, NotFound
from crm.core.logs import masked
from crm.notifications import policies
from crm.notifications.models import OVER, CalendarMethod, EmailStatus, OutboxEmail

LEASE = timedelta(minutes=5)  # after which whoever claimed a mail is taken for dead
MOST_ATTEMPTS = 8
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480))
KEPT_FOR = timedelta(days=90)
LONGEST_ERROR = 500  # characters
SECRET = re.compile(r"(?<=/)[\w-]{43}(?![\w-])")  # a token in clear, as mails from before placeholders have it
NEVER_FINISHED = "Sending never finished."
LOST_LINK = "The link in this e-mail is forgotten, so it cannot be sent again. Send a new one where it was sent from."
NOT_GIVEN_UP = "This e-mail was not given up, so there is nothing to try again."
ON_ITS_WAY = "This e-mail cannot be stopped any more: it went out, or is going out now."


class More(TypedDict, total=False):
    """What a mail may have beyond its text."""

    html: str | None  # the same as the text, for those who read HTML
    reply_to: str | None  # the address that answers go to
    sender_name: str | None  # whom it comes from by name: "Priya Shah, Northmoor Council"
    unsubscribe: str | None  # an https address that stops such mails when a mail program posts to it
    calendar: str | None  # an entry for the recipient's calendar, with the method that it names itself
    calendar_method: CalendarMethod | None
    employer_id: int | None  # whom it is about: if it cannot be delivered, their owner is told


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a sender needs to know of a mail that is its own for a while."""

    id: int
    key: str
    recipient: str
    subject: str
    body: str
    reply_to: str | None = None
    html: str | None = None
    sender_name: str | None = None
    unsubscribe: str | None = None
    calendar: str | None = None
    calendar_method: CalendarMethod | None = None


def enqueue(*, key: str, recipient: str, subject: str, body: str, **more: Unpack[More]) -> OutboxEmail:
    """Owe someone an e-mail. It is sent only if the surrounding unit of work commits.

    A token goes into the texts as its placeholder (`crm.core.tokens`, `crm.core.web.mailed_link`), never in clear.

    Args:
        key: why, uniquely ("password-link:17"); a second mail with the same key is refused by the database.
        recipient: one address.
        subject: no personal data: anyone may see it.
        body: plain text.
        more: see `More`.
    """
    email = OutboxEmail(key=key, recipient=recipient, subject=subject, body=body, next_attempt_at=clock.now(), **more)
    email.has_secret = any(map(tokens.holds_token, (email.body, email.html, email.unsubscribe)))
    db.session.add(email)
    return email


def cancel(key: str) -> bool:
    """Owe a mail no longer, unless it went out or is on its way. Returns whether it was still to be sent."""
    unsent = (OutboxEmail.key == key, OutboxEmail.status == EmailStatus.QUEUED)
    gone = db.session.execute(delete(OutboxEmail).where(*unsent).execution_options(synchronize_session=False))
    return bool(getattr(gone, "rowcount", 0))


def claim_next(owner: str, *, now: datetime, lease: timedelta = LEASE) -> Claimed | None:
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
    email.leased_until = now + lease
    email.attempts += 1
    db.session.flush()
    return Claimed(
        email.id,
        email.key,
        email.recipient,
        email.subject,
        email.body,
        email.reply_to,
        email.html,
        email.sender_name,
        email.unsubscribe,
        email.calendar,
        email.calendar_method,
    )


def record_sent(email_id: int, owner: str, *, at: datetime) -> None:
    """Write down that it went out, and forget the secret it carried. Nothing if the lease went to another sender."""
    email = _mine(email_id, owner)
    if email is not None:
        email.status, email.sent_at, email.last_error = EmailStatus.SENT, at, None
        forget_secrets(email)
        _release(email)


def record_failure(email_id: int, owner: str, error: str, *, for_good: bool, at: datetime) -> bool:
    """Write down that it did not go out, and when to try again. Returns whether it was given up."""
    email = _mine(email_id, owner)
    if email is None:
        return False
    email.last_error = masked(error)[:LONGEST_ERROR]  # a mail server may cite the address it objects to
    given_up = for_good or email.attempts >= MOST_ATTEMPTS
    if given_up:
        email.status = EmailStatus.FAILED
        forget_secrets(email)
    else:
        email.status = EmailStatus.QUEUED
        email.next_attempt_at = at + PAUSES[min(email.attempts, len(PAUSES)) - 1]
    _release(email)
    return given_up


def try_again(email_id: int) -> None:
    """Queue a mail that was given up or stopped, as if it had never been tried, under the same Message-ID.

    Raises Conflict if it was not given up, or had a link: that is forgotten.
    """
    email = _locked(email_id)
    if policies.lost_its_link(email):
        raise Conflict(LOST_LINK)
    if not policies.may_try_again(email):
        raise Conflict(NOT_GIVEN_UP)
    email.status, email.attempts, email.next_attempt_at = EmailStatus.QUEUED, 0, clock.now()
    db.session.flush()


def stop(email_id: int, *, by: str) -> None:
    """Do not send a mail that waits. Raises Conflict if it does not wait any more.

    Args:
        email_id: its id.
        by: the name of whoever stops it, for the page.
    """
    email = _locked(email_id)
    if not policies.may_stop(email):
        raise Conflict(ON_ITS_WAY)
    email.status, email.last_error = EmailStatus.STOPPED, f"Stopped by {by}."
    forget_secrets(email)
    db.session.flush()


def claim_for_follow_up(email_id: int, *, at: datetime) -> bool:
    """Say that somebody is told now of a mail that was given up. Returns whether nobody had been, and it still is."""
    claimed = db.session.execute(
        update(OutboxEmail)
        .where(
            OutboxEmail.id == email_id,
            OutboxEmail.status == EmailStatus.FAILED,
            OutboxEmail.followed_up_at.is_(None),
        )
        .values(followed_up_at=at)
        .execution_options(synchronize_session=False)
    )
    return getattr(claimed, "rowcount", 0) == 1


def forget_old(now: datetime) -> int:
    """Delete mails that were sent, given up or stopped long ago. Returns how many."""
    gone = db.session.execute(
        delete(OutboxEmail).where(OutboxEmail.status.in_(OVER), OutboxEmail.updated_at < now - KEPT_FOR)
    )
    return int(getattr(gone, "rowcount", 0))


def forget_secrets(email: OutboxEmail) -> None:
    """Leave a mail's texts without its tokens: what was sent may be read later, but not used."""
    email.body = SECRET.sub("…", tokens.without_tokens(email.body))
    email.html = email.html and tokens.without_tokens(email.html)
    email.unsubscribe = email.unsubscribe and tokens.without_tokens(email.unsubscribe)


def _give_up_deadly(now: datetime) -> None:
    """A mail whose senders died every time is not given to another."""
    deadly = db.session.scalars(
        select(OutboxEmail)
        .where(
            OutboxEmail.status == EmailStatus.SENDING,
            OutboxEmail.leased_until <= now,
            OutboxEmail.attempts >= MOST_ATTEMPTS,
        )
        .with_for_update(skip_locked=True)
    )
    for email in deadly:
        email.status, email.last_error = EmailStatus.FAILED, NEVER_FINISHED
        forget_secrets(email)
        _release(email)


def _locked(email_id: int) -> OutboxEmail:
    statement = select(OutboxEmail).where(OutboxEmail.id == email_id).with_for_update()
    email = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if email is None:
        raise NotFound("We could not find that e-mail. Those of long ago are deleted.")
    return email


def _mine(email_id: int, owner: str) -> OutboxEmail | None:
    return db.session.scalars(
        select(OutboxEmail)
        .where(OutboxEmail.id == email_id, OutboxEmail.status == EmailStatus.SENDING, OutboxEmail.lease_owner == owner)
        .with_for_update()
    ).one_or_none()


def _release(email: OutboxEmail) -> None:
    email.leased_until = email.lease_owner = None
    db.session.flush()
