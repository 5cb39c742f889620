"""What an employer sees of its own: counts, never who."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from crm.core.clock import start_of_day
from crm.core.db import db
from crm.employers.models import Site
from crm.fulfilment.progress import pledge_progress
from crm.fulfilment.standing import Progress
from crm.opportunities.models import CAME, Opportunity, OpportunityStatus, Place
from crm.pledges.models import Pledge, PledgeStatus
from crm.pledges.queries import lines_in_full

BACK = timedelta(days=400)  # how far back what took place is shown
MOST = 100


@dataclass(frozen=True, slots=True)
class OwnPledge:
    """A promise in force and how it stands."""

    pledge: Pledge  # with its lines in full
    progress: Progress


@dataclass(frozen=True, slots=True)
class OwnOpportunity:
    """One dated thing, and how many young people came by the register."""

    opportunity: Opportunity  # site, leader and provider loaded
    came: int


def own_pledges(employer_id: int, today: date) -> Sequence[OwnPledge]:
    """The promises in force, latest year first."""
    pledges = db.session.scalars(
        select(Pledge)
        .where(Pledge.employer_id == employer_id, Pledge.status == PledgeStatus.CONFIRMED)
        .order_by(Pledge.academic_year_name.desc())
        .limit(3)
        .options(*lines_in_full())
    ).all()
    progress = pledge_progress(pledges, today)
    return [OwnPledge(pledge, progress[pledge.id]) for pledge in pledges]


def own_opportunities(employer_id: int, today: date) -> Sequence[OwnOpportunity]:
    """What is booked and what took place within a year, by date; of very many the latest. One statement."""
    came = (
        select(func.coalesce(func.sum(Place.came), 0))
        .where(Place.opportunity_id == Opportunity.id, Place.status.in_(CAME))
        .correlate(Opportunity)
        .scalar_subquery()
    )
    statement = (
        select(Opportunity, came)
        .where(
            Opportunity.employer_id == employer_id,
            Opportunity.status.in_((OpportunityStatus.OPEN, OpportunityStatus.DELIVERED)),
            Opportunity.ends_at >= start_of_day(today - BACK),
        )
        .order_by(Opportunity.starts_at.desc(), Opportunity.id.desc())
        .limit(MOST)
        .options(joinedload(Opportunity.site), joinedload(Opportunity.leader), joinedload(Opportunity.provider))
    )
    return [OwnOpportunity(*row) for row in db.session.execute(statement)][::-1]


def own_opportunity(employer_id: int, opportunity_id: int) -> Opportunity | None:
    """One of the employer's own that is not a draft, with its site and provider; nothing if it is somebody else's."""
    statement = (
        select(Opportunity)
        .where(
            Opportunity.id == opportunity_id,
            Opportunity.employer_id == employer_id,
            Opportunity.status.in_((OpportunityStatus.OPEN, OpportunityStatus.DELIVERED)),
        )
        .options(
            joinedload(Opportunity.site),
            joinedload(Opportunity.provider),
        )
    )
    return db.session.scalars(statement).one_or_none()


def only_site(employer_id: int) -> Site | None:
    """The site in use, if there is exactly one: which of several somebody means, an officer has to ask."""
    statement = select(Site).where(Site.employer_id == employer_id, Site.closed_at.is_(None)).order_by(Site.id).limit(2)
    sites = db.session.scalars(statement).all()
    return sites[0] if len(sites) == 1 else None


def split(rows: Sequence[OwnOpportunity], now: datetime) -> tuple[list[OwnOpportunity], list[OwnOpportunity]]:
    """What is still to come or under way, soonest first; and what is over, latest first."""
    coming = [each for each in rows if each.opportunity.ends_at > now]
    over = [each for each in rows if each.opportunity.ends_at <= now]
    return coming, over[::-1]
