"""Asking an employer by e-mail for an answer to a pledge. Callers open the unit of work; nothing here commits.

Once a day for each pledge, whoever asks: the business key of the mail says so, and so does the outbox.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import Conflict
from crm.core.formatting import long_date
from crm.employers.emailing import MayEmail, may_email
from crm.employers.models import Contact
from crm.notifications.services import enqueue
from crm.pledges.models import Pledge, PledgeStatus
from crm.pledges.wording import line_sentence
from crm.reference.settings import settings

TODAY_ALREADY = "A reminder about this pledge went out today already. Try again tomorrow, or ring them."
NOBODY = MayEmail(allowed=False, reason="We know nobody at the employer to write to. Add a contact.")
BODY = """Hello {name},

{when}we sent you the pledge of {employer} to young people for the academic year {year}. It says:

{lines}

Is that right? Please reply to this e-mail with one of these. One word is enough:

- yes
- yes, but with other numbers (tell us which)
- not this year

Thank you for what you do for young people.

{officer}
{council}

If you would rather not get e-mail from us, say so in your reply, and we stop.
"""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who would be asked for an answer, and whether we may; nobody where no contact is known."""

    contact: Contact | None
    answer: MayEmail


def whom_to_remind(pledge: Pledge, contacts: Sequence[Contact]) -> Recipient:
    """The signatory, or else the first contact whom we may e-mail. Otherwise who would have been first, and why not.

    Args:
        pledge: with its employer loaded.
        contacts: the employer's, as `employers.queries.contacts_of` orders them.
    """
    in_order = sorted(contacts, key=lambda each: each.id != pledge.signatory_id)
    asked = [Recipient(contact, may_email(pledge.employer, contact)) for contact in in_order]
    return next((each for each in asked if each.answer.allowed), asked[0] if asked else Recipient(None, NOBODY))


def remind(pledge: Pledge, contacts: Sequence[Contact], *, by: User, today: date) -> Contact:
    """Owe the employer a mail that says what was promised and asks for an answer. Returns who gets it.

    Args:
        pledge: with its employer and lines loaded.
        contacts: the employer's, in their order.
        by: who reads the answer.
        today: in London.

    Raises:
        Conflict: it is not with the employer, we may e-mail nobody there, or somebody reminded them today.
    """
    if pledge.status is not PledgeStatus.SENT:
        raise Conflict("This pledge is not waiting for an answer.")
    recipient = whom_to_remind(pledge, contacts)
    if recipient.contact is None or not recipient.answer.allowed:
        raise Conflict(f"No e-mail was sent. {recipient.answer.reason}")
    if pledge.reminded_on == today:
        raise Conflict(TODAY_ALREADY)
    _enqueue(pledge, recipient.contact, by, today)
    pledge.reminded_on = today
    db.session.flush()
    return recipient.contact


def body_of(pledge: Pledge, to: Contact, by: User) -> str:
    """The mail's text."""
    return BODY.format(
        name=to.name,
        when=f"On {long_date(pledge.sent_on)} " if pledge.sent_on else "Lately ",
        employer=pledge.employer.name,
        year=pledge.academic_year_name,
        lines="\n".join(f"- {line_sentence(line)}" for line in pledge.lines),
        officer=by.name,
        council=settings()["council_name"],
    )


def _enqueue(pledge: Pledge, to: Contact, by: User, today: date) -> None:
    enqueue(
        key=f"pledge-reminder:{pledge.id}:{today.isoformat()}",
        recipient=to.email or "",
        reply_to=by.email,
        subject=f"Your pledge for {pledge.academic_year_name}: please tell us yes or no",
        body=body_of(pledge, to, by),
    )
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(TODAY_ALREADY) from error
