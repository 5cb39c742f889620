"""May we e-mail them? Pure: no database, no request.

The rule is regulation 22 of the Privacy and Electronic Communications Regulations 2003 (PECR), as the Information
Commissioner explains it for business-to-business marketing: an individual may be sent marketing by e-mail only after
consent, or after the soft opt-in. Sole traders and ordinary partnerships are individuals; companies, limited liability
partnerships, public bodies and incorporated charities are not. An objection always wins. Inviting an employer to offer
opportunities is treated as marketing throughout, which is the careful reading.

An unincorporated club or charity is an individual too: its legal form is “Other”, which counts as one.
"""

from dataclasses import dataclass
from datetime import date

from crm.core.formatting import long_date
from crm.employers.models import Contact, Employer, LegalForm

CORPORATE = {
    LegalForm.COMPANY: "A company",
    LegalForm.LLP: "A limited liability partnership",
    LegalForm.CHARITY: "A charity",
    LegalForm.PUBLIC_BODY: "A public body",
}
INDIVIDUAL = {
    LegalForm.SOLE_TRADER: "A sole trader counts as an individual",
    LegalForm.PARTNERSHIP: "Partners in an ordinary partnership count as individuals",
    LegalForm.OTHER: "With a legal form other than those listed, the employer counts as an individual",
    None: "We do not know the employer’s legal form, so they count as individuals",
}


@dataclass(frozen=True, slots=True)
class MayEmail:
    """Whether we may e-mail somebody, and a sentence that says why."""

    allowed: bool
    reason: str


def may_email(employer: Employer, contact: Contact) -> MayEmail:
    """Whether an invitation or another mail of ours may go to a contact. The employer is the contact's own."""
    refusal = _refusal(employer, contact)
    if refusal:
        return MayEmail(allowed=False, reason=refusal)
    permission = _permission(employer, contact)
    if permission:
        return MayEmail(allowed=True, reason=permission)
    individual = INDIVIDUAL[employer.legal_form]
    return MayEmail(allowed=False, reason=f"{individual}: we need their consent first, and none is recorded.")


def may_notify(contact: Contact) -> MayEmail:
    """Whether a contact may be sent what they need for something agreed with them: a time, a change, that it is off.

    That is no marketing, so the legal form does not matter. An objection still wins.
    """
    refusal = _objection(contact) or _unreachable(contact)
    return MayEmail(not refusal, refusal or "It is about something agreed with them.")


def _refusal(employer: Employer, contact: Contact) -> str:
    """What stands in the way whatever the legal form; the objection before all else."""
    archived = "The employer is archived." if employer.is_archived else ""
    return _objection(contact) or archived or _unreachable(contact)


def _objection(contact: Contact) -> str:
    if contact.objected_on is None:
        return ""
    return f"They objected to e-mail on {_said(contact.objected_on, contact.objected_how)}."


def _unreachable(contact: Contact) -> str:
    if contact.left_at is not None:
        return "They no longer work there."
    return "" if contact.email else "We have no e-mail address for them."


def _permission(employer: Employer, contact: Contact) -> str:
    if contact.consented_on is not None:
        return f"They consented on {_said(contact.consented_on, contact.consented_how)}."
    if contact.opted_in_on is not None:
        when = _said(contact.opted_in_on, contact.opted_in_how)
        return f"They gave us their address when we spoke about opportunities on {when}."
    if employer.legal_form in CORPORATE:
        return f"{CORPORATE[employer.legal_form]} may be e-mailed until somebody there objects."
    return ""


def _said(day: date, how: str | None) -> str:
    return f"{long_date(day)} ({how})"
