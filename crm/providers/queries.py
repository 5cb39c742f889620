"""Which providers, cohorts and young people there are, and who may know about them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from crm.accounts.models import User
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import NotFound
from crm.providers.models import Cohort, Provider, ProviderMember, ProviderType, YearGroup, YoungPerson
from crm.reference.academic_years import AcademicYear
from crm.reference.models import Area, Sector


def provider_of(user: User) -> Provider | None:
    """The provider somebody acts for; None for everybody else."""
    if user.role is not Role.PROVIDER:
        return None
    return db.session.scalars(select(Provider).where(Provider.id.in_(own_provider_ids(user)))).one_or_none()


def own_provider_ids(user: User) -> Select[int]:
    """The id of the provider somebody acts for, for use inside another select."""
    return select(ProviderMember.provider_id).where(ProviderMember.user_id == user.id)


def visible_to(viewer: User) -> Select[Provider]:
    """The providers whose page a user may open: staff all of them, a provider's coordinator their own."""
    providers = select(Provider)
    return providers if viewer.is_staff else providers.where(Provider.id.in_(own_provider_ids(viewer)))


def young_people_visible_to(viewer: User) -> Select[YoungPerson]:
    """The young people a user may know about: staff all of them, a provider's coordinator their own."""
    people = select(YoungPerson)
    return people if viewer.is_staff else people.where(YoungPerson.provider_id.in_(own_provider_ids(viewer)))


def get_provider(provider_id: int, *, viewer: User) -> Provider:
    """A provider with its area loaded.

    Raises NotFound if there is none, or none the viewer may know about.
    """
    statement = visible_to(viewer).where(Provider.id == provider_id).options(joinedload(Provider.area))
    provider = db.session.scalars(statement).one_or_none()
    if provider is None:
        raise NotFound("We could not find that provider.")
    return provider


def get_young_person(young_person_id: int, *, viewer: User) -> YoungPerson:
    """A young person with their provider and the sectors they are interested in loaded.

    Raises NotFound if there is none, or none the viewer may know about.
    """
    statement = (
        young_people_visible_to(viewer)
        .where(YoungPerson.id == young_person_id)
        .options(joinedload(YoungPerson.provider), selectinload(YoungPerson.sectors))
    )
    person = db.session.scalars(statement).one_or_none()
    if person is None:
        raise NotFound("We could not find that young person.")
    return person


def get_cohort(cohort_id: int, *, viewer: User) -> Cohort:
    """A count of a cohort with its provider loaded. Raises NotFound like `get_provider`."""
    statement = (
        select(Cohort)
        .where(Cohort.id == cohort_id, Cohort.provider_id.in_(visible_to(viewer).with_only_columns(Provider.id)))
        .options(joinedload(Cohort.provider))
    )
    cohort = db.session.scalars(statement).one_or_none()
    if cohort is None:
        raise NotFound("We could not find that count.")
    return cohort


def providers_in_use(*, also: int | None = None) -> Sequence[Provider]:
    """Providers to choose from on a form, by name; `also` keeps one that was archived since."""
    statement = (
        select(Provider)
        .where(Provider.archived_at.is_(None) | (Provider.id == also))
        .order_by(func.lower(Provider.name), Provider.id)
    )
    return db.session.scalars(statement).all()


def own_or_all(viewer: User) -> Sequence[Provider]:
    """The providers somebody may do something for: staff all in use, a coordinator their own. One statement."""
    if viewer.is_staff:
        return providers_in_use()
    own = provider_of(viewer)
    return [own] if own else []


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """A provider in the list."""

    id: int
    name: str
    type: ProviderType
    cohort: int | None  # young people on the roll, all year groups counted in the academic year so far
    recorded: int  # young people we hold a reference of, without those who left
    is_archived: bool


