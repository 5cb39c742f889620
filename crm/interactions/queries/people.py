"""Whom one may have spoken to, and the names of those who took part in an interaction."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from crm.accounts.models import User
from crm.core.db import db
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
    return _names(Contact, InteractionContact, InteractionContact.contact_id == Contact.id)


def officer_names() -> ScalarSelect[str]:
    """The same for ours, of whom there is always one."""
    return _names(User, InteractionOfficer, InteractionOfficer.user_id == User.id)


def _names(
    person: type[Contact | User],
    pair: type[InteractionContact | InteractionOfficer],
    joined: ColumnElement[bool],
) -> ScalarSelect[Any]:
    """In a window, because older SQLite joins texts in a certain order nowhere else."""
    in_order = func.aggregate_strings(person.name, ", ").over(order_by=(person.name, person.id), rows=(None, None))
    return (
        select(in_order)
        .join(pair, joined)
        .where(pair.interaction_id == Interaction.id)
        .limit(1)
        .correlate(Interaction)
        .scalar_subquery()
    )
