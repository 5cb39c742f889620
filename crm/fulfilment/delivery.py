"""What happened: attended places and encounters, over employers and over young people."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, distinct, func, select

from crm.core.db import db
from crm.employers.models import Employer
from crm.fulfilment.counting import CountingPolicy, attended_by, booked_at, counts, in_year, is_encounter
from crm.interactions.models import Interaction
from crm.opportunities.models import Place
from crm.pledges.models import Pledge, PledgeStatus
from crm.reference.models import SizeBand

LARGEST_SMALL_OR_MEDIUM = 249  # employees of the whole enterprise: UK business population statistics
LARGEST_MICRO = 9


@dataclass(frozen=True, slots=True)
class Delivered:
    """Attended and booked places of a year. Linked means: of a young person we hold a record of."""

    attended_linked: int
    attended_headcount: int
    booked: int
    encounters: int

    @property
    def attended(self) -> int:
        """Over employers = over young people + headcounts not linked to a person (invariant 9)."""
        return self.attended_linked + self.attended_headcount

    @property
    def share_linked(self) -> float | None:
        """How sure we are: the share of attended places that are linked to a person, from 0 to 1."""
        return self.attended_linked / self.attended if self.attended else None


def delivered(policy: CountingPolicy, as_at: date) -> Delivered:
    """Counted places attended and booked in the policy's academic year, and encounters attended. One statement.

    Attended counts who came, in whole or in part, by the end of the as-at date. Encounters (talks, presentations,
    mentoring, mock interviews, roundtables) are counted on their own, unless the policy counts them towards the three.
    """
    linked = Place.young_person_id.is_not(None)
    came = attended_by(as_at)
    statement = (
        select(
            _sum(Place.came, came, counts(policy), linked),
            _sum(Place.came, came, counts(policy), ~linked),
            _sum(Place.seats, booked_at(as_at), counts(policy)),
            _sum(Place.came, came, is_encounter(policy)),
        )
        .join(Place.opportunity)
        .where(in_year(policy))
    )
    return Delivered(*db.session.execute(statement).one())


def _sum(what: ColumnElement[int] | object, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((and_(*conditions), what), else_=0)), 0)


@dataclass(frozen=True, slots=True)
class Engagement:
    """Employers, counted once each."""

    contacted: int  # with at least one logged interaction in the year by the as-at date
    with_pledge: int  # with a pledge in force
    with_pledge_of_known_size: int
    with_pledge_small_or_medium: int  # up to 249 employees
    with_pledge_micro: int  # up to 9, and those with none

    @property
    def share_small_or_medium(self) -> float | None:
        """Of the employers with a pledge whose size is known, the share with fewer than 250 employees, 0 to 1."""
        known = self.with_pledge_of_known_size
        return self.with_pledge_small_or_medium / known if known else None

    @property
    def share_micro(self) -> float | None:
        """Of the employers with a pledge whose size is known, the share with fewer than 10 employees, 0 to 1."""
        known = self.with_pledge_of_known_size
        return self.with_pledge_micro / known if known else None


def engagement(policy: CountingPolicy, as_at: date) -> Engagement:
    """How many employers were in contact and how many have a pledge in force, with their sizes. Two statements."""
    year = policy.academic_year
    contacted = db.session.scalar(
        select(func.count(distinct(Interaction.employer_id))).where(
            Interaction.happened_on >= year.first_day, Interaction.happened_on <= min(as_at, year.last_day)
        )
    )
    sizes = (
        select(
            func.count(distinct(Employer.id)),
            func.count(distinct(_if(SizeBand.id.is_not(None)))),
            func.count(distinct(_if(SizeBand.most <= LARGEST_SMALL_OR_MEDIUM))),
            func.count(distinct(_if(SizeBand.most <= LARGEST_MICRO))),
        )
        .select_from(Pledge)
        .join(Pledge.employer)
        .outerjoin(Employer.size_band)
        .where(
            Pledge.academic_year_name == year.name,
            Pledge.status == PledgeStatus.CONFIRMED,
            Pledge.confirmed_on <= as_at,
        )
    )
    return Engagement(contacted or 0, *db.session.execute(sizes).one())


def _if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """The employer's id where the condition holds, for counting employers once."""
    return case((condition, Employer.id))
