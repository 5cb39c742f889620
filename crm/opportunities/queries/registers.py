"""Which registers there are to mark."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, or_
from sqlalchemy.orm import aliased

from crm.accounts.models import User
from crm.core.clock import local_date, start_of_day
from crm.core.db import db
from crm.employers.models import Employer
from crm.opportunities.models import TAKES_PART, Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.opportunities.queries.places import places_visible_to
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import Provider

TAKES_PLACE = frozenset({OpportunityStatus.OPEN, OpportunityStatus.DELIVERED})


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """An opportunity with how many people of its register the viewer may mark, and how many are not marked yet."""

    id: int
    title: str
    kind: OpportunityKind
    starts_at: datetime
    ends_at: datetime
    employer: str
    provider: str | None
    people: int
    unmarked: int

    @property
    def marked(self) -> int:
        return self.people - self.unmarked

    def is_on(self, day: date) -> bool:
        return local_date(self.starts_at) <= day <= local_date(self.ends_at)


def register_rows(viewer: User, today: date) -> Sequence[RegisterRow]:
    """Registers of what takes place on a day in London, and of what is over and not all marked: by date. One statement.

    Only the places the viewer may know about are counted; without any there is no register.
    """
    of_opportunity = aliased(Provider)
    unmarked = func.sum(case((Place.status == PlaceStatus.CONFIRMED, Place.seats), else_=0))
    begins, ends = start_of_day(today), start_of_day(today + timedelta(days=1))
    statement = (
        places_visible_to(viewer)
        .join(Place.opportunity)
        .join(Opportunity.employer)
        .outerjoin(of_opportunity, of_opportunity.id == Opportunity.provider_id)
        .where(
            Place.status.in_(TAKES_PART),
            Opportunity.status.in_(TAKES_PLACE),
            Opportunity.starts_at < ends,
        )
        .group_by(Opportunity.id, Employer.id, of_opportunity.id)
        .having(or_(Opportunity.ends_at >= begins, unmarked > 0))
        .order_by(Opportunity.starts_at, Opportunity.id)
        .with_only_columns(
            Opportunity.id,
            Opportunity.title,
            Opportunity.kind,
            Opportunity.starts_at,
            Opportunity.ends_at,
            Employer.name,
            of_opportunity.name,
            func.sum(Place.seats),
            unmarked,
        )
    )
    return [RegisterRow(*row) for row in db.session.execute(statement)]
