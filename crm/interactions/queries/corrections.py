"""The corrections of an entry, for its page."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.interactions.models import InteractionCorrection


def corrections_of(interaction_id: int) -> Sequence[InteractionCorrection]:
    """The corrections of an entry with who made them, the latest first. One statement."""
    statement = (
        select(InteractionCorrection)
        .where(InteractionCorrection.interaction_id == interaction_id)
        .options(joinedload(InteractionCorrection.corrected_by))
        .order_by(InteractionCorrection.id.desc())
    )
    return db.session.scalars(statement).all()
