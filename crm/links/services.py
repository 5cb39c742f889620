"""Giving links out and taking them back. Callers open the unit of work; nothing here commits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict
from crm.core.tokens import Minted, minted
from crm.core.web import public_address
from crm.employers.models import Contact
from crm.links.models import EmployerLink, EmployerLinkToken, LinkPurpose
from crm.pledges.models import Pledge

LASTS = {  # after which a link opens nothing; that of a pledge to answer is a setting
    LinkPurpose.RECEIPT: timedelta(days=400),  # to the end of the year that was promised for, and some time beyond
    LinkPurpose.UNDO: timedelta(days=7),
    LinkPurpose.HUB: timedelta(days=90),
    LinkPurpose.STOP: timedelta(days=400),
}
STOP_AT_LEAST = timedelta(days=60)  # that a mail's way to stop mails works
HUB_AT_LEAST = timedelta(days=30)  # that a mail's way to the employer's page works


@dataclass(frozen=True, slots=True)
class Issued:
    """A link with a token that opens it. The token is known here and now, and to the mail it goes into."""

    link: EmployerLink
    minted: Minted


def issue(
    purpose: LinkPurpose,
    contact: Contact,
    *,
    pledge: Pledge | None = None,
    lasts: timedelta | None = None,
    by: User | None = None,
    mail_key: str | None = None,
) -> Issued:
    """Give somebody at an employer a link.

    Args:
        purpose: what it opens.
        contact: whose it is.
        pledge: which one, where the purpose is about one.
        lasts: from now; by default what `LASTS` says of the purpose.
        by: the officer who asked for it.
        mail_key: of the mail that will carry it; "{link}" in it becomes the link's id.

    Raises:
        Conflict: they have a link to answer this pledge by already.
    """
    link = EmployerLink(
        purpose=purpose,
        employer_id=contact.employer_id,
        contact_id=contact.id,
        pledge_id=pledge.id if pledge else None,
        sent_by_id=by.id if by else None,
        expires_at=clock.now() + (LASTS[purpose] if lasts is None else lasts),
    )
    db.session.add(link)
    name = contact.name  # a flush that fails forgets what was loaded
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(f"{name} has a link for this pledge already. Send that one again instead.") from error
    return Issued(link, another_token(link, mail_key and mail_key.replace("{link}", str(link.id))))


def way_to_stop(contact: Contact, mail_key: str, *, by: User | None) -> str:
    """The address that stops our mails to somebody, for one mail to carry; one link serves many mails."""
    token = _lasting(LinkPurpose.STOP, contact, mail_key, by=by, at_least=STOP_AT_LEAST)
    return public_address(f"/stop/{token.placeholder}")


def way_in(contact: Contact, mail_key: str) -> Minted:
    """What opens the employer's page to somebody, for one mail to carry; one link serves many mails."""
    return _lasting(LinkPurpose.HUB, contact, mail_key, by=None, at_least=HUB_AT_LEAST)


def _lasting(purpose: LinkPurpose, contact: Contact, mail_key: str, *, by: User | None, at_least: timedelta) -> Minted:
    """A token of a link that somebody has and that works for so long still; of a new one if there is none."""
    link = db.session.scalars(
        select(EmployerLink)
        .where(
            EmployerLink.contact_id == contact.id,
            EmployerLink.purpose == purpose,
            EmployerLink.used_at.is_(None),
            EmployerLink.revoked_at.is_(None),
            EmployerLink.expires_at > clock.now() + at_least,
        )
        .order_by(EmployerLink.id.desc())
        .limit(1)
    ).one_or_none()
    if link is None:
        return issue(purpose, contact, by=by, mail_key=mail_key).minted
    return another_token(link, mail_key)


def another_token(link: EmployerLink, mail_key: str | None = None) -> Minted:
    """One more token that opens the link, for a mail of its own; those before it go on opening it."""
    new = minted()
    db.session.add(EmployerLinkToken(link_id=link.id, token_hash=new.hash, mail_key=mail_key, created_at=clock.now()))
    db.session.flush()
    return new


def send_anew(link: EmployerLink, *, lasts: timedelta, mail_key: str, by: User | None) -> Minted:
    """A new token and a new end; every token before it opens nothing any more.

    Raises Conflict if the link was used or taken back.
    """
    lock(link)
    if link.used_at is not None or link.revoked_at is not None:
        raise Conflict("This link was answered or taken back, so it cannot be sent again.")
    retire_tokens(link)
    link.expires_at = clock.now() + lasts
    link.lapse_told_at = None
    if by is not None:
        link.sent_by_id = by.id
    return another_token(link, mail_key)


def revoke(link: EmployerLink, *, by: User | None = None) -> bool:
    """Take a link back. Returns whether it could still have been used."""
    lock(link)
    if link.used_at is not None or link.revoked_at is not None:
        return False
    link.revoked_at = clock.now()
    link.revoked_by_id = by.id if by else None
    db.session.flush()
    return True


def use(link: EmployerLink, *, at: datetime) -> bool:
    """Note that a link has done what it was for. Returns False if it was used, taken back or expired before."""
    used = db.session.execute(
        update(EmployerLink)
        .where(
            EmployerLink.id == link.id,
            EmployerLink.used_at.is_(None),
            EmployerLink.revoked_at.is_(None),
            EmployerLink.expires_at > at,
        )
        .values(used_at=at, updated_at=at)
        .execution_options(synchronize_session="fetch")
    )
    return bool(getattr(used, "rowcount", 0))


def mark_opened(link: EmployerLink, *, at: datetime) -> None:
    """Note, once, that a person has the page before them."""
    db.session.execute(
        update(EmployerLink)
        .where(EmployerLink.id == link.id, EmployerLink.opened_at.is_(None))
        .values(opened_at=at)
        .execution_options(synchronize_session="fetch")
    )


def lock(link: EmployerLink) -> None:
    """See the link as it is now, and let nobody else change it until this unit of work ends."""
    db.session.refresh(link, ["used_at", "revoked_at", "expires_at"], with_for_update=True)


def retire_tokens(link: EmployerLink) -> None:
    db.session.execute(
        update(EmployerLinkToken)
        .where(EmployerLinkToken.link_id == link.id, EmployerLinkToken.retired_at.is_(None))
        .values(retired_at=clock.now())
        .execution_options(synchronize_session=False)
    )
