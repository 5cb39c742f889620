"""Reading series, their meetings, and who takes part."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import READERS
from crm.core.db import db
from crm.core.errors import NotFound
from crm.employers.models import Contact, Employer
from crm.opportunities.models import HOLDS_A_SEAT, ONGOING, Opportunity, OpportunityStatus, Place
from crm.opportunities.queries import places_visible_to
from crm.opportunities.queries import visible_to as opportunities_visible_to
from crm.opportunities.series.models import Series
from crm.opportunities.series.rule import Closed, OpenDays
from crm.pledges.kinds import OpportunityKind
from crm.providers.closed_days.queries import closed_days_of
from crm.providers.models import Provider, YoungPerson
from crm.providers.queries import own_provider_ids
from crm.reference.bank_holidays import bank_holiday
from crm.reference.terms import school_days


def visible_to(viewer: User) -> Select[Series]:
    """The series a user may know about.

    Readers see all; a provider's coordinator those arranged for the provider or with its young people in a meeting.
    """
    if viewer.role in READERS:
        return select(Series)
    known = opportunities_visible_to(viewer).with_only_columns(Opportunity.series_id)
    return select(Series).where(
        or_(
            Series.provider_id.in_(own_provider_ids(viewer)),
            Series.id.in_(known.where(Opportunity.series_id.is_not(None))),
        )
    )


def get_series(series_id: int, *, viewer: User) -> Series:
    """A series with its employer, provider and leader loaded.

    Raises NotFound if there is none, or none the viewer may know about.
    """
    statement = (
        visible_to(viewer)
        .where(Series.id == series_id)
        .options(joinedload(Series.employer), joinedload(Series.provider), joinedload(Series.leader))
    )
    series = db.session.scalars(statement).one_or_none()
    if series is None:
        raise NotFound("We could not find that series.")
    return series


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A series in the list."""

    id: int
    title: str
    kind: OpportunityKind
    employer_id: int
    employer: str
    provider: str | None
    leader: str | None
    delivered: int  # meetings
    to_come: int
    cancelled: int
    next_at: datetime | None  # of the meetings to come

    @property
    def is_over(self) -> bool:
        return self.next_at is None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list of series is narrowed to; None and empty leave everything."""

    text: str = ""  # in the title or the employer's name
    kinds: Sequence[OpportunityKind] = ()
    provider_id: int | None = None
    owner_id: int | None = None  # the officer whose employers they are
    with_past: bool = False  # also those without a meeting to come


def series_rows(viewer: User, wanted: Wanted, *, limit: int | None = None, offset: int = 0) -> Sequence[SeriesRow]:
    """Series the viewer may know about, the next meeting first, those that are over last. One statement."""
    counts = _counts()
    statement = (
        _rows(viewer, wanted, counts)
        .order_by(counts.c.next_at.is_(None), counts.c.next_at, Series.id.desc())
        .limit(limit)
        .offset(offset)
        .with_only_columns(
            Series.id,
            Series.title,
            Series.kind,
            Employer.id,
            Employer.name,
            Provider.name,
            Contact.name,
            func.coalesce(counts.c.delivered, 0),
            func.coalesce(counts.c.to_come, 0),
            func.coalesce(counts.c.cancelled, 0),
            counts.c.next_at,
        )
    )
    return [SeriesRow(*row) for row in db.session.execute(statement)]


def how_many(viewer: User, wanted: Wanted) -> int:
    statement = _rows(viewer, wanted, _counts()).with_only_columns(func.count(Series.id))
    return db.session.scalar(statement) or 0


def _counts() -> Any:
    to_come = (Opportunity.status.in_(ONGOING)) & (Opportunity.starts_at > clock.now())

    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    return (
        select(
            Opportunity.series_id,
            counted(Opportunity.status == OpportunityStatus.DELIVERED).label("delivered"),
            counted(to_come).label("to_come"),
            counted(Opportunity.status == OpportunityStatus.CANCELLED).label("cancelled"),
            func.min(case((to_come, Opportunity.starts_at))).label("next_at"),
        )
        .where(Opportunity.series_id.is_not(None))
        .group_by(Opportunity.series_id)
        .subquery()
    )


def _rows(viewer: User, wanted: Wanted, counts: Any) -> Select[Series]:
    statement = (
        visible_to(viewer)
        .join(Series.employer)
        .outerjoin(Series.provider)
        .outerjoin(Series.leader)
        .outerjoin(counts, counts.c.series_id == Series.id)
    )
    if wanted.kinds:
        statement = statement.where(Series.kind.in_(wanted.kinds))
    if wanted.provider_id is not None:
        statement = statement.where(Series.provider_id == wanted.provider_id)
    if wanted.owner_id is not None:
        statement = statement.where(Employer.owner_id == wanted.owner_id)
    if wanted.text:
        named = (column.icontains(wanted.text, autoescape=True) for column in (Series.title, Employer.name))
        statement = statement.where(or_(*named))
    return statement if wanted.with_past else statement.where(counts.c.next_at.is_not(None))


def meetings_of(series_id: int, *, viewer: User) -> Sequence[Opportunity]:
    """The meetings of a series that the viewer may know about, by date, with site and leader loaded. One statement."""
    statement = (
        opportunities_visible_to(viewer)
        .where(Opportunity.series_id == series_id)
        .options(joinedload(Opportunity.site), joinedload(Opportunity.leader))
        .order_by(Opportunity.starts_at, Opportunity.id)
    )
    return db.session.scalars(statement).all()


def latest(meetings: Sequence[Opportunity]) -> Opportunity:
    """The last of some meetings, given by date, that was not cancelled; if all were, the last of them."""
    return next((each for each in reversed(meetings) if each.cancelled_at is None), meetings[-1])


def places_of(series_id: int, *, viewer: User) -> Sequence[Place]:
    """Every place in a series' meetings that the viewer may know about, by reference, then meeting. One statement.

    Young people and whose they are, and headcounts' providers, are loaded.
    """
    meetings = select(Opportunity.id).where(Opportunity.series_id == series_id)
    statement = (
        places_visible_to(viewer)
        .where(Place.opportunity_id.in_(meetings))
        .options(joinedload(Place.young_person).joinedload(YoungPerson.provider), joinedload(Place.provider))
        .order_by(YoungPerson.reference, Place.opportunity_id, Place.id)
    )
    return db.session.scalars(statement).all()


def mentees_of(series_id: int) -> Sequence[YoungPerson]:
    """Who takes part from here on: those with a place in a meeting to come, or else in the last one. By reference."""
    statement = (
        select(Place.young_person_id, Opportunity.starts_at)
        .join(Place.opportunity)
        .where(
            Opportunity.series_id == series_id,
            Opportunity.status != OpportunityStatus.CANCELLED,
            Place.status.in_(HOLDS_A_SEAT),
            Place.young_person_id.is_not(None),
        )
    )
    rows = db.session.execute(statement).all()
    since = min(clock.now(), max((starts_at for _, starts_at in rows), default=clock.now()))
    people = {person_id for person_id, starts_at in rows if starts_at >= since}
    return db.session.scalars(
        select(YoungPerson).where(YoungPerson.id.in_(people)).order_by(YoungPerson.reference, YoungPerson.id)
    ).all()


def warnings_about(series: Series, meetings: Sequence[Opportunity]) -> Mapping[int, str]:
    """Why meetings should not take place on their days, by meeting: closed since, or a holiday. Two statements.

    The series' provider must be loaded.
    """
    days = {each.id: clock.local_date(each.starts_at) for each in meetings}
    closures = open_days(series.provider, since=min(days.values()))
    found = {key: closures.why_not(day, in_term_only=series.in_term_only) for key, day in days.items()}
    return {key: why for key, why in found.items() if why}


def people_in(meeting_ids: Collection[int]) -> Sequence[int]:
    """The ids of the young people who hold a seat in any of these meetings. One statement."""
    statement = (
        select(Place.young_person_id)
        .where(
            Place.opportunity_id.in_(meeting_ids),
            Place.status.in_(HOLDS_A_SEAT),
            Place.young_person_id.is_not(None),
        )
        .distinct()
    )
    return [each for each in db.session.scalars(statement) if each is not None]


def open_days(provider: Provider | None, *, since: date) -> OpenDays:
    """What keeps meetings for a provider's young people from a day, from a day on. Two statements."""
    closed = closed_days_of(provider.id if provider else None, since=since)
    return OpenDays(
        bank_holiday=bank_holiday,
        school_days=school_days(),
        provider=provider.name if provider else "",
        closed=[Closed(each.first_day, each.last_day, each.reason) for each in closed],
    )
