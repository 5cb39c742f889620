"""Reading history."""

from collections.abc import Sequence

from sqlalchemy import and_, or_, select

from crm.audit.models import ChangeRecord
from crm.core.db import db


def history_of(entity: str, entity_id: int, *, limit: int = 50) -> Sequence[ChangeRecord]:
    """What happened to a record and to those that belong to it, newest first. One statement."""
    return db.session.scalars(
        select(ChangeRecord)
        .where(
            or_(
                and_(ChangeRecord.entity == entity, ChangeRecord.entity_id == entity_id),
                and_(ChangeRecord.parent_entity == entity, ChangeRecord.parent_id == entity_id),
            )
        )
        .order_by(ChangeRecord.id.desc())
        .limit(limit)
    ).all()
