"""The lists of an opportunity: its sectors, skills, year groups and meaningful parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from crm.core import clock
from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.opportunities.particulars import OpportunityPart, OpportunityYearGroup, Part, parts_of
from crm.providers.models import YearGroup
from crm.reference.models import Sector
from crm.skills.models import Skill


@dataclass(frozen=True, slots=True)
class Lists:
    """What an opportunity has several of."""

    sector_ids: frozenset[int] = frozenset()
    skill_ids: frozenset[int] = frozenset()
    year_groups: frozenset[YearGroup] = frozenset()  # none: all
    parts: Mapping[Part, bool] = field(default_factory=dict)  # whether it has them; not known of those left out


def set_lists(opportunity: Opportunity, lists: Lists) -> None:
    """Write what changed. Its kind must be set: parts that this kind is not asked about are left out."""
    changed = [
        _set_sectors(opportunity, lists),
        _set_skills(opportunity, lists),
        _set_year_groups(opportunity, lists),
        _set_parts(opportunity, lists.parts),
    ]
    if any(changed):
        opportunity.updated_at = clock.now()  # a list is not a column: without this the version would stay


def say_parts(opportunity: Opportunity, parts: Mapping[Part, bool], *, seen_version: int | None) -> None:
    """Say what makes it meaningful and what it lacks. Its parts must be loaded; those left out are not known.

    Raises:
        EditedMeanwhile: the opportunity is no longer at the version that was seen when the form was opened.
        Conflict: it was cancelled.
    """
    check_version(opportunity, seen_version)
    if opportunity.status is OpportunityStatus.CANCELLED:
        raise Conflict("This opportunity was cancelled, so it cannot be changed.")
    if _set_parts(opportunity, parts):
        opportunity.updated_at = clock.now()
    db.session.flush()


def _set_sectors(opportunity: Opportunity, lists: Lists) -> bool:
    if {each.id for each in opportunity.sectors} == lists.sector_ids:
        return False
    chosen = select(Sector).where(Sector.id.in_(lists.sector_ids)).order_by(Sector.position, Sector.id)
    opportunity.sectors = list(db.session.scalars(chosen))
    return True


def _set_skills(opportunity: Opportunity, lists: Lists) -> bool:
    if {each.id for each in opportunity.skills} == lists.skill_ids:
        return False
    chosen = select(Skill).where(Skill.id.in_(lists.skill_ids)).order_by(Skill.name, Skill.id)
    opportunity.skills = list(db.session.scalars(chosen))
    return True


def _set_year_groups(opportunity: Opportunity, lists: Lists) -> bool:
    if {each.year_group for each in opportunity.year_groups} == lists.year_groups:
        return False
    kept = {each.year_group: each for each in opportunity.year_groups}
    chosen = sorted(lists.year_groups, key=lambda each: each.position)
    opportunity.year_groups = [kept.get(each) or OpportunityYearGroup(year_group=each) for each in chosen]
    return True


def _set_parts(opportunity: Opportunity, parts: Mapping[Part, bool]) -> bool:
    said = {part: parts[part] for part in parts_of(opportunity.kind) if part in parts}
    kept = {each.part: each for each in opportunity.parts}
    if {part: row.present for part, row in kept.items()} == said:
        return False
    for part, row in kept.items():
        row.present = said.get(part, row.present)
    opportunity.parts = [kept.get(part) or OpportunityPart(part=part, present=has) for part, has in said.items()]
    return True
