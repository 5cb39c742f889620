"""Which days a provider is closed on."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import NotFound
from crm.providers.closed_days.models import ClosedDay
from crm.providers.models import Provider
from crm.providers.queries import visible_to


def closed_days_of(provider_id: int | None, *, since: date | None = None) -> Sequence[ClosedDay]:
    """A provider's closed days that last until a day or beyond it, in order; none of no provider. One statement."""
    if provider_id is None:
        return ()
    statement = select(ClosedDay).where(ClosedDay.provider_id == provider_id)
    if since is not None:
        statement = statement.where(ClosedDay.last_day >= since)
    return db.session.scalars(statement.order_by(ClosedDay.first_day, ClosedDay.id)).all()


def get_closed_day(closed_day_id: int, *, viewer: User) -> ClosedDay:
    """With its provider loaded. Raises NotFound if there is none, or none of a provider the viewer may know about."""
    statement = (
        select(ClosedDay)
        .where(
            ClosedDay.id == closed_day_id,
            ClosedDay.provider_id.in_(visible_to(viewer).with_only_columns(Provider.id)),
        )
        .options(joinedload(ClosedDay.provider))
    )
    closed = db.session.scalars(statement).one_or_none()
    if closed is None:
        raise NotFound("We could not find that closed day.")
    return closed
