"""Writing down what a contact said about e-mail. Callers open the unit of work; nothing here commits.

An objection is a person's, and a person may be a contact of several employers: it holds for the address everywhere.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from crm.audit.recording import because
from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.employers.models import Contact
from crm.employers.services.shared import refuse_archived


class Said(StrEnum):
    """What can be known about e-mailing somebody. The value is the beginning of its columns' names."""

    CONSENTED = "consented"
    OPTED_IN = "opted_in"  # the soft opt-in
    OBJECTED = "objected"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailingDetails:
    """What somebody said about e-mail."""

    said: Said
    on: date  # in London
    how: str  # how we know: "by phone", "form signed at the visit"


def record_emailing(contact: Contact, details: EmailingDetails, *, seen: int | None, today: date) -> None:
    """Write down what a contact, whose employer is loaded, said about e-mail. What was known of the same kind goes.

    An objection is written on every contact with the same address that has none yet.

    Raises:
        EditedMeanwhile: somebody saved the contact after the form with version `seen` was opened.
        Conflict: the day has not come yet, or the employer is archived.
    """
    check_version(contact, seen)
    refuse_archived(contact.employer)
    if details.on > today:
        raise Conflict("The day must be today or earlier.")
    _set(contact, details.said, details.on, details.how)
    if details.said is Said.OBJECTED:
        for other in _same_address(contact):
            if other.objected_on is None:
                _set(other, Said.OBJECTED, details.on, details.how)


def carry_objections(contacts: Collection[Contact]) -> None:
    """Write on new contacts what was objected to from the same address elsewhere. One statement, or none."""
    addresses = {contact.email for contact in contacts if contact.email and contact.objected_on is None}
    if not addresses:
        return
    statement = (
        select(Contact.email, Contact.objected_on, Contact.objected_how)
        .where(Contact.email.in_(addresses), Contact.objected_on.is_not(None))
        .order_by(Contact.objected_on.desc(), Contact.id.desc())
    )
    objections = {email: (on, how) for email, on, how in db.session.execute(statement)}
    for contact in contacts:
        if contact.objected_on is None and contact.email in objections:
            contact.objected_on, contact.objected_how = objections[contact.email]


def take_back(contact: Contact, said: Said) -> None:
    """Remove a consent or a soft opt-in that was written down by mistake. Raises Conflict for an objection."""
    if said is Said.OBJECTED:
        raise Conflict("An objection stays. Lift it, with the reason, if they changed their mind.")
    _set(contact, said, None, None)


def lift_objection(contact: Contact, *, reason: str) -> None:
    """Let a contact be e-mailed again, because they said so: at every employer they are a contact of.

    The objection and the reason stay in the history.

    Raises Conflict if there is no objection.
    """
    if contact.objected_on is None:
        raise Conflict("No objection is recorded, so there is none to lift.")
    with because(reason):
        for each in (contact, *_same_address(contact)):
            _set(each, Said.OBJECTED, None, None)


def _same_address(contact: Contact) -> Sequence[Contact]:
    """The other contacts with a contact's address; none if there is no address."""
    same = (Contact.email == contact.email, Contact.email.is_not(None), Contact.id != contact.id)
    return db.session.scalars(select(Contact).where(*same).order_by(Contact.id)).all()


def _set(contact: Contact, said: Said, on: date | None, how: str | None) -> None:
    setattr(contact, f"{said.value}_on", on)
    setattr(contact, f"{said.value}_how", how)
    db.session.flush()
