"""What is on between two days."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, select

from crm.accounts.models import User
from crm.calendars.board import Frame
from crm.calendars.periods import Period
from crm.core import clock
from crm.core.db import db
from crm.employers.models import Employer
from crm.interactions.models import PlannedInteraction, PlannedOfficer, PlanStatus
from crm.interactions.queries.planned import PlannedRow, plan_rows
from crm.interactions.queries.planned import visible_to as plans_visible_to
from crm.opportunities.queries import OpportunityRow, Wanted, opportunity_rows
from crm.providers.closed_days.queries import closed_days_of
from crm.reference.terms import all_terms

MOST_ROWS = 1000  # on one page


def opportunities_of(viewer: User, wanted: Wanted) -> Sequence[OpportunityRow]:
    """By beginning, one more than a page can show at most, so that it can say that there are more. One statement."""
    return opportunity_rows(viewer, wanted, limit=MOST_ROWS + 1)


def plans_of(viewer: User, wanted: Wanted) -> Sequence[PlannedRow]:
    """Planned contacts that an officer takes part in or looks after, by day and time. One statement.

    Those that happened stay where they were; those that were cancelled do not. None where opportunities of a kind or of
    a provider are asked for: a planned contact has neither.
    """
    if wanted.kinds or wanted.provider_id is not None:
        return ()
    chosen = plans_visible_to(viewer).where(*_conditions(viewer, wanted))
    return [PlannedRow(*row) for row in db.session.execute(plan_rows(chosen).limit(MOST_ROWS))]


def frame_of(period: Period, provider_id: int | None) -> Frame:
    """Today, the terms, and the closed days of the one provider a page is about. One statement, or two."""
    closed = closed_days_of(provider_id, since=period.first_day)
    return Frame(today=clock.today(), terms=all_terms(), closed=closed)


def _conditions(viewer: User, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    taking_part = select(PlannedOfficer.planned_interaction_id).where(PlannedOfficer.user_id == viewer.id)
    yield PlannedInteraction.id.in_(taking_part) | (PlannedInteraction.planned_by_id == viewer.id)
    yield PlannedInteraction.status.in_((PlanStatus.PLANNED, PlanStatus.LOGGED))
    if wanted.first_day is not None and wanted.last_day is not None:
        yield PlannedInteraction.planned_on.between(wanted.first_day, wanted.last_day)
    if wanted.employer_id is not None:
        yield PlannedInteraction.employer_id == wanted.employer_id
    if wanted.area_id is not None:
        yield Employer.area_id == wanted.area_id
    if wanted.text:
        yield Employer.name.icontains(wanted.text, autoescape=True)
