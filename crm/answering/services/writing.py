"""Owing an employer a mail with a link, and owing it no longer. Callers open the unit of work; nothing here commits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select

from crm.accounts.models import User
from crm.answering.addresses import ANSWER, address
from crm.answering.asking import Asking
from crm.core import clock
from crm.core.db import db
from crm.core.tokens import Minted
from crm.employers.models import Contact
from crm.links import services as links
from crm.links.models import EmployerLink, EmployerLinkToken, LinkPurpose
from crm.notifications.letters import Letter
from crm.notifications.services import cancel, enqueue
from crm.pledges.models import Pledge
from crm.reference.settings import settings


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that asks for an answer: why it is owed, its subject's template, and how its letter is written."""

    key: str
    subject: str
    letter: Callable[[Asking], Letter]


def owe(link: EmployerLink, minted: Minted, mail: Mail, *, pledge: Pledge, by: User | None) -> None:
    """Owe the person a link was given to a mail with it. The pledge's lines and the contact's employer are loaded."""
    contact = link.contact
    asking = asking_of(
        contact,
        pledge,
        by,
        until=link.last_day,
        answer=address(ANSWER, minted),
        stop=links.way_to_stop(contact, mail.key, by=by),
    )
    letter = mail.letter(asking)
    enqueue(
        key=mail.key,
        recipient=contact.email or "",
        subject=asking.subject(mail.subject),
        body=letter.text,
        html=letter.html,
        reply_to=by.email if by else None,
        sender_name=asking.sender,
        unsubscribe=asking.stop,
        employer_id=contact.employer_id,
    )


def asking_of(contact: Contact, pledge: Pledge, by: User | None, *, until: date, answer: str, stop: str) -> Asking:
    return Asking(
        contact=contact,
        pledge=pledge,
        officer=by,
        council=settings()["council_name"],
        until=until,
        answer=answer,
        stop=stop,
    )


def last_day() -> date:
    """The last day in London on which a link that is sent now can be answered by."""
    return clock.today() + timedelta(days=int(settings()["pledge_link_days"]))


def lasts() -> timedelta:
    """How long such a link works: to the end of its last day."""
    return clock.start_of_day(last_day() + timedelta(days=1)) - clock.now()


def number_of_next_mail(link: EmployerLink) -> int:
    """Counting from 1. The link must be locked or new."""
    tokens = db.session.scalars(select(EmployerLinkToken.id).where(EmployerLinkToken.link_id == link.id))
    return len(tokens.all()) + 1


def cancel_unsent(*conditions: ColumnElement[bool]) -> None:
    """Owe no longer the mails that carry certain links and have not gone out: conditions on `EmployerLink`."""
    statement = (
        select(EmployerLinkToken)
        .join(EmployerLinkToken.link)
        .where(EmployerLinkToken.mail_key.is_not(None), EmployerLinkToken.retired_at.is_(None), *conditions)
    )
    for token in db.session.scalars(statement).all():
        if cancel(token.mail_key or ""):
            token.mail_key = None
    db.session.flush()


def stop_asking(pledge_id: int) -> None:
    """The pledge is answered or taken back: what would still ask for an answer does not go out."""
    cancel_unsent(EmployerLink.pledge_id == pledge_id, EmployerLink.purpose == LinkPurpose.ANSWER)
