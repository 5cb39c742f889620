"""Reading matchings and what they propose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager

from crm.core.db import db
from crm.core.errors import NotFound
from crm.employers.models import Employer
from crm.matching.models import UNDER_WAY, LeftWithout, MatchedPlace, MatchedState, Matching
from crm.opportunities.models import Opportunity
from crm.providers.models import Provider, YearGroup, YoungPerson

MOST_MATCHINGS = 25


@dataclass(frozen=True, slots=True)
class WantedRows:
    """What a proposal is narrowed to; None and empty leave everything."""

    state: MatchedState | None = None
    provider_id: int | None = None
    opportunity_id: int | None = None
    text: str = ""  # in the opportunity's title, the employer's name or the reference


@dataclass(frozen=True, slots=True)
class GroupWithout:
    """So many young people of one year group of a provider for whom nothing was found, for one reason."""

    provider_id: int
    provider: str
    year_group: YearGroup
    why: str
    number: int


def get_matching(matching_id: int) -> Matching:
    """Raises NotFound."""
    matching = db.session.get(Matching, matching_id)
    if matching is None:
        raise NotFound("We could not find that matching.")
    return matching


def recent_matchings() -> Sequence[Matching]:
    """The latest first."""
    return db.session.scalars(select(Matching).order_by(Matching.id.desc()).limit(MOST_MATCHINGS)).all()


def booked_of(matching_ids: Sequence[int]) -> Mapping[int, int]:
    """How many places of each matching are booked. One statement."""
    booked = MatchedPlace.state.in_((MatchedState.BOOKED, MatchedState.RETURNING))
    statement = (
        select(MatchedPlace.matching_id, func.count())
        .where(MatchedPlace.matching_id.in_(matching_ids), booked)
        .group_by(MatchedPlace.matching_id)
    )
    return {key: number for key, number in db.session.execute(statement)}  # noqa: C416  # mypy sees a Row


def waiting() -> Sequence[int]:
    """Matchings with something to do, the oldest first; those of a process that died among them."""
    return db.session.scalars(select(Matching.id).where(Matching.status.in_(UNDER_WAY)).order_by(Matching.id)).all()


def ids_in_state(matching_id: int, state: MatchedState) -> Sequence[int]:
    """By date of the opportunity, those furthest behind first."""
    statement = select(MatchedPlace.id).where(MatchedPlace.matching_id == matching_id, MatchedPlace.state == state)
    return db.session.scalars(statement.order_by(MatchedPlace.becomes, MatchedPlace.starts_at, MatchedPlace.id)).all()


def decider(matching_id: int, state: MatchedState) -> str | None:
    """Who decided that its places in a state are to be in it."""
    statement = select(MatchedPlace.decided_by_name).where(
        MatchedPlace.matching_id == matching_id, MatchedPlace.state == state
    )
    return db.session.scalar(statement.order_by(MatchedPlace.id).limit(1))


def places_of(
    matching_id: int, wanted: WantedRows, *, limit: int | None = None, offset: int = 0
) -> Sequence[MatchedPlace]:
    """Proposed places by date of the opportunity, then reference.

    Opportunities with their employers and year groups, and young people with their providers, are loaded. Two
    statements.
    """
    statement = (
        _wanted(matching_id, wanted)
        .options(
            contains_eager(MatchedPlace.opportunity).contains_eager(Opportunity.employer),
            contains_eager(MatchedPlace.opportunity).selectinload(Opportunity.year_groups),
            contains_eager(MatchedPlace.young_person).contains_eager(YoungPerson.provider),
        )
        .order_by(MatchedPlace.starts_at, MatchedPlace.opportunity_id, YoungPerson.reference, MatchedPlace.id)
    )
    return db.session.scalars(statement.limit(limit).offset(offset)).all()


def ids_of(matching_id: int, wanted: WantedRows) -> Sequence[int]:
    """Of every place that matches. One statement."""
    return db.session.scalars(_wanted(matching_id, wanted).with_only_columns(MatchedPlace.id)).all()


def how_many_places(matching_id: int, wanted: WantedRows) -> int:
    return db.session.scalar(_wanted(matching_id, wanted).with_only_columns(func.count(MatchedPlace.id))) or 0


def states_of(matching_id: int) -> Mapping[MatchedState, int]:
    """How many places are in which state. One statement."""
    statement = (
        select(MatchedPlace.state, func.count())
        .where(MatchedPlace.matching_id == matching_id)
        .group_by(MatchedPlace.state)
    )
    return {key: number for key, number in db.session.execute(statement)}  # noqa: C416  # mypy sees a Row


def left_without(
    matching_id: int, provider_id: int | None = None, *, limit: int | None = None, offset: int = 0
) -> Sequence[LeftWithout]:
    """Who got nothing, by provider, then reference; young people and providers are loaded. One statement."""
    statement = (
        select(LeftWithout)
        .join(LeftWithout.young_person)
        .join(YoungPerson.provider)
        .where(LeftWithout.matching_id == matching_id)
        .options(contains_eager(LeftWithout.young_person).contains_eager(YoungPerson.provider))
        .order_by(func.lower(Provider.name), YoungPerson.reference, LeftWithout.id)
    )
    if provider_id is not None:
        statement = statement.where(YoungPerson.provider_id == provider_id)
    return db.session.scalars(statement.limit(limit).offset(offset)).all()


def how_many_without(matching_id: int, provider_id: int | None = None) -> int:
    statement = select(func.count(LeftWithout.id)).where(LeftWithout.matching_id == matching_id)
    if provider_id is not None:
        statement = statement.join(LeftWithout.young_person).where(YoungPerson.provider_id == provider_id)
    return db.session.scalar(statement) or 0


def groups_without(matching_id: int) -> Sequence[GroupWithout]:
    """Who got nothing, by provider's name, largest groups first. One statement."""
    number = func.count(LeftWithout.id)
    statement = (
        select(Provider.id, Provider.name, YoungPerson.year_group, LeftWithout.why, number)
        .join(LeftWithout.young_person)
        .join(YoungPerson.provider)
        .where(LeftWithout.matching_id == matching_id)
        .group_by(Provider.id, Provider.name, YoungPerson.year_group, LeftWithout.why)
        .order_by(func.lower(Provider.name), Provider.id, number.desc(), YoungPerson.year_group, LeftWithout.why)
    )
    return [GroupWithout(*row) for row in db.session.execute(statement)]


