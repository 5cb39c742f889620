"""Writing down what a contact said about e-mail. Callers open the unit of work; nothing here commits."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

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

    Raises:
        EditedMeanwhile: somebody saved the contact after the form with version `seen` was opened.
        Conflict: the day has not come yet, or the employer is archived.
    """
    check_version(contact, seen)
    refuse_archived(contact.employer)
    if details.on > today:
        raise Conflict("The day must be today or earlier.")
    _set(contact, details.said, details.on, details.how)


def take_back(contact: Contact, said: Said) -> None:
    """Remove a consent or a soft opt-in that was written down by mistake. Raises Conflict for an objection."""
    if said is Said.OBJECTED:
        raise Conflict("An objection stays. Lift it, with the reason, if they changed their mind.")
    _set(contact, said, None, None)


def lift_objection(contact: Contact, *, reason: str) -> None:
    """Let a contact be e-mailed again, because they said so. The objection and the reason stay in the history.

    Raises Conflict if there is no objection.
    """
    if contact.objected_on is None:
        raise Conflict("No objection is recorded, so there is none to lift.")
    with because(reason):
        _set(contact, Said.OBJECTED, None, None)


def _set(contact: Contact, said: Said, on: date | None, how: str | None) -> None:
    setattr(contact, f"{said.value}_on", on)
    setattr(contact, f"{said.value}_how", how)
    db.session.flush()
