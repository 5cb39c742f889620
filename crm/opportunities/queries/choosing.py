"""What the form of an opportunity offers to choose from."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from crm.accounts.models import User
from crm.core.db import db
from crm.employers.models import Contact, Employer


def leaders_of(employer_id: int, *, also: int | None = None) -> Sequence[Contact]:
    """Contacts who could lead, those whose role it is first; `also` keeps one who left since."""
    leads = or_(Contact.is_speaker, Contact.is_mentor, Contact.is_supervisor)
    return db.session.scalars(
        select(Contact)
        .where(Contact.employer_id == employer_id, Contact.left_at.is_(None) | (Contact.id == also))
        .order_by(leads.desc(), func.lower(Contact.name), Contact.id)
    ).all()


def officers_with_employers() -> Sequence[User]:
    """Officers who own employers, by name."""
    owners = select(Employer.owner_id).where(Employer.owner_id.is_not(None))
    return db.session.scalars(select(User).where(User.id.in_(owners)).order_by(func.lower(User.name), User.id)).all()
