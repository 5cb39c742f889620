"""What My day shows beside the next steps: what is on, and which pledges wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select

from crm.core.clock import local_date, start_of_day
from crm.core.db import db
from crm.employers.models import Employer
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.pledges.kinds import OpportunityKind
from crm.pledges.models import EDITABLE_STATUSES, Pledge, PledgeStatus
from crm.providers.models import Provider

MOST_ROWS = 20
LONGEST = timedelta(days=366)  # nothing lasts longer, so the index need not be read from its beginning


@dataclass(frozen=True, slots=True)
class OnSoon:
    """An opportunity of today or tomorrow."""

    id: int
    kind: OpportunityKind
    title: str
    starts_at: datetime
    ends_at: datetime
    employer: str
    provider: str | None
    taken: int
    capacity: int

    @property
    def begins_on(self) -> date:
        return local_date(self.starts_at)

    @property
    def ends_on(self) -> date:
        return local_date(self.ends_at)


@dataclass(frozen=True, slots=True)
class WaitingPledge:
    """A pledge that is not confirmed yet."""

    id: int
    employer: str
    academic_year: str
    status: PledgeStatus
    since: date | None  # when it was sent


def on_soon(officer_id: int, today: date) -> Sequence[OnSoon]:
    """What is on today and tomorrow at the officer's employers, and at those nobody owns. One statement.

    What lasts several days is on each of them. Drafts and what was cancelled are not on.
    """
    statement = (
        select(
            Opportunity.id,
            Opportunity.kind,
            Opportunity.title,
            Opportunity.starts_at,
            Opportunity.ends_at,
            Employer.name,
            Provider.name,
            Opportunity.taken,
            Opportunity.capacity,
        )
        .join(Opportunity.employer)
        .outerjoin(Opportunity.provider)
        .where(
            or_(Employer.owner_id == officer_id, Employer.owner_id.is_(None)),
            Opportunity.starts_at > start_of_day(today - LONGEST),
            Opportunity.starts_at < start_of_day(today + timedelta(days=2)),
            Opportunity.ends_at > start_of_day(today),
            Opportunity.status.in_((OpportunityStatus.OPEN, OpportunityStatus.DELIVERED)),
        )
        .order_by(Opportunity.starts_at, Opportunity.id)
        .limit(MOST_ROWS)
    )
    return [OnSoon(*row) for row in db.session.execute(statement)]


def waiting_pledges(officer_id: int) -> Sequence[WaitingPledge]:
    """Drafts and unanswered pledges of the officer's employers, or that the officer wrote; longest sent first."""
    statement = (
        select(Pledge.id, Employer.name, Pledge.academic_year_name, Pledge.status, Pledge.sent_on)
        .join(Pledge.employer)
        .where(
            Pledge.status.in_(EDITABLE_STATUSES),
            or_(Employer.owner_id == officer_id, Pledge.recorded_by_id == officer_id),
        )
        .order_by(Pledge.sent_on.is_(None), Pledge.sent_on, func.lower(Employer.name), Pledge.id)
        .limit(MOST_ROWS)
    )
    return [WaitingPledge(*row) for row in db.session.execute(statement)]
