"""An officer asks once more for an answer, by a mail with a link. Callers open the unit of work; nothing here commits.

Once a day for each pledge, whoever asks: the business key of the mail says so, and so does the outbox.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.answering.asking import REMINDER, reminder
from crm.answering.link_queries import open_links
from crm.answering.services.writing import Mail, lasts, owe
from crm.core.db import db
from crm.core.errors import Conflict
from crm.core.tokens import Minted
from crm.employers.models import Contact
from crm.links import services as links
from crm.links.models import EmployerLink, LinkPurpose
from crm.pledges import services as pledges
from crm.pledges.models import Pledge, PledgeStatus
from crm.pledges.reminding import whom_to_remind

TODAY_ALREADY = "A reminder about this pledge went out today already. Try again tomorrow, or ring them."


def remind(pledge: Pledge, contacts: Sequence[Contact], *, by: User, today: date) -> Contact:
    """Owe the employer a mail that says what was promised and asks for an answer by its link. Returns who gets it.

    Whoever has a link to answer by keeps it, and the mails they have go on working; others get one.

    Args:
        pledge: with its employer and lines in full.
        contacts: the employer's, in their order.
        by: who asks.
        today: in London.

    Raises:
        Conflict: it is not with the employer, we may e-mail nobody there, or they were reminded today.
    """
    pledges.lock(pledge)
    db.session.refresh(pledge, ["reminded_on"])
    if pledge.status is not PledgeStatus.SENT:
        raise Conflict("This pledge is not waiting for an answer.")
    at_hand = open_links(pledge.id)
    recipient = whom_to_remind(pledge, contacts, asked=frozenset(at_hand))
    if recipient.contact is None or not recipient.answer.allowed:
        raise Conflict(f"No e-mail was sent. {recipient.answer.reason}")
    if pledge.reminded_on == today:
        raise Conflict(TODAY_ALREADY)
    key = f"pledge-reminder:{pledge.id}:{today.isoformat()}"
    link, minted = _link_for(recipient.contact, pledge, at_hand, by, key)
    owe(link, minted, Mail(key, REMINDER, reminder), pledge=pledge, by=by)
    pledge.reminded_on = today
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(TODAY_ALREADY) from error
    return recipient.contact


def _link_for(
    contact: Contact, pledge: Pledge, at_hand: dict[int, EmployerLink], by: User, key: str
) -> tuple[EmployerLink, Minted]:
    link = at_hand.get(contact.id)
    if link is not None:
        return link, links.another_token(link, key)
    ended = open_links(pledge.id, ended=True).get(contact.id)
    if ended is not None:
        return ended, links.send_anew(ended, lasts=lasts(), mail_key=key, by=by)
    issued = links.issue(LinkPurpose.ANSWER, contact, pledge=pledge, lasts=lasts(), by=by, mail_key=key)
    return issued.link, issued.minted
