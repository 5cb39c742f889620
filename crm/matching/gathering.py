"""Reading the question from the database: who lacks places, and which places are open."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from crm.core import clock
from crm.core.clock import start_of_day
from crm.core.db import db
from crm.employers.models import Employer
from crm.fulfilment.counting import CountingPolicy, counts, in_year
from crm.matching.question import Opening, Question, Seeker, Span
from crm.matching.scope import Scope
from crm.matching.words import Names
from crm.opportunities.models import HOLDS_A_SEAT, Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.opportunities.particulars import Venue
from crm.opportunities.queries.readiness import TOO_YOUNG_FOR_A_BLOCK, readiness_of
from crm.opportunities.services.clashes import IN_PERSON
from crm.providers.models import Provider, YearGroup, YoungPerson
from crm.reference.models import Area, Sector

HAS = HOLDS_A_SEAT - {PlaceStatus.NO_SHOW}  # what somebody attended, or is going to


@dataclass(frozen=True, slots=True)
class NotReady:
    """An opportunity that was left out, because nobody may be sent there yet."""

    opportunity_id: int
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """The question, and what was left out of it."""

    question: Question
    not_ready: Sequence[NotReady] = ()


@dataclass(slots=True)
class Had:
    """What a young person has had, or is going to have."""

    counted: int = 0
    employers: set[int] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    busy: list[Span] = field(default_factory=list)
    been: set[int] = field(default_factory=set)


def gather(scope: Scope, policy: CountingPolicy) -> Gathered:
    """The question of a matching that is asked today. A constant number of statements, and one for each placement."""
    opportunities, not_ready = _ready(_open_opportunities(scope, policy))
    policy = replace(policy, different_employers=max(policy.different_employers, scope.different_employers))
    loaded = (joinedload(YoungPerson.provider), selectinload(YoungPerson.sectors))
    people = db.session.scalars(_people(scope).options(*loaded).order_by(YoungPerson.id)).all()
    had = what_people_had(_people(scope).with_only_columns(YoungPerson.id), policy)
    question = Question(
        seekers=[_seeker(person, had[person.id]) for person in people],
        openings=[_opening(opportunity) for opportunity in opportunities],
        target=policy.target,
        different_employers=policy.different_employers,
    )
    lacking = [seeker for seeker in question.seekers if question.missing(seeker)]
    return Gathered(replace(question, seekers=lacking), not_ready)


def seats_and_people(scope: Scope, policy: CountingPolicy) -> tuple[int, int]:
    """How many free seats and how many young people a matching would look at. Two statements."""
    free = db.session.execute(
        _opportunities(scope, policy).with_only_columns(Opportunity.capacity, Opportunity.taken)
    ).all()
    people = db.session.scalar(_people(scope).with_only_columns(func.count(YoungPerson.id))) or 0
    return sum(capacity - taken for capacity, taken in free), people


def what_people_had(people: Collection[int] | Select[int], policy: CountingPolicy) -> Mapping[int, Had]:
    """Places of some young people, whatever became of them. One statement."""
    found: dict[int, Had] = defaultdict(Had)
    is_counted = counts(policy) & in_year(policy)
    rows = db.session.execute(
        select(Place.young_person_id, Place.status, Opportunity, is_counted.label("counted"))
        .join(Place.opportunity)
        .where(Place.young_person_id.in_(people), Opportunity.ends_at >= policy.academic_year.bounds[0])
        .order_by(Place.id)
    )
    for person_id, status, opportunity, counted in rows:
        if person_id is not None:
            _note(found[person_id], status, opportunity, counted=bool(counted))
    return found


def _note(had: Had, status: PlaceStatus, opportunity: Opportunity, *, counted: bool) -> None:
    had.been.add(opportunity.id)
    if status not in HAS or opportunity.status is OpportunityStatus.CANCELLED:
        return
    if counted:
        had.counted += 1
        had.employers.add(opportunity.employer_id)
        had.kinds.add(opportunity.kind.value)
    if opportunity.mode in IN_PERSON:
        had.busy.append(Span(opportunity.starts_at, opportunity.ends_at))


def _people(scope: Scope) -> Select[YoungPerson]:
    statement = (
        select(YoungPerson)
        .join(YoungPerson.provider)
        .where(YoungPerson.left_at.is_(None), Provider.archived_at.is_(None))
    )
    if scope.provider_ids:
        statement = statement.where(YoungPerson.provider_id.in_(scope.provider_ids))
    if scope.year_groups:
        statement = statement.where(YoungPerson.year_group.in_(scope.year_groups))
    return statement


def _opportunities(scope: Scope, policy: CountingPolicy) -> Select[Opportunity]:
    """What is open, counts, has free seats, and begins tomorrow or later. Programmes of their own have their people."""
    first_day = max(scope.first_day, clock.today() + timedelta(days=1))
    conditions: list[ColumnElement[bool]] = [
        Opportunity.status == OpportunityStatus.OPEN,
        Opportunity.taken < Opportunity.capacity,
        Opportunity.programme.is_(None),
        Opportunity.starts_at >= start_of_day(first_day),
        Opportunity.starts_at < start_of_day(scope.last_day + timedelta(days=1)),
        counts(policy),
        in_year(policy),
    ]
    if scope.kinds:
        conditions.append(Opportunity.kind.in_(scope.kinds))
    if scope.provider_ids:
        conditions.append(or_(Opportunity.provider_id.is_(None), Opportunity.provider_id.in_(scope.provider_ids)))
    return select(Opportunity).where(*conditions).order_by(Opportunity.starts_at, Opportunity.id)


def _open_opportunities(scope: Scope, policy: CountingPolicy) -> Sequence[Opportunity]:
    return db.session.scalars(
        _opportunities(scope, policy).options(
            joinedload(Opportunity.employer).selectinload(Employer.sectors),
            joinedload(Opportunity.provider),
            joinedload(Opportunity.site),
            selectinload(Opportunity.sectors),
            selectinload(Opportunity.year_groups),
        )
    ).all()


def _ready(opportunities: Iterable[Opportunity]) -> tuple[list[Opportunity], list[NotReady]]:
    ready, not_ready = [], []
    for opportunity in opportunities:
        problems = readiness_of(opportunity).problems
        if problems:
            not_ready.append(NotReady(opportunity.id, opportunity.title, problems[0]))
        else:
            ready.append(opportunity)
    return ready, not_ready


def _opening(opportunity: Opportunity) -> Opening:
    return Opening(
        id=opportunity.id,
        employer_id=opportunity.employer_id,
        kind=opportunity.kind.value,
        span=Span(opportunity.starts_at, opportunity.ends_at),
        in_person=opportunity.mode in IN_PERSON,
        seats=opportunity.seats_left,
        provider_id=opportunity.provider_id,
        year_groups=frozenset(each.value for each in year_groups_of(opportunity)),
        sectors=frozenset(each.id for each in opportunity.sectors or opportunity.employer.sectors),
        area_id=_area(opportunity),
    )


def year_groups_of(opportunity: Opportunity) -> frozenset[YearGroup]:
    """Whom it is for, with its year groups loaded; empty for all. Nobody below Year 10 is placed in a block."""
    named = frozenset(each.year_group for each in opportunity.year_groups)
    if not opportunity.is_block or opportunity.block_reason:
        return named
    return (named or frozenset(YearGroup)) - TOO_YOUNG_FOR_A_BLOCK


def _area(opportunity: Opportunity) -> int | None:
    """Where young people would have to go."""
    if opportunity.venue is Venue.PROVIDER:
        return opportunity.provider.area_id if opportunity.provider else None
    if opportunity.site is not None and opportunity.site.area_id is not None:
        return opportunity.site.area_id
    return opportunity.employer.area_id


def area_of(person: YoungPerson) -> int | None:
    """Their own, or else their provider's."""
    return person.area_id if person.area_id is not None else person.provider.area_id


