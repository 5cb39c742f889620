"""Whom at an employer to ask for a check. Pure.

A request is about an arrangement between us, not marketing, so the rule on consent does not apply to it. An objection
to e-mail is respected all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.employers.models import Contact

GENERAL = "the employer’s general address"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to write to. Without a contact it is the employer's general address."""

    name: str
    email: str
    contact_id: int | None = None


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom to ask; without a recipient, why nobody can be asked by e-mail."""

    recipient: Recipient | None
    reason: str = ""


def whom_to_ask(contacts: Sequence[Contact], general: str | None) -> Whom:
    """Who signs pledges, or else supervises, or else came first; or else the general address.

    Args:
        contacts: of one employer. Those who left, have no address or objected to e-mail are passed over.
        general: the employer's own address.
    """
    working = sorted(
        (each for each in contacts if each.left_at is None),
        key=lambda each: (not each.signs_pledges, not each.is_supervisor, each.id),
    )
    objecting = [each for each in working if each.objected_on is not None]
    for contact in working:
        if contact.email and contact.objected_on is None:
            return Whom(Recipient(contact.name, contact.email, contact.id))
    if general and general not in {each.email for each in objecting}:
        return Whom(Recipient(GENERAL, general))
    if objecting:
        return Whom(None, f"{objecting[0].name} objected to e-mail, and there is nobody else to write to. Ring them.")
    return Whom(None, "There is no e-mail address. Ring them, or add a contact with one.")
