"""Whom one may have spoken to, and the names of those who took part in an interaction."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute

from crm.accounts.models import User
from crm.core.db import Base, db
from crm.employers.models import Contact
from crm.interactions.models import Interaction, InteractionContact, InteractionOfficer


def people_at(employer_id: int, *, besides: Collection[int] = ()) -> Sequence[tuple[int, str]]:
    """Who works at an employer: id, and name with job. `besides` are people to name though they have left."""
    statement = (
        select(Contact.id, Contact.name, Contact.job_title)
        .where(Contact.employer_id == employer_id, Contact.left_at.is_(None) | Contact.id.in_(besides))
        .order_by(func.lower(Contact.name), Contact.id)
    )
    return [
        (contact_id, f"{name}, {job_title}" if job_title else name)
        for contact_id, name, job_title in db.session.execute(statement)
    ]


def contact_names() -> ScalarSelect[str | None]:
    """The people of the employer's who took part, by name, as one text; for a statement that selects interactions."""
    return names_of(Contact, InteractionContact, InteractionContact.contact_id, Interaction)


def officer_names() -> ScalarSelect[str]:
    """The same for ours, of whom there is always one."""
    return names_of(User, InteractionOfficer, InteractionOfficer.user_id, Interaction)


def names_of(
    person: type[Contact | User], pair: type[Base], their_id: InstrumentedAttribute[int], event: type[Base]
) -> ScalarSelect[Any]:
    """Those who take part in an interaction or a plan, by name, as one text.

    In a window, because older SQLite joins texts in a certain order nowhere else.
    """
    in_order = func.aggregate_strings(person.name, ", ").over(order_by=(person.name, person.id), rows=(None, None))
    return (
        select(in_order)
        .join(pair, their_id == person.id)
        .where(pair.__table__.c[f"{event.__tablename__}_id"] == event.id)
        .limit(1)
        .correlate(event)
        .scalar_subquery()
    )