def _seeker(person: YoungPerson, had: Had) -> Seeker:
    return Seeker(
        id=person.id,
        provider_id=person.provider_id,
        year_group=person.year_group.value,
        had=had.counted,
        employers=frozenset(had.employers),
        kinds=frozenset(had.kinds),
        busy=tuple(had.busy),
        been=frozenset(had.been),
        sectors=frozenset(each.id for each in person.sectors),
        area_id=area_of(person),
    )


def names_of_lists() -> Names:
    """What sectors and areas are called. Two statements."""
    sectors, areas = (db.session.execute(select(model.id, model.name)).all() for model in (Sector, Area))
    return Names({row.id: row.name for row in sectors}, {row.id: row.name for row in areas})


def about_one(person: YoungPerson, policy: CountingPolicy) -> tuple[Seeker, Question, Mapping[int, Opportunity]]:
    """What a matching would ask about one young person, whose provider and sectors are loaded: and the opportunities.

    Whether checks are in order is not asked here. A constant number of statements.
    """
    scope = Scope(clock.today(), policy.academic_year.last_day, frozenset({person.provider_id}))
    opportunities = {each.id: each for each in _open_opportunities(scope, policy)}
    seeker = _seeker(person, what_people_had([person.id], policy)[person.id])
    openings = [_opening(each) for each in opportunities.values()]
    return seeker, Question([seeker], openings, policy.target, policy.different_employers), opportunities
