"""Asking for the link to one's page, and answering by mail."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.accounts.services.throttling import Attempt, count_attempt, is_throttled
from crm.core import clock
from crm.core.db import db
from crm.core.web import mailed_link
from crm.employers.models import Contact, Employer
from crm.hub.models import HubRequest
from crm.links.models import EmployerLink, LinkPurpose
from crm.links.services import Issued, issue
from crm.notifications.letters import Button, Letter
from crm.notifications.services import enqueue
from crm.reference.settings import settings

SUBJECT = "The link to your page"
WHAT_IT_IS = (
    "Here is the page of {employer}: what you promised young people and how it stands, what is booked, and what you "
    "may want to tell us or change. The link works for 90 days. It is yours: do not pass it on."
)


def ask(email: str, network: str, *, at: datetime) -> None:
    """Remember that an address asked. Whether we know it is looked up later, so that nobody can tell from the answer.

    Too many from one address or one network: nothing is remembered, and nobody is told.
    """
    if is_throttled(Attempt.HUB, email, network, now=at):
        return
    count_attempt(Attempt.HUB, email, network, at=at)
    db.session.add(HubRequest(email=email, asked_at=at))
    db.session.flush()


def waiting() -> list[int]:
    """Requests nobody has looked at, oldest first."""
    return list(db.session.scalars(select(HubRequest.id).order_by(HubRequest.id)))


def answer_request(request_id: int) -> bool:
    """Mail a link to everybody who has the address, one for each employer. Returns False if another process did.

    A request is answered once, and forgotten in the same unit of work.
    """
    request = db.session.scalars(
        select(HubRequest).where(HubRequest.id == request_id).with_for_update(skip_locked=True)
    ).one_or_none()
    if request is None:
        return False
    known = db.session.scalars(
        select(Contact)
        .join(Contact.employer)
        .where(Contact.email == request.email, Contact.left_at.is_(None), Employer.archived_at.is_(None))
        .order_by(Contact.id)
        .options(joinedload(Contact.employer))
    ).all()
    db.session.execute(delete(HubRequest).where(HubRequest.id == request_id))
    for contact in known:
        send_link(contact, by=None, key=f"hub-link:asked:{request_id}:{contact.id}")
    return True


def send_link(contact: Contact, *, by: User | None, key: str) -> Issued:
    """Owe a contact, whose employer is loaded, a mail with a link to the employer's page.

    It was asked for, or an officer sends it in answer to a question: a service message, not marketing.
    """
    issued = issue(LinkPurpose.HUB, contact, by=by, mail_key=key)
    letter = _letter(contact, mailed_link("hub.show", issued.minted), by)
    enqueue(
        key=key,
        recipient=contact.email or "",
        subject=SUBJECT,
        body=letter.text,
        html=letter.html,
        reply_to=by.email if by else None,
        sender_name=letter.sender,
        employer_id=contact.employer_id,
    )
    return issued


def _letter(contact: Contact, address: str, by: User | None) -> Letter:
    council = settings()["council_name"]
    return Letter(
        greeting=f"Hello {contact.name},",
        parts=(
            WHAT_IT_IS.format(employer=contact.employer.name),
            Button("Open your page", address),
        ),
        closing=f"{by.name}\n{council}" if by else council,
        small_print=("You get this because somebody, probably you, asked for it. If not, you need not do anything.",),
        sender=f"{by.name}, {council}" if by else council,
    )


def links_of(employer_id: int) -> list[EmployerLink]:
    """Every link that people at an employer were given, latest first; contact and sender loaded. One statement."""
    statement = (
        select(EmployerLink)
        .where(EmployerLink.employer_id == employer_id)
        .order_by(EmployerLink.id.desc())
        .limit(100)
        .options(joinedload(EmployerLink.contact), joinedload(EmployerLink.sent_by), joinedload(EmployerLink.pledge))
    )
    return list(db.session.scalars(statement))


def is_live(link: EmployerLink) -> bool:
    return link.used_at is None and link.revoked_at is None and link.expires_at > clock.now()
