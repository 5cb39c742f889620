"""What My day shows that no other page does: what is on soon, and which pledges wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager

from crm.core.clock import local_date, start_of_day
from crm.core.db import db
from crm.employers.models import Contact, Employer
from crm.links.queries import Fate, LinkRow
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.pledges.kinds import OpportunityKind
from crm.pledges.models import UNDECIDED, Pledge, PledgeStatus
from crm.pledges.reminding import Recipient, whom_to_remind
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
    employer_id: int
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
    """A pledge that is not confirmed yet, and whom a reminder would go to."""

    id: int
    employer_id: int
    employer: str
    phone: str | None  # the employer's
    academic_year: str
    status: PledgeStatus
    sent_on: date | None
    reminded_on: date | None
    quiet_until: date | None  # a day to come, before which they do not want to be called
    recipient: Recipient | None  # for those that wait for an answer
    link: LinkRow | None  # of those that wait for an answer, the latest that was not taken back

    @property
    def may_be_reminded(self) -> bool:
        return self.recipient is not None and self.recipient.answer.allowed and not self.is_lost

    @property
    def is_lost(self) -> bool:
        """Whether the link reached nobody, or ended: then it is sent anew, rather than reminded of."""
        return self.link is not None and self.link.fate in {Fate.FAILED, Fate.EXPIRED}


def on_soon(officer_id: int, today: date) -> Sequence[OnSoon]:
    """What is on today and tomorrow at the officer's employers, and at those nobody owns. One statement.

    What lasts several days is on each of them. Drafts and what was cancelled are not on.
    """
    statement: Select[*tuple[Any, ...]] = (
        select(
            Opportunity.id,
            Opportunity.kind,
            Opportunity.title,
            Opportunity.starts_at,
            Opportunity.ends_at,
            Employer.id,
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


def open_pledges(officer_id: int) -> Sequence[Pledge]:
    """Drafts and unanswered pledges of the officer's employers, or that the officer wrote; longest sent first.

    With their employers. One statement.
    """
    statement = (
        select(Pledge)
        .join(Pledge.employer)
        .where(
            Pledge.status.in_(UNDECIDED),
            or_(Employer.owner_id == officer_id, Pledge.recorded_by_id == officer_id),
        )
        .options(contains_eager(Pledge.employer))
        .order_by(Pledge.sent_on.is_(None), Pledge.sent_on, func.lower(Employer.name), Pledge.id)
        .limit(MOST_ROWS)
    )
    return db.session.scalars(statement).all()


def waiting(pledge: Pledge, contacts: Sequence[Contact], links: Sequence[LinkRow], today: date) -> WaitingPledge:
    """A row of a pledge whose employer is loaded.

    `contacts` are the employer's, in their order; `links` those to answer the pledge by, latest first.
    """
    employer, is_asked = pledge.employer, pledge.status is PledgeStatus.SENT
    asked = [row.link.contact_id for row in links if row.is_open]
    return WaitingPledge(
        id=pledge.id,
        employer_id=employer.id,
        employer=employer.name,
        phone=employer.phone,
        academic_year=pledge.academic_year_name,
        status=pledge.status,
        sent_on=pledge.sent_on,
        reminded_on=pledge.reminded_on,
        quiet_until=employer.quiet_until if employer.is_quiet(today) else None,
        recipient=whom_to_remind(pledge, contacts, asked=asked) if is_asked else None,
        link=next((row for row in links if row.fate is not Fate.REVOKED), None) if is_asked else None,
    )
