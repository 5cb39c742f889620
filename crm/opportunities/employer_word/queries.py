"""What employers said of opportunities."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.opportunities.employer_word.models import EmployerWord


def words_about(opportunity_id: int) -> Sequence[EmployerWord]:
    """What anybody at the employer said of an opportunity, latest first, with the person. One statement."""
    statement = (
        select(EmployerWord)
        .where(EmployerWord.opportunity_id == opportunity_id)
        .order_by(EmployerWord.said_at.desc(), EmployerWord.id.desc())
        .options(joinedload(EmployerWord.contact), joinedload(EmployerWord.settled_by))
    )
    return db.session.scalars(statement).all()


def words_of(contact_id: int, opportunity_ids: Collection[int]) -> Mapping[int, EmployerWord]:
    """What one person said, by opportunity. One statement."""
    statement = select(EmployerWord).where(
        EmployerWord.contact_id == contact_id, EmployerWord.opportunity_id.in_(opportunity_ids)
    )
    return {each.opportunity_id: each for each in db.session.scalars(statement)}
