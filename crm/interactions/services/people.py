"""Who took part: turning ids into the people they stand for. Refuses those who cannot have."""

from sqlalchemy import select

from crm.accounts.models import User
from crm.core.access import STAFF
from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.models import Contact


def contacts_at(employer_id: int, ids: frozenset[int]) -> list[Contact]:
    """People at an employer, those who have left among them. Raises Conflict if one works elsewhere."""
    if not ids:
        return []
    chosen = select(Contact).where(Contact.id.in_(ids), Contact.employer_id == employer_id)
    found = list(db.session.scalars(chosen.order_by(Contact.name, Contact.id)))
    if len(found) < len(ids):
        raise Conflict("That person is not a contact of this employer. Select another.")
    return found


def officers_with(ids: frozenset[int]) -> list[User]:
    """Colleagues, those who can no longer sign in among them. Raises Conflict for anybody else."""
    chosen = select(User).where(User.id.in_(ids), User.role.in_(STAFF))
    found = list(db.session.scalars(chosen.order_by(User.name, User.id)))
    if len(found) < len(ids):
        raise Conflict("Select colleagues of the council as those who took part.")
    return found
