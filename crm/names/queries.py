"""What is kept, and who looked."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from crm.core.db import db
from crm.names.models import NameKeeping, NameRead, SealedName
from crm.providers.models import YoungPerson

MOST_READS = 200


def keeping_of(provider_id: int) -> NameKeeping | None:
    """Whether a provider keeps names, and who chose so. One statement."""
    chosen = select(NameKeeping).where(NameKeeping.provider_id == provider_id)
    return db.session.scalars(chosen.options(joinedload(NameKeeping.chosen_by))).one_or_none()


def is_named(young_person_id: int) -> bool:
    """Whether a name is kept of somebody. One statement, and no look at the name."""
    statement = select(SealedName.id).where(SealedName.young_person_id == young_person_id)
    return db.session.scalar(statement) is not None


def how_many_named(provider_id: int) -> int:
    """Of how many young people of a provider a name is kept. One statement."""
    statement = select(func.count(SealedName.id)).join(NameKeeping).where(NameKeeping.provider_id == provider_id)
    return db.session.scalar(statement) or 0


def reads_at(provider_id: int) -> Sequence[NameRead]:
    """Who looked at which name of a provider's, the latest first. One statement."""
    statement = (
        select(NameRead)
        .join(NameRead.young_person)
        .where(YoungPerson.provider_id == provider_id)
        .options(contains_eager(NameRead.young_person), joinedload(NameRead.read_by))
        .order_by(NameRead.read_at.desc(), NameRead.id.desc())
        .limit(MOST_READS)
    )
    return db.session.scalars(statement).all()
