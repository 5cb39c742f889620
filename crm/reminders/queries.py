"""What may be due, whom it concerns, and what was decided."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import CompoundSelect, and_, case, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload

from crm.accounts.models import User
from crm.audit.models import ChangeRecord
from crm.core.access import Role
from crm.core.db import db
from crm.employers.models import Employer
from crm.opportunities.models import TAKES_PART, Opportunity, OpportunityStatus, Place
from crm.providers.models import Provider, ProviderMember, YoungPerson
from crm.reminders.models import Reminder, ReminderStop, Step
from crm.reminders.planning import ALONE, Beside, Decided, Reach, Rhythm

LEEWAY = timedelta(days=1)  # the database knows no London: it narrows down, `planning.due` has the last word
LOOKS_BACK = timedelta(days=30)  # what ended before then is over, whatever was decided


@dataclass(frozen=True, slots=True)
class Candidate:
    """An opportunity of which some step may be due."""

    opportunity_id: int
    starts_at: datetime
    ends_at: datetime


def candidates(now: datetime, rhythm: Rhythm) -> Sequence[Candidate]:
    """Opportunities that begin before long, or ended lately and nobody was asked how it went. One statement.

    Cancelled ones too, for it is written down why nobody was told; drafts not.
    """
    asked = exists().where(Reminder.opportunity_id == Opportunity.id, Reminder.step == Step.FEEDBACK)
    statement = (
        select(Opportunity.id, Opportunity.starts_at, Opportunity.ends_at)
        .where(
            Opportunity.status != OpportunityStatus.DRAFT,
            Opportunity.starts_at < now + timedelta(days=max(rhythm.first, rhythm.last)) + LEEWAY,
            Opportunity.ends_at > now - LOOKS_BACK,
            or_(Opportunity.ends_at > now - LEEWAY, ~asked),
        )
        .order_by(Opportunity.starts_at, Opportunity.id)
    )
    return [Candidate(*row) for row in db.session.execute(statement)]


def decided_about(opportunity_ids: Collection[int]) -> Mapping[int, Decided]:
    """What was decided of each opportunity. One statement."""
    statement = select(Reminder.opportunity_id, Reminder.step, Reminder.provider_id, Reminder.about_on).where(
        Reminder.opportunity_id.in_(opportunity_ids)
    )
    found: dict[int, set[tuple[Step, int | None, date]]] = {each: set() for each in opportunity_ids}
    for opportunity_id, step, provider_id, about_on in db.session.execute(statement):
        found[opportunity_id].add((step, provider_id, about_on))
    return found


def providers_of(opportunity_ids: Collection[int]) -> Mapping[int, Mapping[int, int]]:
    """Whose young people take part: of each opportunity, its providers and the seats they hold. One statement.

    The provider it was arranged for is one of them, whether anybody has a place or not.
    """
    arranged = select(Opportunity.id, Opportunity.provider_id, literal(0)).where(
        Opportunity.id.in_(opportunity_ids), Opportunity.provider_id.is_not(None)
    )
    whose = func.coalesce(Place.provider_id, YoungPerson.provider_id)
    held = (
        select(Place.opportunity_id, whose, func.sum(Place.seats))
        .outerjoin(Place.young_person)
        .where(Place.opportunity_id.in_(opportunity_ids), Place.status.in_(TAKES_PART))
        .group_by(Place.opportunity_id, whose)
    )
    found: dict[int, dict[int, int]] = {each: {} for each in opportunity_ids}
    both: CompoundSelect[int, int, int] = union_all(arranged, held)
    for opportunity_id, provider_id, seats in db.session.execute(both):
        providers = found[opportunity_id]
        providers[provider_id] = providers.get(provider_id, 0) + int(seats)
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """A provider as those who write to it see it."""

    provider: Provider
    seats: int
    coordinators: Sequence[User]  # who can sign in

    @property
    def reach(self) -> Reach:
        return Reach(self.provider.name, self.seats, len(self.coordinators), bool(self.provider.email))


def told_of(opportunity_id: int) -> Mapping[int, Told]:
    """The providers of an opportunity with the coordinators who can sign in, by provider's name. Two statements."""
    seats = providers_of([opportunity_id])[opportunity_id]
    return told_as(seats) if seats else {}


