"""Taking in what lies in a mailbox: never lost, never twice.

A message is known by the mailbox's UIDVALIDITY and its UID, which are a unique row written together with what became
of it; only then is it marked as seen. Whoever dies in between leaves no row, so the message is taken in the next time;
of two who take it in at once the second finds the row and undoes its own.

**Whom we believe.** Anybody can write any sender on an e-mail, so a mailbox is no proof of anything. Only mail that
names one of us as its sender is filed without being looked at, and only with the one employer whose contacts it names:
the worst that a forger gains is an entry in that employer's log, signed with the officer's name, which the officer
sees and can take back. If the receiving server says that the sender failed its checks (DMARC), it waits in the tray,
as does everything from outside, but for what a calendar program answers to an invitation of ours
(`crm.correspondence.services.answers`).
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.audit.recording import because
from crm.core.clock import local_date
from crm.core.db import db
from crm.core.errors import Conflict
from crm.correspondence import sorting
from crm.correspondence.models import Mail, Mailbox, MailboxMessage, MailStatus, Source, Why
from crm.correspondence.queries.people import colleagues, employers_of
from crm.correspondence.queries.tray import filed_before
from crm.correspondence.reading.letter import Letter, UnreadableMail
from crm.correspondence.reading.messages import glance, read_message
from crm.correspondence.services.answers import answers_invitation
from crm.correspondence.services.arriving import Arrival, arrive
from crm.correspondence.services.deciding import Filing
from crm.correspondence.services.filing import file_mail
from crm.correspondence.sorting import Event
from crm.employers.models import Employer

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)  # after which whoever reads a mailbox is taken for dead
LONGEST_TROUBLE = 500  # characters


class AlreadyTaken(Conflict):
    """Another process took this message in at the same moment."""


@dataclass(frozen=True, slots=True)
class Found:
    """A message in a mailbox."""

    mailbox_id: int
    uidvalidity: int
    uid: int
    content: bytes
    refusal: str = ""  # why it cannot be read, if that is known before reading it


@dataclass(frozen=True, slots=True)
class Ours:
    """What is ours: addresses of the service, and the host that stands in its Message-IDs."""

    addresses: frozenset[str]
    host: str


def claim_mailbox(name: str, owner: str, *, now: datetime) -> int | None:
    """Take a mailbox for the length of a lease. Its id; None if somebody else reads it."""
    if db.session.scalar(select(Mailbox.id).where(Mailbox.name == name)) is None:
        try:
            with db.session.begin_nested():
                db.session.add(Mailbox(name=name))
        except IntegrityError:
            return None  # somebody else began to read it a moment ago
    free = or_(Mailbox.leased_until.is_(None), Mailbox.leased_until <= now)
    taken = update(Mailbox).where(Mailbox.name == name, free).values(owner=owner, leased_until=now + LEASE)
    return db.session.scalar(taken.returning(Mailbox.id))


def release_mailbox(mailbox_id: int, owner: str, *, trouble: str | None, at: datetime) -> None:
    """Say that it was read, or why it was not. Nothing if the lease went to another."""
    done = {"owner": None, "leased_until": None, "read_at": at, "trouble": trouble and trouble[:LONGEST_TROUBLE]}
    if trouble:
        del done["read_at"]
    mine = update(Mailbox).where(Mailbox.id == mailbox_id, Mailbox.owner == owner)
    db.session.execute(mine.values(**done), execution_options={"synchronize_session": False})


def untaken(mailbox_id: int, uidvalidity: int, uids: Iterable[int]) -> list[int]:
    """Of a mailbox's messages those that have not been taken in, the oldest first."""
    known = select(MailboxMessage.uid).where(
        MailboxMessage.mailbox_id == mailbox_id, MailboxMessage.uidvalidity == uidvalidity
    )
    return sorted(set(uids) - set(db.session.scalars(known)))


def take_in(found: Found, ours: Ours, *, now: datetime) -> Mail | None:
    """File a message, or put it into the tray or aside. None if a copy of it was taken in before.

    Raises AlreadyTaken.
    """
    letter, refusal = _read(found)
    key = sorting.arrival_key(letter, found.content)
    twin = db.session.scalars(
        select(MailboxMessage).where(MailboxMessage.mailbox_id == found.mailbox_id, MailboxMessage.arrival_key == key)
    ).one_or_none()
    if twin is not None:
        _remember(found, None, twin.mail_id, now)
        return None
    mail, is_new = _sorted(letter, refusal, ours, now)
    _remember(found, key, mail.id, now)
    return mail if is_new else None


