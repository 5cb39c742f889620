"""An officer sends a pledge to the employer, sends a link anew, and takes back what was sent.

Callers open the unit of work; nothing here commits. Whoever decides about a pledge locks it before its links.
"""

from collections.abc import Sequence

from sqlalchemy import Delete, delete, select

from crm.accounts.models import User
from crm.answering.asking import SUBJECT, first_letter
from crm.answering.models import PledgeChaser
from crm.answering.services.writing import Mail, cancel_unsent, lasts, number_of_next_mail, owe, stop_asking
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.emailing import may_email
from crm.employers.models import Contact
from crm.links import services as links
from crm.links.models import EmployerLink, EmployerLinkToken, LinkPurpose
from crm.pledges import offers
from crm.pledges import services as pledges
from crm.pledges.models import Pledge, PledgeStatus


def send(pledge: Pledge, contacts: Sequence[Contact], *, by: User, own_words: str = "") -> Sequence[EmployerLink]:
    """Send a pledge to people at the employer: each gets a link of their own, and a mail with it is owed.

    A draft is with the employer from today; one that was sent already goes to more people.

    Args:
        pledge: with its employer and lines in full.
        contacts: of the employer, at least one.
        by: who asks, and reads the answers.
        own_words: plain text of the officer's before the rest of the mail.

    Raises:
        Conflict: it is neither a draft nor with the employer, nobody is chosen, somebody chosen may not be e-mailed,
            or has a link already.
    """
    pledges.lock(pledge)
    pledges.require(pledge, (PledgeStatus.DRAFT, PledgeStatus.SENT), "sent")
    if not contacts:
        raise Conflict("Select at least one person to send it to.")
    for contact in contacts:
        _require_may_email(pledge, contact)
    if pledge.status is PledgeStatus.DRAFT:
        pledges.mark_sent(pledge, clock.today())
    return [_send_to(contact, pledge, by, own_words) for contact in contacts]


def _send_to(contact: Contact, pledge: Pledge, by: User, own_words: str) -> EmployerLink:
    issued = links.issue(
        LinkPurpose.ANSWER, contact, pledge=pledge, lasts=lasts(), by=by, mail_key="pledge-link:{link}:1"
    )
    link = issued.link
    mail = Mail(f"pledge-link:{link.id}:1", SUBJECT, lambda asking: first_letter(asking, own_words))
    owe(link, issued.minted, mail, pledge=pledge, by=by)
    return link


def resend(link: EmployerLink, pledge: Pledge, *, by: User) -> None:
    """Send a link anew: a new mail with a new token and a new end. Every mail before it opens nothing any more.

    Args:
        link: with its contact loaded.
        pledge: the link's, with its employer and lines in full.
        by: who asks from now on.

    Raises:
        Conflict: the pledge waits for no answer, the link was answered or taken back, or they may not be e-mailed.
    """
    pledges.lock(pledge)
    pledges.require(pledge, (PledgeStatus.SENT,), "sent again")
    _require_may_email(pledge, link.contact)
    links.lock(link)
    cancel_unsent(EmployerLink.id == link.id)
    key = f"pledge-link:{link.id}:{number_of_next_mail(link)}"
    minted = links.send_anew(link, lasts=lasts(), mail_key=key, by=by)
    owe(link, minted, Mail(key, SUBJECT, first_letter), pledge=pledge, by=by)


def revoke(link: EmployerLink, *, by: User) -> None:
    """Take one link back. Raises Conflict if it was answered or taken back already."""
    if not links.revoke(link, by=by):
        raise Conflict("This link was answered or taken back already.")
    cancel_unsent(EmployerLink.id == link.id)


def recall(pledge: Pledge, *, by: User) -> None:
    """Take back what was sent, before it is answered: the pledge is a draft again, and none of its links opens it.

    Raises Conflict if it is not with the employer.
    """
    offers.recall(pledge)
    statement = (
        select(EmployerLink)
        .where(EmployerLink.pledge_id == pledge.id, EmployerLink.purpose == LinkPurpose.ANSWER)
        .order_by(EmployerLink.id)
    )
    for link in db.session.scalars(statement).all():
        links.revoke(link, by=by)
    stop_asking(pledge.id)  # after the links, as everybody does: whoever locks in another order waits for ever


def discard(pledge: Pledge) -> None:
    """Delete a draft, and with it the links of one that was sent and recalled. Its lines must be loaded.

    Raises Conflict if it is no draft (any more), or places are linked to it.
    """
    pledges.lock(pledge)
    pledges.require(pledge, (PledgeStatus.DRAFT,), "discarded")
    links_of_it = select(EmployerLink.id).where(EmployerLink.pledge_id == pledge.id)
    for model in (PledgeChaser, EmployerLinkToken):
        db.session.execute(_without_looking(delete(model).where(model.link_id.in_(links_of_it))))
    db.session.execute(_without_looking(delete(EmployerLink).where(EmployerLink.pledge_id == pledge.id)))
    pledges.discard_draft(pledge)


def _without_looking(statement: Delete) -> Delete:
    return statement.execution_options(synchronize_session=False)


def _require_may_email(pledge: Pledge, contact: Contact) -> None:
    if contact.employer_id != pledge.employer_id:
        raise Conflict("A pledge goes to people at its own employer only.")
    answer = may_email(pledge.employer, contact)
    if not answer.allowed:
        raise Conflict(f"Nothing was sent. {contact.name}: {answer.reason}")
