"""Taking an entry out of the log that says something happened which then did not. Callers open the unit of work."""

from sqlalchemy import exists, select
from sqlalchemy.orm import selectinload

from crm.core.db import db
from crm.interactions.models import FollowUp, Interaction


def take_back_interaction(interaction_id: int) -> bool:
    """Delete an entry that nobody has touched since it was written. Returns whether there was one.

    History keeps that it was there. An entry that was edited, or has a next step, is somebody's work and stays.
    """
    follow_ups = exists().where(FollowUp.interaction_id == Interaction.id)
    statement = (
        select(Interaction)
        .where(Interaction.id == interaction_id, Interaction.version == 1, ~follow_ups)
        .options(selectinload(Interaction.contacts), selectinload(Interaction.officers))
        .execution_options(populate_existing=True)
        .with_for_update(of=Interaction)
    )
    interaction = db.session.scalars(statement).one_or_none()
    if interaction is None:
        return False
    db.session.delete(interaction)
    db.session.flush()
    return True
