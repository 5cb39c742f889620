"""Which employers are engaged, defined once, and whose voice a group lacks beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, case, func, or_, select, union

from crm.core.clock import start_of_day
from crm.core.db import db
from crm.core.formatting import percentage
from crm.employers.models import Employer
from crm.groups.models import Membership
from crm.groups.queries import member_on
from crm.interactions.models import Interaction
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.pledges.models import Pledge, PledgeStatus
from crm.reference.academic_years import AcademicYear
from crm.reference.models import SizeBand
from crm.reference.queries import entries

DEFINITION = (
    "Engaged: in the 12 months to the day somebody there was heard, not only written to, or an opportunity of theirs "
    "was delivered; or their pledge for the academic year is in force. Archived employers are left out."
)
NOT_KNOWN = "Not known"
GAP = 0.1  # of a share, from which on a size is called missing


@dataclass(frozen=True, slots=True)
class Voice:
    """Employers of one size: how many are engaged, how many sit in a group, and how many of each there are in all."""

    name: str
    description: str  # of the size band: "micro"
    engaged: int
    members: int
    all_engaged: int
    all_members: int

    @property
    def share_of_engaged(self) -> float | None:
        return self.engaged / self.all_engaged if self.all_engaged else None

    @property
    def share_of_members(self) -> float | None:
        return self.members / self.all_members if self.all_members else None

    @property
    def gap(self) -> float:
        """How much larger the share of the engaged is than that of the members, from -1 to 1. No member: no share."""
        return (self.share_of_engaged or 0) - (self.share_of_members or 0)

    @property
    def is_missing(self) -> bool:
        return self.name != NOT_KNOWN and self.engaged > 0 and self.gap >= GAP

    @property
    def sentence(self) -> str:
        """How the two compare, as a person would say it."""
        seats = "seat" if self.all_members == 1 else "seats"
        held = f"{self.members or 'none'} of the {self.all_members} {seats} taken"
        return f"{self._whom} are {percentage(self.share_of_engaged)} of engaged employers and hold {held}."

    @property
    def _whom(self) -> str:
        if not self.description:
            return f"Employers with {self.name} employees"
        if self.description.startswith("no "):
            return f"Employers with {self.description}"
        return f"{self.description.capitalize()} employers ({self.name})"


def engaged(as_at: date) -> Select[int]:
    """The ids of the employers engaged at the end of a day in London, as `DEFINITION` says it."""
    since = as_at - timedelta(days=365)
    year = AcademicYear.of(as_at)
    found = union(
        select(Interaction.employer_id).where(
            Interaction.happened_on > since, Interaction.happened_on <= as_at, Interaction.reached
        ),
        select(Opportunity.employer_id).where(
            Opportunity.status == OpportunityStatus.DELIVERED,
            Opportunity.starts_at >= start_of_day(since + timedelta(days=1)),
            Opportunity.starts_at < start_of_day(as_at + timedelta(days=1)),
        ),
        select(Pledge.employer_id).where(
            Pledge.academic_year_name == year.name,
            Pledge.status == PledgeStatus.CONFIRMED,
            Pledge.confirmed_on <= as_at,
        ),
    ).subquery("engaged")
    return select(Employer.id).where(Employer.id.in_(select(found)), Employer.archived_at.is_(None))


def voices(as_at: date, *, group_id: int | None = None) -> Sequence[Voice]:
    """Engaged employers and members of a group by size band, in the bands' order, those of unknown size last.

    Without a group: members of any group, each employer once. Sizes without either are in it. Two statements.
    """
    members = select(Membership.employer_id).where(member_on(as_at))
    if group_id is not None:
        members = members.where(Membership.group_id == group_id)
    is_engaged, is_member = Employer.id.in_(engaged(as_at)), Employer.id.in_(members)
    statement = (
        select(Employer.size_band_id, _sum(is_engaged), _sum(is_member))
        .where(or_(is_engaged, is_member))
        .group_by(Employer.size_band_id)
    )
    found = {band: (ours, theirs) for band, ours, theirs in db.session.execute(statement)}
    all_engaged, all_members = (sum(counts[number] for counts in found.values()) for number in (0, 1))
    sizes = [*((band.id, band.name, band.description) for band in entries(SizeBand)), (None, NOT_KNOWN, "")]
    return [Voice(name, text, *found.get(band, (0, 0)), all_engaged, all_members) for band, name, text in sizes]


def missing(found: Sequence[Voice]) -> Sequence[Voice]:
    """The sizes whose voice a group lacks, the widest gap first."""
    return sorted((each for each in found if each.is_missing), key=lambda each: -each.gap)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