def note_poison(found: Found, reason: str, *, now: datetime) -> Mail:
    """Put a message into the tray that stopped the service. Raises AlreadyTaken."""
    letter = glance(found.content)
    mail = _unreadable(letter, reason, Arrival(Source.MAILBOX, now, None, frozenset()))
    db.session.flush()
    _remember(found, None, mail.id, now)
    return mail


def _read(found: Found) -> tuple[Letter, str]:
    if found.refusal:
        return glance(found.content), found.refusal
    try:
        return read_message(found.content), ""
    except UnreadableMail as refusal:
        return glance(found.content), str(refusal)


def _sorted(letter: Letter, refusal: str, ours: Ours, now: datetime) -> tuple[Mail, bool]:
    """The mail a letter became, or the one it is a copy of; and whether it is new."""
    staff = colleagues()
    addresses = frozenset({*staff, *ours.addresses})
    sender = staff.get(letter.sender.email) if letter.sender else None
    arrival = Arrival(Source.MAILBOX, now, sender, addresses)
    event = sorting.what_happened(letter, addresses)
    aside = Why.ANSWER if answers_invitation(letter, now=now) else _aside(letter, sender, ours)
    if aside is not None:
        mail = arrive(event, arrival, MailStatus.ASIDE, aside)
    elif refusal:
        mail = _unreadable(letter, refusal, arrival)
    else:
        return _filed_or_waiting(event, letter, arrival)
    db.session.flush()
    return mail, True


def _filed_or_waiting(event: Event, letter: Letter, arrival: Arrival) -> tuple[Mail, bool]:
    place = _place(event, letter, arrival)
    if isinstance(place, Why):
        mail = arrive(event, arrival, MailStatus.WAITING, place)
        db.session.flush()
        return mail, True
    keys = {"message_key": sorting.message_key(event.letter), "content_key": sorting.content_key(event.letter)}
    twin = filed_before(place, **keys)
    if twin is not None:
        return twin, False
    mail = arrive(event, arrival, MailStatus.WAITING, Why.REFUSED)
    db.session.flush()
    _file(mail, place, arrival)
    return mail, True


def _place(event: Event, letter: Letter, arrival: Arrival) -> int | Why:
    """The employer it belongs to; or why somebody has to look at it first."""
    if arrival.by is None or not arrival.by.is_active:
        return Why.NOT_OURS
    if letter.signs.failed_checks:
        return Why.DOUBTFUL
    others = [address for address in sorting.addresses_in(event.letter) if address not in arrival.ours]
    return sorting.where_it_belongs(employers_of(others))


def _aside(letter: Letter, sender: User | None, ours: Ours) -> Why | None:
    if ours.host and letter.message_id.lower().endswith(f"@{ours.host}"):
        return Why.OWN
    if letter.signs.is_automatic:
        return Why.AUTOMATIC
    return Why.BULK if letter.signs.is_bulk and sender is None else None


def _file(mail: Mail, employer_id: int, arrival: Arrival) -> None:
    """In the name of whoever sent it to the mailbox; what is refused waits in the tray with the reason."""
    assert arrival.by is not None  # noqa: S101  # only what is ours has a place
    employer = db.session.get_one(Employer, employer_id)
    try:
        with db.session.begin_nested(), because("Sent to the mailbox", actor=arrival.by.name):
            file_mail(mail, employer, Filing(arrival.by, arrival.at, local_date(arrival.at)))
    except Conflict as refusal:
        mail.trouble = str(refusal)
        db.session.flush()


def _unreadable(letter: Letter, reason: str, arrival: Arrival) -> Mail:
    mail = arrive(Event(letter), arrival, MailStatus.WAITING, Why.UNREADABLE)
    mail.trouble = reason[:LONGEST_TROUBLE]
    return mail


def _remember(found: Found, key: str | None, mail_id: int | None, now: datetime) -> None:
    db.session.add(
        MailboxMessage(
            mailbox_id=found.mailbox_id,
            uidvalidity=found.uidvalidity,
            uid=found.uid,
            arrival_key=key,
            mail_id=mail_id,
            taken_at=now,
        )
    )
    try:
        db.session.flush()
    except IntegrityError as error:
        raise AlreadyTaken("Another process took this message in at the same moment.") from error
