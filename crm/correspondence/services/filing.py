"""Putting a mail into an employer's log, taking it out again, and putting it into another's."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.audit.recording import because
from crm.core.db import db
from crm.core.errors import Conflict
from crm.core.formatting import long_date
from crm.correspondence import wording
from crm.correspondence.models import Mail, MailStatus, Why
from crm.correspondence.queries.people import colleagues, contacts_among
from crm.correspondence.queries.tray import filed_before
from crm.correspondence.reading.letter import LetterKind, Person
from crm.correspondence.services import meetings
from crm.correspondence.services.deciding import Filing
from crm.employers.models import Employer
from crm.employers.services.contacts import ContactDetails, add_contact
from crm.interactions.models import Channel, Interaction
from crm.interactions.queries.log import get_interaction
from crm.interactions.services import InteractionDetails, log_interaction, remove_interaction

RACED = "Somebody else filed this e-mail with this employer a moment ago."


def people_in(mail: Mail) -> list[Person]:
    """Everybody a mail names, the sender first."""
    return [Person(mail.sender_name, mail.sender_email), *(Person(name, email) for name, email in mail.people)]


def file_mail(mail: Mail, employer: Employer, filing: Filing) -> Interaction:
    """Put a mail into an employer's log, its contacts and officers matched by their addresses.

    Of a meeting that is still to come the invitation is logged, and the meeting planned.

    Raises:
        Conflict: it is filed already, there or elsewhere; it is not in the tray, or could not be read; the employer
            is archived; or the day has not come yet.
    """
    _refuse_unless_open(mail)
    if employer.is_archived:
        raise Conflict(f"{employer.name} is archived. Restore it before you file anything there.")
    _refuse_second_copy(mail, employer)
    _add_contacts(employer, filing.new_contacts)
    interaction = _log(mail, employer, filing)
    mail.status, mail.why, mail.trouble = MailStatus.FILED, None, None
    mail.employer_id, mail.interaction_id = employer.id, interaction.id
    mail.filed_message_key, mail.filed_content_key = mail.message_key, mail.content_key
    mail.decided_at, mail.decided_by_id = filing.at, filing.by.id
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(RACED) from error
    return interaction


def take_back(mail: Mail, *, reason: str, by: User, at: datetime) -> None:
    """Take a mail out of the log it was filed in by mistake and put it into the tray.

    Its next steps stay with the employer. History keeps the entry, and why it went. Raises Conflict if it is not
    filed.
    """
    if mail.status is not MailStatus.FILED or mail.interaction_id is None:
        raise Conflict("This e-mail is not filed any more. Open it again to see where it is.")
    interaction = get_interaction(mail.interaction_id, viewer=by)
    mail.status, mail.why, mail.reason = MailStatus.WAITING, Why.TAKEN_BACK, reason
    mail.employer_id = mail.interaction_id = mail.filed_message_key = mail.filed_content_key = None
    mail.decided_at, mail.decided_by_id = at, by.id
    why = f"An e-mail was filed by mistake: {reason}"
    with because(why):
        meetings.take_back_plan(mail, reason=why)
        db.session.flush()
        remove_interaction(interaction)


def move(mail: Mail, employer: Employer, *, reason: str, filing: Filing) -> Interaction:
    """Take a mail out of one employer's log and put it into another's. Raises Conflict as both parts do."""
    if mail.employer_id == employer.id:
        raise Conflict(f"This e-mail is filed with {employer.name} already. Select another employer.")
    take_back(mail, reason=reason, by=filing.by, at=filing.at)
    return file_mail(mail, employer, filing)


def _refuse_unless_open(mail: Mail) -> None:
    if mail.status is MailStatus.FILED:
        raise Conflict("This e-mail is filed already. Open it again to see where.")
    if mail.status not in {MailStatus.CHECKING, MailStatus.WAITING}:
        raise Conflict("This e-mail is not in the tray. Put it back there before you file it.")
    if mail.why is Why.UNREADABLE:
        raise Conflict(
            "This e-mail could not be read, so there is nothing to file. Copy its text into “Log a contact”."
        )


def _add_contacts(employer: Employer, people: Iterable[Person]) -> None:
    """Those who are not there yet: two mails of one upload may name the same newcomer."""
    for person in people:
        if not contacts_among(employer.id, [person.email]):
            add_contact(employer, ContactDetails(name=person.name, email=person.email))


def _refuse_second_copy(mail: Mail, employer: Employer) -> None:
    twin = filed_before(employer.id, message_key=mail.message_key, content_key=mail.content_key)
    if twin is not None:
        raise Conflict(f"This e-mail is in the log of {employer.name} already, on {long_date(twin.happened_on)}.")


def _log(mail: Mail, employer: Employer, filing: Filing) -> Interaction:
    on = filing.on or mail.happened_on
    to_come = meetings.is_to_come(mail, on, filing.today)
    details = InteractionDetails(
        channel=Channel.MEETING if mail.kind is LetterKind.MEETING and not to_come else Channel.EMAIL,
        happened_on=filing.today if to_come else on,
        summary=wording.summary_of(mail),
        contact_ids=frozenset(each.id for each in contacts_among(employer.id, [one.email for one in people_in(mail)])),
        officer_ids=_officers(mail, filing.by),
        direction=mail.direction,
    )
    if mail.kind is LetterKind.CANCELLED_MEETING:
        meetings.call_off_meeting(mail, employer)
    elif to_come:
        meetings.plan_meeting(mail, employer, details, filing)
    return log_interaction(employer, details, by=filing.by, today=filing.today)


def _officers(mail: Mail, by: User) -> frozenset[int]:
    """Those of us the mail names; whoever files it if it names nobody."""
    ours = colleagues()
    named = {ours[person.email].id for person in people_in(mail) if person.email in ours}
    return frozenset(named or {by.id})
