"""Figures of each provider."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from crm.core.db import db
from crm.fulfilment.counting import CountingPolicy, attended_by, booked_at, counts, in_year, is_encounter
from crm.opportunities.models import Place, PlaceStatus, Side
from crm.providers.models import Provider, ProviderType, YoungPerson


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """What a provider's young people had in a year. Places are those of its people and of its headcounts."""

    provider_id: int
    name: str
    type: ProviderType
    booked: int  # counted places confirmed, not yet attended
    attended: int  # counted places
    encounters: int  # attended, and not counted towards the three
    no_shows: int
    cancelled_by_provider: int  # places lost on the provider's or the young person's side


def providers_summary(policy: CountingPolicy, as_at: date) -> Sequence[ProviderRow]:
    """Every provider that is not archived, and any with places in the year, by name. One statement."""
    lost = and_(
        Place.status.in_((PlaceStatus.CANCELLED, PlaceStatus.WITHDRAWN)),
        Place.ended_from == PlaceStatus.CONFIRMED,  # what was only asked for or offered is not lost
        Place.ended_side.in_((Side.PROVIDER, Side.YOUNG_PERSON)),
    )
    places = (
        select(
            func.coalesce(YoungPerson.provider_id, Place.provider_id).label("provider_id"),
            _sum(Place.seats, booked_at(as_at), counts(policy)).label("booked"),
            _sum(Place.came, attended_by(as_at), counts(policy)).label("attended"),
            _sum(Place.came, attended_by(as_at), is_encounter(policy)).label("encounters"),
            _sum(Place.seats, Place.status == PlaceStatus.NO_SHOW).label("no_shows"),
            _sum(Place.seats, lost).label("lost"),
        )
        .join(Place.opportunity)
        .outerjoin(Place.young_person)
        .where(in_year(policy))
        .group_by(func.coalesce(YoungPerson.provider_id, Place.provider_id))
        .subquery()
    )
    figures = (places.c.booked, places.c.attended, places.c.encounters, places.c.no_shows, places.c.lost)
    statement = (
        select(Provider.id, Provider.name, Provider.type, *(func.coalesce(figure, 0) for figure in figures))
        .outerjoin(places, places.c.provider_id == Provider.id)
        .where(or_(Provider.archived_at.is_(None), places.c.provider_id.is_not(None)))
        .order_by(func.lower(Provider.name), Provider.id)
    )
    return [ProviderRow(*row) for row in db.session.execute(statement)]


def _sum(what: object, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((and_(*conditions), what), else_=0))