def told_as(seats: Mapping[int, int]) -> Mapping[int, Told]:
    """Providers by the seats they hold, with the coordinators who can sign in, by provider's name. One statement."""
    can_sign_in = and_(User.id == ProviderMember.user_id, User.disabled_at.is_(None), User.role == Role.PROVIDER)
    statement = (
        select(Provider, User)
        .outerjoin(ProviderMember, ProviderMember.provider_id == Provider.id)
        .outerjoin(User, can_sign_in)
        .where(Provider.id.in_(seats))
        .order_by(func.lower(Provider.name), Provider.id, func.lower(User.name), User.id)
    )
    found: dict[int, tuple[Provider, list[User]]] = {}
    for provider, user in db.session.execute(statement):
        _, coordinators = found.setdefault(provider.id, (provider, []))
        if user is not None:
            coordinators.append(user)
    return {key: Told(provider, seats[key], users) for key, (provider, users) in found.items()}


def reminded(opportunity_id: int) -> Opportunity:
    """An opportunity with its employer (and that one's owner), leader, provider and site loaded. One statement."""
    return db.session.scalars(
        select(Opportunity)
        .where(Opportunity.id == opportunity_id)
        .options(
            joinedload(Opportunity.employer).joinedload(Employer.owner),
            joinedload(Opportunity.leader),
            joinedload(Opportunity.provider),
            joinedload(Opportunity.site),
        )
    ).one()


def beside(opportunity: Opportunity) -> Beside:
    """Which other meetings of its series there are that were not cancelled. At most one statement."""
    if opportunity.series_id is None:
        return ALONE
    others = select(
        func.coalesce(func.sum(case((Opportunity.starts_at < opportunity.starts_at, 1), else_=0)), 0),
        func.coalesce(func.sum(case((Opportunity.starts_at > opportunity.starts_at, 1), else_=0)), 0),
    ).where(Opportunity.series_id == opportunity.series_id, Opportunity.status != OpportunityStatus.CANCELLED)
    earlier, later = db.session.execute(others).one()
    return Beside(earlier=bool(earlier), later=bool(later))


def is_told_of_unfilled(opportunity: Opportunity) -> bool:
    """Whether its free places, or those of another meeting of its series, were decided about. One statement."""
    alike = Opportunity.id == opportunity.id
    if opportunity.series_id is not None:
        alike |= Opportunity.series_id == opportunity.series_id
    told = select(Reminder.id).join(Reminder.opportunity).where(alike, Reminder.step == Step.UNFILLED).limit(1)
    return db.session.scalars(told).first() is not None


def stop_of(opportunity_id: int) -> ReminderStop | None:
    """Whether the reminders of an opportunity are stopped, with who did it. One statement."""
    statement = select(ReminderStop).where(ReminderStop.opportunity_id == opportunity_id)
    return db.session.scalars(statement.options(joinedload(ReminderStop.stopped_by))).one_or_none()


def reminders_of(opportunity_id: int) -> Sequence[Reminder]:
    """What was decided of an opportunity, the latest last, with providers and people. One statement."""
    statement = (
        select(Reminder)
        .where(Reminder.opportunity_id == opportunity_id)
        .order_by(Reminder.decided_at, Reminder.id)
        .options(joinedload(Reminder.provider), joinedload(Reminder.contact))
    )
    return db.session.scalars(statement).all()


def open_since(opportunity: Opportunity) -> datetime:
    """Since when young people can have places in it: a draft counts from when it was opened last. One statement."""
    changes = (
        select(ChangeRecord.at, ChangeRecord.changes)
        .where(ChangeRecord.entity == "opportunity", ChangeRecord.entity_id == opportunity.id)
        .order_by(ChangeRecord.id.desc())
    )
    was_opened = ["draft", "open"]
    opened = (at for at, columns in db.session.execute(changes) if columns.get("status") == was_opened)
    return next(opened, opportunity.created_at)


def unfilled(now: datetime, *, after: timedelta, limit: int) -> Sequence[int]:
    """Ids of open opportunities to come that have had free places for so long, and nobody was told. One statement.

    Of the meetings of a series one is enough. One that was a draft for a time is among them too early: `open_since`.
    """
    other = aliased(Opportunity)
    alike = or_(other.id == Opportunity.id, other.series_id == Opportunity.series_id)
    told = exists().where(Reminder.opportunity_id == other.id, Reminder.step == Step.UNFILLED, alike)
    statement = (
        select(Opportunity.id)
        .where(
            Opportunity.status == OpportunityStatus.OPEN,
            Opportunity.taken < Opportunity.capacity,
            Opportunity.starts_at > now,
            Opportunity.created_at <= now - after,
            ~told,
        )
        .order_by(Opportunity.starts_at, Opportunity.id)
        .limit(limit)
    )
    return db.session.scalars(statement).all()