def providers_in(matching_id: int) -> Sequence[tuple[int, str]]:
    """Whose young people are in a proposal: id and name, by name."""
    statement = (
        select(Provider.id, Provider.name)
        .where(
            Provider.id.in_(
                select(YoungPerson.provider_id)
                .join(MatchedPlace, MatchedPlace.young_person_id == YoungPerson.id)
                .where(MatchedPlace.matching_id == matching_id)
            )
        )
        .order_by(func.lower(Provider.name), Provider.id)
    )
    return [(key, name) for key, name in db.session.execute(statement)]  # mypy sees a Row


def opportunities_in(matching_id: int) -> Sequence[tuple[int, str]]:
    """Which opportunities are in a proposal: id and title, by title."""
    proposed = select(MatchedPlace.opportunity_id).where(MatchedPlace.matching_id == matching_id)
    statement = (
        select(Opportunity.id, Opportunity.title)
        .where(Opportunity.id.in_(proposed))
        .order_by(func.lower(Opportunity.title), Opportunity.id)
    )
    return [(key, name) for key, name in db.session.execute(statement)]  # mypy sees a Row


def _wanted(matching_id: int, wanted: WantedRows) -> Select[MatchedPlace]:
    conditions: list[ColumnElement[bool]] = [MatchedPlace.matching_id == matching_id]
    if wanted.state is not None:
        conditions.append(MatchedPlace.state == wanted.state)
    if wanted.provider_id is not None:
        conditions.append(YoungPerson.provider_id == wanted.provider_id)
    if wanted.opportunity_id is not None:
        conditions.append(MatchedPlace.opportunity_id == wanted.opportunity_id)
    if wanted.text:
        named = (Opportunity.title, Employer.name, YoungPerson.reference)
        conditions.append(or_(*(column.icontains(wanted.text, autoescape=True) for column in named)))
    return (
        select(MatchedPlace)
        .join(MatchedPlace.opportunity)
        .join(Opportunity.employer)
        .join(MatchedPlace.young_person)
        .join(YoungPerson.provider)
        .where(*conditions)
    )
