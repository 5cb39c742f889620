"""Whom one may have spoken to."""

from collections.abc import Sequence

from sqlalchemy import func, select

from crm.core.db import db
from crm.employers.models import Contact


def people_at(employer_id: int, *, besides: int | None = None) -> Sequence[tuple[int, str]]:
    """Who works at an employer: id, and name with job. `besides` is somebody to name though they have left."""
    statement = (
        select(Contact.id, Contact.name, Contact.job_title)
        .where(Contact.employer_id == employer_id, Contact.left_at.is_(None) | (Contact.id == besides))
        .order_by(func.lower(Contact.name), Contact.id)
    )
    return [
        (contact_id, f"{name}, {job_title}" if job_title else name)
        for contact_id, name, job_title in db.session.execute(statement)
    ]
