"""Which links open something, and what became of those that were given out."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import contains_eager, joinedload

from crm.core import clock
from crm.core.db import db
from crm.core.tokens import hash_token
from crm.employers.models import Employer
from crm.links.models import EmployerLink, EmployerLinkToken, LinkPurpose
from crm.notifications.models import EmailStatus, OutboxEmail
from crm.pledges.models import Pledge, PledgeStatus


class Fate(StrEnum):
    """What became of a link, the most telling first known."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    OPENED = "opened"
    ANSWERED = "answered"
    EXPIRED = "expired"
    REVOKED = "revoked"
    CLOSED = "closed"  # somebody else answered, or the pledge was decided in another way


OVER = (Fate.ANSWERED, Fate.EXPIRED, Fate.REVOKED, Fate.CLOSED)
STOPPED = "Somebody stopped the e-mail before it went out."


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as officers see it."""

    link: EmployerLink  # with contact and sent_by loaded
    fate: Fate
    at: datetime  # of the fate
    why: str  # a failed mail: what the server said
    mails: int
    asked_at: datetime  # when it was sent, or sent anew: the first mail that still opens it
    written_at: datetime | None  # when the last mail that carries it was written

    @property
    def is_open(self) -> bool:
        """Whether it can still be answered by."""
        return self.fate not in OVER

    @property
    def may_be_resent(self) -> bool:
        return self.is_open or self.fate is Fate.EXPIRED


def live(token: str, purpose: LinkPurpose) -> EmployerLink | None:
    """The link that a token opens now, with contact, employer, the employer's owner and who sent it loaded.

    Nothing for a token that is wrong, retired, expired, used or taken back, or whose pledge waits for no answer. Always
    the same one statement, found by the hash, so that nothing tells these apart.
    """
    waits = [Pledge.status == PledgeStatus.SENT] if purpose is LinkPurpose.ANSWER else []
    statement = (
        select(EmployerLink)
        .join(EmployerLink.tokens)
        .join(EmployerLink.contact)
        .join(EmployerLink.employer)
        .outerjoin(EmployerLink.pledge)
        .where(
            EmployerLinkToken.token_hash == hash_token(token),
            EmployerLinkToken.retired_at.is_(None),
            EmployerLink.purpose == purpose,
            EmployerLink.used_at.is_(None),
            EmployerLink.revoked_at.is_(None),
            EmployerLink.expires_at > clock.now(),
            Employer.archived_at.is_(None),
            *waits,
        )
        .options(
            contains_eager(EmployerLink.contact),
            contains_eager(EmployerLink.employer).joinedload(Employer.owner),
            contains_eager(EmployerLink.pledge),
            joinedload(EmployerLink.sent_by),
        )
    )
    return db.session.scalars(statement).unique().one_or_none()


def links_of(pledge_id: int) -> Sequence[LinkRow]:
    """The links to answer a pledge by, latest first, with what became of each. One statement."""
    return links_of_each([pledge_id]).get(pledge_id, [])


def links_of_each(pledge_ids: Collection[int]) -> Mapping[int, Sequence[LinkRow]]:
    """The same for several pledges; those without links are left out. One statement."""
    asked = (EmployerLink.pledge_id.in_(pledge_ids), EmployerLink.purpose == LinkPurpose.ANSWER)
    carried = _carried(asked).subquery()
    rows = db.session.execute(
        select(
            EmployerLink,
            carried.c.mails,
            carried.c.asked_at,
            carried.c.written_at,
            OutboxEmail.status,
            OutboxEmail.sent_at,
            OutboxEmail.updated_at,
            OutboxEmail.last_error,
        )
        .outerjoin(carried, carried.c.link_id == EmployerLink.id)
        .outerjoin(EmployerLinkToken, EmployerLinkToken.id == carried.c.last_id)
        .outerjoin(OutboxEmail, OutboxEmail.key == EmployerLinkToken.mail_key)
        .where(*asked)
        .order_by(EmployerLink.id.desc())
        .options(joinedload(EmployerLink.contact), joinedload(EmployerLink.sent_by), joinedload(EmployerLink.pledge))
    )
    now, found = clock.now(), defaultdict[int, list[LinkRow]](list)
    for link, *rest in rows:
        found[link.pledge_id].append(_row(link, _Mails(*rest), now))
    return found


def _carried(asked: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    """Of each link how many mails carried it, the last of them, and since when what opens it now does."""
    token = EmployerLinkToken
    return (
        select(
            token.link_id,
            func.count(token.mail_key).label("mails"),
            func.max(case((token.mail_key.is_not(None), token.id))).label("last_id"),
            func.min(case((token.retired_at.is_(None), token.created_at))).label("asked_at"),
            func.max(token.created_at).label("written_at"),
        )
        .join(token.link)
        .where(*asked)
        .group_by(token.link_id)
    )


@dataclass(frozen=True, slots=True)
class _Mails:
    count: int | None
    asked_at: datetime | None
    written_at: datetime | None
    status: EmailStatus | None
    sent_at: datetime | None
    updated_at: datetime | None
    error: str | None

    @property
    def is_lost(self) -> bool:
        return self.status in {EmailStatus.FAILED, EmailStatus.STOPPED}


def _row(link: EmployerLink, mails: _Mails, now: datetime) -> LinkRow:
    fate, at = next(_fates(link, mails, now))
    why = ""
    if fate is Fate.FAILED:
        why = STOPPED if mails.status is EmailStatus.STOPPED else mails.error or ""
    return LinkRow(link, fate, at, why, mails.count or 0, mails.asked_at or link.created_at, mails.written_at)


def _fates(link: EmployerLink, mails: _Mails, now: datetime) -> Iterator[tuple[Fate, datetime]]:
    """All that is true of a link, the most telling first."""
    if link.used_at:
        yield Fate.ANSWERED, link.used_at
    if link.revoked_at:
        yield Fate.REVOKED, link.revoked_at
    if link.pledge is not None and link.pledge.status is not PledgeStatus.SENT:
        yield Fate.CLOSED, link.pledge.updated_at
    if link.expires_at <= now:
        yield Fate.EXPIRED, link.expires_at
    if mails.is_lost:
        yield Fate.FAILED, mails.updated_at or link.created_at
    if link.opened_at:
        yield Fate.OPENED, link.opened_at
    # A mail that went out long ago is forgotten (crm.notifications.services.forget_old): then it was sent.
    if mails.count and mails.status in {EmailStatus.SENT, None}:
        yield Fate.SENT, mails.sent_at or mails.written_at or link.created_at
    yield Fate.QUEUED, mails.written_at or link.created_at