def provider_rows(as_at: date, *, archived: bool = False) -> Sequence[ProviderRow]:
    """Providers by name, with the archived ones only when asked. One statement."""
    latest = _latest_counts(as_at)
    cohorts = select(latest.c.provider_id, func.sum(latest.c.size).label("size")).where(latest.c.rank == 1)
    sizes = cohorts.group_by(latest.c.provider_id).subquery()
    people = (
        select(YoungPerson.provider_id, func.count().label("recorded"))
        .where(YoungPerson.left_at.is_(None))
        .group_by(YoungPerson.provider_id)
        .subquery()
    )
    statement = (
        select(
            Provider.id,
            Provider.name,
            Provider.type,
            sizes.c.size,
            func.coalesce(people.c.recorded, 0),
            Provider.archived_at.is_not(None),
        )
        .outerjoin(sizes, sizes.c.provider_id == Provider.id)
        .outerjoin(people, people.c.provider_id == Provider.id)
        .order_by(func.lower(Provider.name), Provider.id)
    )
    if not archived:
        statement = statement.where(Provider.archived_at.is_(None))
    return [ProviderRow(*row) for row in db.session.execute(statement)]


def _latest_counts(as_at: date) -> Subquery:
    """Counts of the academic year up to a day, ranked per provider and year group, latest first."""
    rank = func.row_number().over(
        partition_by=(Cohort.provider_id, Cohort.year_group), order_by=(Cohort.counted_on.desc(), Cohort.id.desc())
    )
    return select(Cohort.provider_id, Cohort.size, rank.label("rank")).where(_counted_by(as_at)).subquery()


def _counted_by(as_at: date) -> ColumnElement[bool]:
    return and_(Cohort.counted_on >= AcademicYear.of(as_at).first_day, Cohort.counted_on <= as_at)


def counts_of(provider_id: int) -> Sequence[Cohort]:
    """Every count of a provider's cohorts, youngest year group first, latest count first."""
    counts = db.session.scalars(select(Cohort).where(Cohort.provider_id == provider_id)).all()
    return sorted(counts, key=lambda each: (each.year_group.position, -each.counted_on.toordinal(), each.id))


def cohort_sizes(provider_id: int, as_at: date) -> Mapping[YearGroup, int]:
    """The size of each year group on a day, youngest first: the latest count of the academic year so far."""
    counts = [each for each in counts_of(provider_id) if AcademicYear.of(as_at).first_day <= each.counted_on <= as_at]
    sizes: dict[YearGroup, int] = {}
    for count in counts:
        sizes.setdefault(count.year_group, count.size)
    return sizes


def recorded_by_year_group(provider_id: int) -> Mapping[YearGroup, int]:
    """How many young people of each year group we hold a reference of, without those who left. One statement."""
    statement = (
        select(YoungPerson.year_group, func.count())
        .where(YoungPerson.provider_id == provider_id, YoungPerson.left_at.is_(None))
        .group_by(YoungPerson.year_group)
    )
    return {year_group: count for year_group, count in db.session.execute(statement)}  # noqa: C416  # mypy sees a Row


def by_reference(provider_id: int, references: Collection[str]) -> Mapping[str, YoungPerson]:
    """A provider's young people among these references, by `folded` reference: capitals make no difference."""
    wanted = {spelling for each in references for spelling in (folded(each), each.lower())}
    people = db.session.scalars(
        select(YoungPerson)
        .where(YoungPerson.provider_id == provider_id, func.lower(YoungPerson.reference).in_(wanted))
        .order_by(YoungPerson.id)
    )
    return {folded(person.reference): person for person in people}


def folded(reference: str) -> str:
    """What "ab-12" and "AB-12" share. Letters beyond A to Z stay: databases disagree about their lower case."""
    return "".join(each.lower() if each.isascii() else each for each in reference)


def members_of(provider_id: int) -> Sequence[User]:
    """The users who act for a provider, by name."""
    statement = (
        select(User)
        .join(ProviderMember, ProviderMember.user_id == User.id)
        .where(ProviderMember.provider_id == provider_id)
        .order_by(func.lower(User.name), User.id)
    )
    return db.session.scalars(statement).all()


def areas_in_use(*, also: int | None = None) -> Sequence[Area]:
    """Areas to choose from on a form, in the council's order; `also` keeps one that is no longer offered."""
    statement = select(Area).where(Area.is_in_use | (Area.id == also)).order_by(Area.position, Area.name, Area.id)
    return db.session.scalars(statement).all()


def sectors_in_use(*, also: Collection[int] = ()) -> Sequence[Sector]:
    """Sectors to choose from on a form, in the council's order; `also` keeps those no longer offered."""
    statement = select(Sector).where(Sector.is_in_use | Sector.id.in_(also)).order_by(Sector.position, Sector.id)
    return db.session.scalars(statement).all()
