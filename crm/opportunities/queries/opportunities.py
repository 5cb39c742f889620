"""Which opportunities there are, and who may know about them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import READERS
from crm.core.db import db
from crm.core.errors import NotFound
from crm.employers.models import Employer
from crm.opportunities.for_requests.models import PlacesFound
from crm.opportunities.models import Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.opportunities.particulars import Meaning, Programme, Venue, parts_of
from crm.opportunities.queries.describing import EVERYTHING, SEPARATOR, WantedParticulars, conditions_on, described
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import Provider, YearGroup, YoungPerson
from crm.providers.queries import own_provider_ids
from crm.providers.requests.models import Request

AT_ONCE = 500  # rows fetched at a time
SOON = 5  # rows of a panel on another page


def visible_to(viewer: User) -> Select[Opportunity]:
    """The opportunities a user may know about.

    Staff see all, and drafts only they; partners all others; a provider's coordinator those arranged for the provider
    or with its young people in them.
    """
    opportunities = select(Opportunity)
    if viewer.is_staff:
        return opportunities
    opportunities = opportunities.where(Opportunity.status != OpportunityStatus.DRAFT)
    if viewer.role in READERS:
        return opportunities
    own = own_provider_ids(viewer)
    return opportunities.where(
        or_(
            Opportunity.provider_id.in_(own),
            Opportunity.id.in_(
                select(PlacesFound.opportunity_id).join(PlacesFound.request).where(Request.provider_id.in_(own))
            ),
            Opportunity.id.in_(select(Place.opportunity_id).where(Place.provider_id.in_(own))),
            Opportunity.id.in_(
                select(Place.opportunity_id)
                .join(YoungPerson, YoungPerson.id == Place.young_person_id)
                .where(YoungPerson.provider_id.in_(own))
            ),
        )
    )


def get_opportunity(opportunity_id: int, *, viewer: User) -> Opportunity:
    """An opportunity with its employer (and that one's owner), provider, site, leader and particulars loaded.

    The particulars are its sectors, skills, year groups, meaningful parts and who answers for an exception. Five
    statements.

    Raises NotFound if there is none, or none the viewer may know about.
    """
    statement = (
        visible_to(viewer)
        .where(Opportunity.id == opportunity_id)
        .options(
            joinedload(Opportunity.employer).joinedload(Employer.owner),
            joinedload(Opportunity.provider),
            joinedload(Opportunity.series),
            joinedload(Opportunity.site),
            joinedload(Opportunity.leader),
            joinedload(Opportunity.exempt_by),
            joinedload(Opportunity.block_allowed_by),
            selectinload(Opportunity.sectors),
            selectinload(Opportunity.skills),
            selectinload(Opportunity.year_groups),
            selectinload(Opportunity.parts),
        )
    )
    opportunity = db.session.scalars(statement).one_or_none()
    if opportunity is None:
        raise NotFound("We could not find that opportunity.")
    return opportunity


@dataclass(frozen=True, slots=True)
class OpportunityRow:
    """An opportunity in a list."""

    id: int
    title: str
    kind: OpportunityKind
    starts_at: datetime
    ends_at: datetime
    status: OpportunityStatus
    employer_id: int
    employer: str
    provider: str | None
    capacity: int
    taken: int
    hours: Decimal | None = None
    venue: Venue = Venue.ELSEWHERE
    programme: Programme | None = None
    is_exempt: bool = False  # from checks, or from the rule for Years 7 to 9
    group_codes: str | None = None  # by SEPARATOR, as the next
    sector_names: str | None = None
    parts_there: int = 0  # of those its kind is asked about
    parts_missing: int = 0

    @property
    def is_full(self) -> bool:
        return self.taken >= self.capacity

    @property
    def year_groups(self) -> Sequence[YearGroup]:
        """In order; none means all."""
        codes = set((self.group_codes or "").split(SEPARATOR))
        return [group for group in YearGroup if group.value in codes]

    @property
    def sectors(self) -> Sequence[str]:
        return sorted((self.sector_names or "").split(SEPARATOR)) if self.sector_names else []

    @property
    def meaning(self) -> Meaning:
        if self.parts_missing:
            return Meaning.NO
        return Meaning.YES if self.parts_there >= len(parts_of(self.kind)) else Meaning.NOT_KNOWN


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of opportunities is narrowed to; None and empty leave everything."""

    text: str = ""  # in the title or the employer's name
    first_day: date | None = None
    last_day: date | None = None
    kinds: Sequence[OpportunityKind] = ()
    statuses: Sequence[OpportunityStatus] = ()
    provider_id: int | None = None
    employer_id: int | None = None
    owner_id: int | None = None  # the officer whose employers they are
    particulars: WantedParticulars = EVERYTHING
    area_id: int | None = None  # the employer's
    asked_for: bool = False  # places are asked for that nobody has decided about


def opportunity_rows(
    viewer: User, wanted: Wanted, *, latest_first: bool = False, limit: int | None = None, offset: int = 0
) -> Sequence[OpportunityRow]:
    """Opportunities the viewer may know about, by date. One statement."""
    statement = _rows(viewer, wanted, latest_first=latest_first).limit(limit).offset(offset)
    return [OpportunityRow(*row) for row in db.session.execute(statement)]


def every_opportunity_row(viewer: User, wanted: Wanted, *, latest_first: bool = False) -> Iterator[OpportunityRow]:
    """The same without pages, fetched piece by piece."""
    statement = _rows(viewer, wanted, latest_first=latest_first).execution_options(yield_per=AT_ONCE)
    for row in db.session.execute(statement):
        yield OpportunityRow(*row)


def how_many(viewer: User, wanted: Wanted) -> int:
    statement = visible_to(viewer).join(Opportunity.employer).where(*_conditions(wanted))
    return db.session.scalar(statement.with_only_columns(func.count(Opportunity.id))) or 0


def booked_for_employer(employer_id: int) -> Sequence[OpportunityRow]:
    """What an employer has arranged from today on and not cancelled, soonest first. One statement."""
    not_cancelled = tuple(status for status in OpportunityStatus if status is not OpportunityStatus.CANCELLED)
    wanted = Wanted(first_day=clock.today(), employer_id=employer_id, statuses=not_cancelled)
    return [OpportunityRow(*row) for row in db.session.execute(_select_rows(select(Opportunity), wanted))]


def upcoming(
    viewer: User, *, owner_id: int | None = None, days: int | None = None, limit: int | None = SOON
) -> Sequence[OpportunityRow]:
    """Open opportunities from today on that the viewer may know about, soonest first. One statement.

    `owner_id` narrows to one officer's employers, `days` to those that begin within so many.
    """
    today = clock.today()
    last_day = None if days is None else today + timedelta(days=days)
    wanted = Wanted(first_day=today, last_day=last_day, statuses=(OpportunityStatus.OPEN,), owner_id=owner_id)
    return opportunity_rows(viewer, wanted, limit=limit)


def past_and_unmarked(
    viewer: User, *, owner_id: int | None = None, limit: int | None = SOON
) -> Sequence[OpportunityRow]:
    """Open opportunities that have ended: their register is waiting. Longest ago first. One statement."""
    statement = _rows(viewer, Wanted(statuses=(OpportunityStatus.OPEN,), owner_id=owner_id), latest_first=False)
    rows = db.session.execute(statement.where(Opportunity.ends_at < clock.now()).limit(limit))
    return [OpportunityRow(*row) for row in rows]


def _rows(viewer: User, wanted: Wanted, *, latest_first: bool) -> Select[*tuple[Any, ...]]:
    return _select_rows(visible_to(viewer), wanted, latest_first=latest_first)


def _select_rows(
    opportunities: Select[Opportunity], wanted: Wanted, *, latest_first: bool = False
) -> Select[*tuple[Any, ...]]:
    order = (Opportunity.starts_at, Opportunity.id)
    return (
        opportunities.join(Opportunity.employer)
        .outerjoin(Opportunity.provider)
        .where(*_conditions(wanted))
        .order_by(*(column.desc() if latest_first else column for column in order))
        .with_only_columns(
            Opportunity.id,
            Opportunity.title,
            Opportunity.kind,
            Opportunity.starts_at,
            Opportunity.ends_at,
            Opportunity.status,
            Employer.id,
            Employer.name,
            Provider.name,
            Opportunity.capacity,
            Opportunity.taken,
            Opportunity.hours,
            Opportunity.venue,
            Opportunity.programme,
            or_(Opportunity.exempt_reason.is_not(None), Opportunity.block_reason.is_not(None)),
            *described(),
        )
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [*_days(wanted), *_asked_for(wanted), *conditions_on(wanted.particulars)]
    if wanted.kinds:
        conditions.append(Opportunity.kind.in_(wanted.kinds))
    if wanted.statuses:
        conditions.append(Opportunity.status.in_(wanted.statuses))
    if wanted.provider_id is not None:
        conditions.append(is_about_provider(wanted.provider_id))
    if wanted.employer_id is not None:
        conditions.append(Opportunity.employer_id == wanted.employer_id)
    if wanted.owner_id is not None:
        conditions.append(Employer.owner_id == wanted.owner_id)
    if wanted.area_id is not None:
        conditions.append(Employer.area_id == wanted.area_id)
    if wanted.text:
        named = (column.icontains(wanted.text, autoescape=True) for column in (Opportunity.title, Employer.name))
        conditions.append(or_(*named))
    return conditions


def _asked_for(wanted: Wanted) -> list[ColumnElement[bool]]:
    asked = (Place.opportunity_id == Opportunity.id, Place.status == PlaceStatus.REQUESTED)
    return [exists().where(*asked).correlate(Opportunity)] if wanted.asked_for else []


def _days(wanted: Wanted) -> list[ColumnElement[bool]]:
    """From–to by the days it takes place on: a fortnight that began last week is still upcoming."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.first_day is not None:
        conditions.append(Opportunity.ends_at >= clock.start_of_day(wanted.first_day))
    if wanted.last_day is not None:
        conditions.append(Opportunity.starts_at < clock.start_of_day(wanted.last_day + timedelta(days=1)))
    return conditions


def is_about_provider(provider_id: int) -> ColumnElement[bool]:
    """Arranged for the provider, found for a request of its, or with its young people in it: what it may know about."""
    places = select(Place.id).outerjoin(Place.young_person).where(Place.opportunity_id == Opportunity.id)
    own = or_(Place.provider_id == provider_id, YoungPerson.provider_id == provider_id)
    found = select(PlacesFound.opportunity_id).join(PlacesFound.request).where(Request.provider_id == provider_id)
    return or_(
        Opportunity.provider_id == provider_id,
        Opportunity.id.in_(found),
        exists(places.where(own).correlate(Opportunity)),
    )
