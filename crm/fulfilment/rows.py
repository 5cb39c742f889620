"""The rows behind the figures: one for each place of a year, without names or references."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from crm.core.db import db
from crm.employers.models import Employer
from crm.fulfilment.counting import CountingPolicy, attended_by, counts, happened_by, in_year
from crm.opportunities.models import Opportunity, OpportunityStatus, Place, PlaceStatus, Side
from crm.opportunities.particulars import Programme
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import Provider, YearGroup, YoungPerson

AT_ONCE = 1000  # rows fetched at a time


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place. Adding up `counted` over a year gives the counted places attended."""

    place_id: int
    opportunity_id: int
    kind: OpportunityKind
    starts_at: datetime
    ends_at: datetime
    hours: Decimal | None
    programme: Programme | None  # its hours are not to be added to those of others
    opportunity_status: OpportunityStatus
    employer: str
    provider: str
    year_group: YearGroup | None  # of a young person; a headcount has none
    status: PlaceStatus
    seats: int
    came: int | None
    counted: int  # who came and counts towards the three, by the as-at date
    pledge_line_id: int | None
    lost_on_side: Side | None

    @property
    def is_linked(self) -> bool:
        return self.year_group is not None


def place_rows(policy: CountingPolicy, as_at: date) -> Iterator[PlaceRow]:
    """Every place of the policy's year in an opportunity begun by the day, or still to come; oldest first.

    One statement, fetched piece by piece, so that any number fits in memory.
    """
    of_person, of_headcount = aliased(Provider), aliased(Provider)
    counted = case((attended_by(as_at) & counts(policy), Place.came), else_=0)
    statement = (
        select(
            Place.id,
            Opportunity.id,
            Opportunity.kind,
            Opportunity.starts_at,
            Opportunity.ends_at,
            Opportunity.hours,
            Opportunity.programme,
            Opportunity.status,
            Employer.name,
            func.coalesce(of_person.name, of_headcount.name),
            YoungPerson.year_group,
            Place.status,
            Place.seats,
            case((happened_by(as_at), Place.came)),
            counted,
            Place.pledge_line_id,
            case((Place.ended_from == PlaceStatus.CONFIRMED, Place.ended_side)),
        )
        .join(Place.opportunity)
        .join(Opportunity.employer)
        .outerjoin(Place.young_person)
        .outerjoin(of_person, of_person.id == YoungPerson.provider_id)
        .outerjoin(of_headcount, of_headcount.id == Place.provider_id)
        .where(in_year(policy))
        .order_by(Opportunity.starts_at, Opportunity.id, Place.id)
        .execution_options(yield_per=AT_ONCE)
    )
    for row in db.session.execute(statement):
        yield PlaceRow(*tuple(row))
