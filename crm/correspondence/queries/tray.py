"""Mails as lists, and one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload, undefer

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import NotFound
from crm.core.pagination import PER_PAGE, Page, offset_of
from crm.correspondence.models import Mail, MailAttachment, Mailbox, MailStatus, Why, named
from crm.employers.models import Employer

SHOWN = (MailStatus.WAITING, MailStatus.ASIDE, MailStatus.DISCARDED, MailStatus.FILED)


@dataclass(frozen=True, slots=True)
class TrayRow:
    """A line of the tray."""

    id: int
    status: MailStatus
    why: Why | None
    trouble: str | None
    sender_name: str
    sender_email: str
    subject: str
    happened_on: date
    employer_id: int | None
    employer: str | None

    @property
    def sender(self) -> str:
        return named(self.sender_name, self.sender_email) or "Nobody"


def get_mail(mail_id: int, *, viewer: User) -> Mail:
    """A mail with its employer, people of ours and the names of its attachments loaded. Two statements.

    Only staff may know of mails. Raises NotFound.
    """
    statement = (
        select(Mail)
        .where(Mail.id == mail_id)
        .options(
            joinedload(Mail.employer),
            joinedload(Mail.brought_by),
            joinedload(Mail.decided_by),
            selectinload(Mail.attachments).options(defer(MailAttachment.content)),
        )
    )
    mail = db.session.scalars(statement).one_or_none() if viewer.is_staff else None
    if mail is None:
        raise NotFound("We could not find that e-mail.")
    return mail


def get_attachment(mail_id: int, attachment_id: int, *, viewer: User) -> MailAttachment:
    """A kept file, with its content. Raises NotFound."""
    statement = (
        select(MailAttachment)
        .where(MailAttachment.id == attachment_id, MailAttachment.mail_id == mail_id)
        .options(undefer(MailAttachment.content))
    )
    found = db.session.scalars(statement).one_or_none() if viewer.is_staff else None
    if found is None:
        raise NotFound("We could not find that file.")
    return found


def staged(employer_id: int, *, by: User) -> Sequence[Mail]:
    """What somebody uploaded for an employer and has not filed yet, in the order it was uploaded. Two statements."""
    statement = (
        select(Mail)
        .where(Mail.status == MailStatus.CHECKING, Mail.employer_id == employer_id, Mail.brought_by_id == by.id)
        .options(joinedload(Mail.brought_by), selectinload(Mail.attachments).options(defer(MailAttachment.content)))
    )
    return db.session.scalars(statement.order_by(Mail.id)).all()


def filed_before(employer_id: int, *, message_key: str, content_key: str) -> Mail | None:
    """The same mail in an employer's log, if it is there already."""
    statement = select(Mail).where(
        Mail.status == MailStatus.FILED,
        Mail.employer_id == employer_id,
        or_(Mail.message_key == message_key, Mail.content_key == content_key),
    )
    return db.session.scalars(statement.order_by(Mail.id).limit(1)).one_or_none()


def filed_with(message_key: str) -> Sequence[tuple[int, str]]:
    """Employers whose log has a mail: id and name. One statement."""
    statement = (
        select(Employer.id, Employer.name)
        .join(Mail, Mail.employer_id == Employer.id)
        .where(Mail.status == MailStatus.FILED, Mail.message_key == message_key)
    )
    return [(employer_id, name) for employer_id, name in db.session.execute(statement.order_by(Employer.id))]


def waiting_count() -> int:
    """How many mails wait in the tray. One statement."""
    return db.session.scalar(select(func.count()).select_from(Mail).where(Mail.status == MailStatus.WAITING)) or 0


def tray_page(status: MailStatus, number: int) -> Page[TrayRow]:
    """Mails in a state, the newest first. Two statements."""
    chosen = Mail.status == status
    total = db.session.scalar(select(func.count()).select_from(Mail).where(chosen)) or 0
    rows = db.session.execute(
        select(
            Mail.id,
            Mail.status,
            Mail.why,
            Mail.trouble,
            Mail.sender_name,
            Mail.sender_email,
            Mail.subject,
            Mail.happened_on,
            Employer.id,
            Employer.name,
        )
        .outerjoin(Employer, Employer.id == Mail.employer_id)
        .where(chosen)
        .order_by(Mail.id.desc())
        .limit(PER_PAGE)
        .offset(offset_of(number))
    )
    return Page([TrayRow(*tuple(row)) for row in rows], number, total)


def mailboxes() -> Sequence[Mailbox]:
    """What mailboxes are read, by name. One statement."""
    return db.session.scalars(select(Mailbox).order_by(Mailbox.name)).all()


def mail_of(interaction_id: int) -> int | None:
    """The mail an entry of the log was made from. One statement."""
    return db.session.scalar(select(Mail.id).where(Mail.interaction_id == interaction_id))
