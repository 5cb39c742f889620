"""What is planned: one plan, a list of them, an officer's, an employer's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy import ColumnElement, Select, case, false, func, select
from sqlalchemy.orm import joinedload, selectinload

from crm.accounts.models import User
from crm.core.access import STAFF
from crm.core.db import db
from crm.core.errors import NotFound
from crm.core.pagination import Asked, Page
from crm.employers.models import Contact, Employer
from crm.interactions.models import Channel, PlannedContact, PlannedInteraction, PlannedOfficer, PlanStatus
from crm.interactions.queries.people import names_of

A_WEEK = 7
MOST_ROWS = 50  # of one officer's, on one page


@dataclass(frozen=True, slots=True)
class PlanFilters:
    """What narrows the list of plans."""

    officer_id: int | None = None  # takes part, or looks after it
    employer_id: int | None = None
    status: PlanStatus = PlanStatus.PLANNED


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A plan as a list shows it. Several people are one text, by name."""

    id: int
    planned_on: date
    starts_at: time | None
    channel: Channel
    about: str
    status: PlanStatus
    cancelled_reason: str | None
    interaction_id: int | None
    employer_id: int
    employer: str
    phone: str | None  # the employer's
    officers: str
    contacts: str | None


def visible_to(viewer: User) -> Select[PlannedInteraction]:
    """The plans a user may know about: staff all, nobody else any."""
    plans = select(PlannedInteraction)
    return plans if viewer.role in STAFF else plans.where(false())


def get_plan(plan_id: int, *, viewer: User) -> PlannedInteraction:
    """A plan with its employer, contacts and officers loaded. Raises NotFound if the viewer may know of none."""
    statement = (
        visible_to(viewer)
        .where(PlannedInteraction.id == plan_id)
        .options(
            joinedload(PlannedInteraction.employer),
            selectinload(PlannedInteraction.contacts),
            selectinload(PlannedInteraction.officers),
        )
        .execution_options(populate_existing=True)
    )
    plan = db.session.scalars(statement).one_or_none()
    if plan is None:
        raise NotFound("We could not find that plan.")
    return plan


def plan_page(filters: PlanFilters, asked: Asked, *, viewer: User) -> Page[PlannedRow]:
    """One page of the plans, the soonest first; of those that are over, the latest. Two statements."""
    chosen = visible_to(viewer).where(*_conditions(filters))
    total = db.session.scalar(chosen.with_only_columns(func.count(PlannedInteraction.id))) or 0
    rows = plan_rows(chosen)
    if filters.status is not PlanStatus.PLANNED:
        rows = rows.order_by(None).order_by(PlannedInteraction.planned_on.desc(), PlannedInteraction.id.desc())
    shown = db.session.execute(rows.limit(asked.per_page).offset(asked.offset))
    return asked.of([PlannedRow(*row) for row in shown], total)


def planned_for(officer_id: int, today: date, *, days: int = A_WEEK, limit: int = MOST_ROWS) -> Sequence[PlannedRow]:
    """What an officer takes part in or looks after, until so many days from today, the soonest first. One statement.

    What was planned for a day that is past and was neither logged nor cancelled comes first, so that nobody forgets it.
    """
    chosen = select(PlannedInteraction).where(
        *_conditions(PlanFilters(officer_id=officer_id)),
        PlannedInteraction.planned_on <= today + timedelta(days=days),
    )
    return [PlannedRow(*row) for row in db.session.execute(plan_rows(chosen).limit(limit))]


def plan_rows(
    chosen: Select[PlannedInteraction],
) -> Select[
    int,
    date,
    time | None,
    Channel,
    str,
    PlanStatus,
    str | None,
    int | None,
    int,
    str,
    str | None,
    str,
    str | None,
]:
    """The columns of a `PlannedRow`, by day and time; what has no time comes first on its day."""
    begins = case((PlannedInteraction.starts_at.is_(None), 0), else_=1)
    return (
        chosen.join(PlannedInteraction.employer)
        .with_only_columns(
            PlannedInteraction.id,
            PlannedInteraction.planned_on,
            PlannedInteraction.starts_at,
            PlannedInteraction.channel,
            PlannedInteraction.about,
            PlannedInteraction.status,
            PlannedInteraction.cancelled_reason,
            PlannedInteraction.interaction_id,
            Employer.id,
            Employer.name,
            Employer.phone,
            names_of(User, PlannedOfficer, PlannedOfficer.user_id, PlannedInteraction),
            names_of(Contact, PlannedContact, PlannedContact.contact_id, PlannedInteraction),
        )
        .order_by(PlannedInteraction.planned_on, begins, PlannedInteraction.starts_at, PlannedInteraction.id)
    )


def _conditions(filters: PlanFilters) -> Iterator[ColumnElement[bool]]:
    yield PlannedInteraction.status == filters.status
    if filters.employer_id is not None:
        yield PlannedInteraction.employer_id == filters.employer_id
    if filters.officer_id is not None:
        taking_part = select(PlannedOfficer.planned_interaction_id).where(PlannedOfficer.user_id == filters.officer_id)
        yield PlannedInteraction.id.in_(taking_part) | (PlannedInteraction.planned_by_id == filters.officer_id)
