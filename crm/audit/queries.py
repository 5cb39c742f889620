"""Reading history."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, and_, literal, or_, select

from crm.audit.models import ChangeRecord
from crm.core.db import db


def history_of(
    entity: str, entity_id: int, *, limit: int = 50, besides: Select[int] | None = None
) -> Sequence[ChangeRecord]:
    """What happened to a record and to those that belong to it, newest first. One statement.

    `besides` selects the ids of records that have become part of this one: their history is shown with it.
    """
    ids = select(literal(entity_id)) if besides is None else select(literal(entity_id)).union_all(besides)
    return db.session.scalars(
        select(ChangeRecord)
        .where(
            or_(
                and_(ChangeRecord.entity == entity, ChangeRecord.entity_id.in_(ids)),
                and_(ChangeRecord.parent_entity == entity, ChangeRecord.parent_id.in_(ids)),
            )
        )
        .order_by(ChangeRecord.id.desc())
        .limit(limit)
    ).all()


def last_change_of(entity: str, entity_id: int, *, parts: Collection[str] = ()) -> ChangeRecord | None:
    """The latest change of a record itself, or of the parts that are saved with it (their tables). One statement."""
    return db.session.scalars(
        select(ChangeRecord)
        .where(
            or_(
                and_(ChangeRecord.entity == entity, ChangeRecord.entity_id == entity_id),
                and_(
                    ChangeRecord.entity.in_(parts),
                    ChangeRecord.parent_entity == entity,
                    ChangeRecord.parent_id == entity_id,
                ),
            )
        )
        .order_by(ChangeRecord.id.desc())
        .limit(1)
    ).one_or_none()
