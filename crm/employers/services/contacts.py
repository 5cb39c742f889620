"""Changing the people at an employer. Callers open the unit of work; nothing here commits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.employers.models import Contact, Employer
from crm.employers.services.emailing import carry_objections
from crm.employers.services.shared import flush, refuse_archived, values


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDetails:
    """What is known about a person at an employer. Texts are normalised already; None is not known."""

    name: str
    job_title: str | None = None
    email: str | None = None
    phone: str | None = None
    mobile: str | None = None
    signs_pledges: bool = False
    is_speaker: bool = False
    is_mentor: bool = False
    is_supervisor: bool = False


def add_contact(employer: Employer, details: ContactDetails) -> Contact:
    """Add a person at an employer. An objection from the same address elsewhere holds here too.

    Raises Conflict if another contact there has the e-mail address.
    """
    refuse_archived(employer)
    _refuse_taken_email(employer.id, details.email)
    contact = Contact(employer_id=employer.id, **values(details))
    carry_objections([contact])
    db.session.add(contact)
    flush("Another contact of this employer has this e-mail address.")
    return contact


def change_contact(contact: Contact, details: ContactDetails, *, version: int | None) -> None:
    """Give a contact other details.

    Raises:
        EditedMeanwhile: somebody else saved it since.
        Conflict: another contact of the employer has the e-mail address.
    """
    check_version(contact, version)
    _refuse_taken_email(contact.employer_id, details.email, besides=contact.id)
    moved = details.email != contact.email
    for name, value in values(details).items():
        setattr(contact, name, value)
    if moved:
        with db.session.no_autoflush:
            carry_objections([contact])
    flush("Another contact of this employer has this e-mail address.")


def mark_left(contact: Contact, *, at: datetime) -> None:
    """Say that somebody no longer works there. Safe to repeat: the first instant stays."""
    contact.left_at = contact.left_at or at
    db.session.flush()


def mark_back(contact: Contact) -> None:
    """Say that somebody works there again, or still."""
    contact.left_at = None
    db.session.flush()


def _refuse_taken_email(employer_id: int, email: str | None, *, besides: int | None = None) -> None:
    if email is None:
        return
    other = db.session.scalar(select(Contact).where(Contact.employer_id == employer_id, Contact.email == email))
    if other is not None and other.id != besides:
        raise Conflict(f"{other.name} already has this e-mail address at this employer.")
