"""Whom at an employer a reminder of a pledge goes to. Pure: no database, no request."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from crm.employers.emailing import MayEmail, may_email
from crm.employers.models import Contact
from crm.pledges.models import Pledge

NOBODY = MayEmail(allowed=False, reason="We know nobody at the employer to write to. Add a contact.")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who would be asked for an answer, and whether we may; nobody where no contact is known."""

    contact: Contact | None
    answer: MayEmail


def whom_to_remind(pledge: Pledge, contacts: Sequence[Contact], *, asked: Collection[int] = ()) -> Recipient:
    """Who was asked already, or the signatory, or else the first contact, whom we may e-mail.

    Where there is nobody such: who would have been first, and why not.

    Args:
        pledge: with its employer loaded.
        contacts: the employer's, as `employers.queries.contacts_of` orders them.
        asked: ids of those who have a link to answer by.
    """
    in_order = sorted(contacts, key=lambda each: (each.id not in asked, each.id != pledge.signatory_id))
    all_of_them = [Recipient(contact, may_email(pledge.employer, contact)) for contact in in_order]
    first = all_of_them[0] if all_of_them else Recipient(None, NOBODY)
    return next((each for each in all_of_them if each.answer.allowed), first)
