"""Which links open something, and what became of those that were given out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
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


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as officers see it."""

    link: EmployerLink  # with contact and sent_by loaded
    fate: Fate
    at: datetime  # of the fate
    why: str  # a failed mail: what the server said
    mails: int


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
    """The links to answer a pledge by, latest first, with what became of each. Two statements."""
    links = db.session.scalars(
        select(EmployerLink)
        .where(EmployerLink.pledge_id == pledge_id, EmployerLink.purpose == LinkPurpose.ANSWER)
        .order_by(EmployerLink.id.desc())
        .options(joinedload(EmployerLink.contact), joinedload(EmployerLink.sent_by), joinedload(EmployerLink.pledge))
    ).all()
    mails = _last_mails([link.id for link in links])
    now = clock.now()
    return [_row(link, mails.get(link.id, _Mails()), now) for link in links]


@dataclass(frozen=True, slots=True)
class _Mails:
    count: int = 0
    status: EmailStatus | None = None
    sent_at: datetime | None = None
    updated_at: datetime | None = None
    error: str | None = None


def _last_mails(link_ids: Sequence[int]) -> dict[int, _Mails]:
    """Of each link how many mails carried it, and how the last of them went."""
    if not link_ids:
        return {}
    last = (
        select(EmployerLinkToken.link_id, func.count().label("mails"), func.max(EmployerLinkToken.id).label("last_id"))
        .where(EmployerLinkToken.link_id.in_(link_ids), EmployerLinkToken.mail_key.is_not(None))
        .group_by(EmployerLinkToken.link_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            last.c.link_id,
            last.c.mails,
            OutboxEmail.status,
            OutboxEmail.sent_at,
            OutboxEmail.updated_at,
            OutboxEmail.last_error,
        )
        .join(EmployerLinkToken, EmployerLinkToken.id == last.c.last_id)
        .outerjoin(OutboxEmail, OutboxEmail.key == EmployerLinkToken.mail_key)
    )
    return {row[0]: _Mails(*row[1:]) for row in rows}


def _row(link: EmployerLink, mails: _Mails, now: datetime) -> LinkRow:
    fate, at = _fate(link, mails, now)
    return LinkRow(link, fate, at, (mails.error or "") if fate is Fate.FAILED else "", mails.count)


def _fate(link: EmployerLink, mails: _Mails, now: datetime) -> tuple[Fate, datetime]:
    return next(_fates(link, mails, now))


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
    if mails.status is EmailStatus.FAILED:
        yield Fate.FAILED, mails.updated_at or link.created_at
    if link.opened_at:
        yield Fate.OPENED, link.opened_at
    # A mail that went out long ago is forgotten (crm.notifications.services.forget_old): then it was sent.
    if mails.count and mails.status in {EmailStatus.SENT, None}:
        yield Fate.SENT, mails.sent_at or link.created_at
    yield Fate.QUEUED, link.created_at
