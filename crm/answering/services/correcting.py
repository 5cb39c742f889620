"""What somebody corrects about themselves and their site while they answer."""

from dataclasses import dataclass

from sqlalchemy import select

from crm.core.db import db
from crm.employers.models import Contact, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """Texts are normalised already; None leaves what is known."""

    name: str  # of whoever answers: a colleague may have been handed the link
    job_title: str | None = None
    phone: str | None = None
    address: str | None = None


def correct(contact: Contact, said: Corrections) -> str:
    """Write down what they corrected.

    Returns what could not be placed, for the officer to read: an address, where there are several sites, and how to
    reach a colleague who answered in the contact's place. The contact's own details are changed only by the contact.

    They know better than we do, so a colleague who edits the same meanwhile is told as of any other save.
    """
    unplaced = []
    if said.name.casefold() == contact.name.casefold():
        contact.job_title = said.job_title or contact.job_title
        contact.phone = said.phone or contact.phone
    elif said.phone and said.phone != contact.phone:
        unplaced.append(f"Phone number of {said.name}: {said.phone}")
    if said.address:
        unplaced.append(_place(contact.employer_id, said.address))
    db.session.flush()
    return "\n".join(filter(None, unplaced))


def _place(employer_id: int, address: str) -> str:
    sites = db.session.scalars(
        select(Site).where(Site.employer_id == employer_id, Site.closed_at.is_(None)).order_by(Site.id).limit(2)
    ).all()
    if len(sites) != 1:
        return f"Where young people would go: {address}"
    sites[0].address = address
    return ""
