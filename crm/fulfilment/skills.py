"""Which of the agreed skills are practised, and by how many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, case, func, select

from crm.core.db import db
from crm.fulfilment.counting import attended_by, happened_by
from crm.opportunities.models import ONGOING, Opportunity, OpportunityStatus, Place
from crm.opportunities.particulars import OpportunitySkill
from crm.reference.academic_years import AcademicYear
from crm.skills.queries import offered_skills


@dataclass(frozen=True, slots=True)
class SkillCoverage:
    """One skill in an academic year."""

    skill_id: int
    name: str
    to_come: int = 0  # opportunities that are not cancelled and had not begun
    taken_place: int = 0  # opportunities that had begun
    attended: int = 0  # places; one for each young person each time, headcounts included
    young_people: int = 0  # those known by a reference, each once

    @property
    def is_practised(self) -> bool:
        return bool(self.to_come or self.taken_place)


def skills_coverage(year: AcademicYear, as_at: date) -> Sequence[SkillCoverage]:
    """Each skill in force, in its order, and what the opportunities of a year that are ticked for it came to.

    Definition: an opportunity practises the skills it is ticked for; it belongs to the academic year it begins in. It
    is to come until the end of the day before it begins and unless it is cancelled or delivered. An attended place
    counts once for every skill of its opportunity, so the places of several skills do not add up. Three statements.
    """
    opportunities, places = _opportunities(year, as_at), _places(year, as_at)
    return [
        SkillCoverage(skill_id, name, *opportunities.get(skill_id, (0, 0)), *places.get(skill_id, (0, 0)))
        for skill_id, name in offered_skills()
    ]


def without_skills(year: AcademicYear) -> int:
    """How many opportunities of a year that are not cancelled are ticked for no skill. One statement."""
    begins, ends = year.bounds
    statement = select(func.count(Opportunity.id)).where(
        Opportunity.starts_at >= begins,
        Opportunity.starts_at < ends,
        Opportunity.status != OpportunityStatus.CANCELLED,
        Opportunity.id.not_in(select(OpportunitySkill.opportunity_id)),
    )
    return db.session.scalar(statement) or 0


def _opportunities(year: AcademicYear, as_at: date) -> dict[int, tuple[int, int]]:
    begins, ends = year.bounds
    begun = happened_by(as_at)
    to_come = and_(~begun, Opportunity.status.in_(ONGOING))
    taken_place = and_(begun, Opportunity.status.in_((OpportunityStatus.OPEN, OpportunityStatus.DELIVERED)))
    statement = (
        select(
            OpportunitySkill.skill_id,
            func.sum(case((to_come, 1), else_=0)),
            func.sum(case((taken_place, 1), else_=0)),
        )
        .join(Opportunity, Opportunity.id == OpportunitySkill.opportunity_id)
        .where(Opportunity.starts_at >= begins, Opportunity.starts_at < ends)
        .group_by(OpportunitySkill.skill_id)
    )
    return {skill_id: (coming, been) for skill_id, coming, been in db.session.execute(statement)}


def _places(year: AcademicYear, as_at: date) -> dict[int, tuple[int, int]]:
    begins, ends = year.bounds
    statement = (
        select(OpportunitySkill.skill_id, func.sum(Place.came), func.count(Place.young_person_id.distinct()))
        .join(Opportunity, Opportunity.id == OpportunitySkill.opportunity_id)
        .join(Place, Place.opportunity_id == Opportunity.id)
        .where(attended_by(as_at), Opportunity.starts_at >= begins, Opportunity.starts_at < ends)
        .group_by(OpportunitySkill.skill_id)
    )
    return {skill_id: (came or 0, people) for skill_id, came, people in db.session.execute(statement)}
