"""What counts towards the three: the counting policy of an academic year."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, false, func, not_, or_

from crm.core.clock import start_of_day
from crm.opportunities.models import CAME, Opportunity, OpportunityStatus, Place
from crm.pledges.kinds import ENCOUNTERS, EXPERIENCES, OpportunityKind
from crm.reference.academic_years import AcademicYear

ENTITLEMENT = 3  # "an offer of three work experience opportunities per young person": the strategy's employer pledge


@dataclass(frozen=True, slots=True)
class CountingPolicy:
    """Which attended places count towards the three, in one academic year, by the version that was decided last.

    The default is product.md's: the five kinds of experience, whatever their length, three of them, from any employer.
    """

    academic_year: AcademicYear
    version: int = 1
    kinds: frozenset[OpportunityKind] = EXPERIENCES
    minimum_hours: Decimal | None = None  # per place; a place without hours counts only when there is no minimum
    target: int = ENTITLEMENT
    different_employers: int = 1  # how many employers the three must be with at least

    @classmethod
    def usual(cls, day: date) -> "CountingPolicy":
        """What the service came with, for the academic year of a day. In force: `crm.fulfilment.policies.policy_on`."""
        return cls(AcademicYear.of(day))

    @property
    def how_many_had(self) -> list[str]:
        """Headings: Had 0, Had 1, Had 2, Had 3 or more."""
        return [*(f"Had {number}" for number in range(self.target)), f"Had {self.target} or more"]

    @property
    def sentence(self) -> str:
        """The policy as the notes of a workbook print it."""
        kinds = ", ".join(kind.label.lower() for kind in OpportunityKind if kind in self.kinds)
        shortest = "" if self.minimum_hours is None else f"{self.minimum_hours:f}".rstrip("0").rstrip(".")
        hours = f" of at least {shortest} {'hour' if shortest == '1' else 'hours'}" if shortest else ""
        employers = f", with at least {self.different_employers} employers" if self.different_employers > 1 else ""
        return f"Attended places{hours} of these kinds count: {kinds}. The target is {self.target} each{employers}."


def counts(policy: CountingPolicy) -> ColumnElement[bool]:
    """That an opportunity is of a kind and length that counts."""
    of_kind = Opportunity.kind.in_(policy.kinds)
    return of_kind if policy.minimum_hours is None else and_(of_kind, Opportunity.hours >= policy.minimum_hours)


def is_encounter(policy: CountingPolicy) -> ColumnElement[bool]:
    """That an opportunity is a talk, mentoring or the like that the policy does not count: shown on its own."""
    counted = func.coalesce(counts(policy), false())  # a length that is not known compares to nothing
    return and_(Opportunity.kind.in_(ENCOUNTERS), not_(counted))


def in_year(policy: CountingPolicy) -> ColumnElement[bool]:
    """That an opportunity begins within the policy's academic year."""
    begins, ends = policy.academic_year.bounds
    return and_(Opportunity.starts_at >= begins, Opportunity.starts_at < ends)


def happened_by(as_at: date) -> ColumnElement[bool]:
    """That an opportunity had begun by the end of a day in London."""
    return Opportunity.starts_at < start_of_day(date.fromordinal(as_at.toordinal() + 1))


def attended_by(as_at: date) -> ColumnElement[bool]:
    """That a place was attended, in whole or in part, by the end of a day. Only attended places count."""
    return and_(Place.status.in_(CAME), happened_by(as_at))


def booked_at(as_at: date) -> ColumnElement[bool]:
    """That a seat was confirmed but had not been filled by the end of a day.

    A place attended after the day was still only confirmed on it.
    """
    not_yet = and_(Place.status.in_(CAME), ~happened_by(as_at))
    return and_(or_(Place.status == "confirmed", not_yet), Opportunity.status != OpportunityStatus.CANCELLED)
