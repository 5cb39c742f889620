"""What somebody corrects about themselves and their site while they answer."""

from dataclasses import dataclass

from sqlalchemy import select

from crm.core.db import db
from crm.employers.models import Contact, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """Texts are normalised already; None leaves what is known."""

    job_title: str | None = None
    phone: str | None = None
    address: str | None = None


def correct(contact: Contact, said: Corrections) -> str:
    """Write down what they corrected. Returns what could not be placed: an address, where there are several sites.

    They know better than we do, so a colleague who edits the same meanwhile is told as of any other save.
    """
    if said.job_title and said.job_title != contact.job_title:
        contact.job_title = said.job_title
    if said.phone and said.phone != contact.phone:
        contact.phone = said.phone
    unplaced = _place(contact.employer_id, said.address) if said.address else ""
    db.session.flush()
    return unplaced


def _place(employer_id: int, address: str) -> str:
    sites = db.session.scalars(
        select(Site).where(Site.employer_id == employer_id, Site.closed_at.is_(None)).order_by(Site.id).limit(2)
    ).all()
    if len(sites) != 1:
        return f"Where young people would go: {address}"
    sites[0].address = address
    return ""
