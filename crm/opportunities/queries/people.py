"""Young people with what they took part in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, func, select

from crm.accounts.models import User
from crm.core.db import db
from crm.opportunities.models import CAME, Place, PlaceStatus
from crm.providers.models import Provider, YearGroup, YoungPerson
from crm.providers.queries import young_people_visible_to

AT_ONCE = 500  # rows fetched at a time


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A young person in the list. Places of every kind and year: what counts towards the three is in the figures."""

    id: int
    reference: str
    year_group: YearGroup
    provider_id: int
    provider: str
    has_left: bool
    booked: int
    attended: int


@dataclass(frozen=True, slots=True)
class WantedPeople:
    """What a list of young people is narrowed to; None and empty leave everybody who has not left."""

    provider_id: int | None = None
    year_group: YearGroup | None = None
    text: str = ""  # in the reference
    without_places: bool = False
    left_too: bool = False


def person_rows(
    viewer: User, wanted: WantedPeople, *, limit: int | None = None, offset: int = 0
) -> Sequence[PersonRow]:
    """Young people the viewer may know about, by provider, then reference. One statement."""
    return [PersonRow(*row) for row in db.session.execute(_rows(viewer, wanted).limit(limit).offset(offset))]


def every_person_row(viewer: User, wanted: WantedPeople) -> Iterator[PersonRow]:
    """The same without pages, fetched piece by piece."""
    for row in db.session.execute(_rows(viewer, wanted).execution_options(yield_per=AT_ONCE)):
        yield PersonRow(*row)


def how_many_people(viewer: User, wanted: WantedPeople) -> int:
    statement = young_people_visible_to(viewer).where(*_conditions(wanted))
    return db.session.scalar(statement.with_only_columns(func.count(YoungPerson.id))) or 0


def _rows(viewer: User, wanted: WantedPeople) -> Select[int, str, YearGroup, int, str, bool, int, int]:
    places = (
        select(
            Place.young_person_id,
            func.sum(case((Place.status == PlaceStatus.CONFIRMED, 1), else_=0)).label("booked"),
            func.sum(case((Place.status.in_(CAME), 1), else_=0)).label("attended"),
        )
        .group_by(Place.young_person_id)
        .subquery()
    )
    return (
        young_people_visible_to(viewer)
        .join(YoungPerson.provider)
        .outerjoin(places, places.c.young_person_id == YoungPerson.id)
        .where(*_conditions(wanted))
        .order_by(func.lower(Provider.name), YoungPerson.reference, YoungPerson.id)
        .with_only_columns(
            YoungPerson.id,
            YoungPerson.reference,
            YoungPerson.year_group,
            Provider.id,
            Provider.name,
            YoungPerson.left_at.is_not(None),
            func.coalesce(places.c.booked, 0),
            func.coalesce(places.c.attended, 0),
        )
    )


def _conditions(wanted: WantedPeople) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.provider_id is not None:
        conditions.append(YoungPerson.provider_id == wanted.provider_id)
    if wanted.year_group is not None:
        conditions.append(YoungPerson.year_group == wanted.year_group)
    if wanted.text:
        conditions.append(YoungPerson.reference.icontains(wanted.text, autoescape=True))
    if wanted.without_places:
        held = select(Place.young_person_id).where(
            Place.young_person_id.is_not(None), Place.status.in_((PlaceStatus.CONFIRMED, *CAME))
        )
        conditions.append(YoungPerson.id.not_in(held))
    if not wanted.left_too:
        conditions.append(YoungPerson.left_at.is_(None))
    return conditions
