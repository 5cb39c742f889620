"""What providers said of opportunities."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from crm.accounts.models import User
from crm.core.db import db
from crm.opportunities.provider_word.models import ProviderWord
from crm.providers.models import Provider
from crm.providers.queries import own_provider_ids


def provider_words_about(opportunity_id: int, *, viewer: User) -> Sequence[ProviderWord]:
    """What providers say, by their names, with who saved it: staff see all, a coordinator their own. One statement."""
    statement = (
        select(ProviderWord)
        .join(ProviderWord.provider)
        .where(ProviderWord.opportunity_id == opportunity_id)
        .order_by(func.lower(Provider.name), ProviderWord.id)
        .options(contains_eager(ProviderWord.provider), joinedload(ProviderWord.said_by))
    )
    if not viewer.is_staff:
        statement = statement.where(ProviderWord.provider_id.in_(own_provider_ids(viewer)))
    return db.session.scalars(statement).all()
