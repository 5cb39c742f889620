"""What describes opportunities, for lists of many: their lists in words, their parts counted, and what narrows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.sql.functions import aggregate_strings

from crm.opportunities.models import Opportunity
from crm.opportunities.particulars import (
    OF_ENCOUNTERS,
    OF_EXPERIENCES,
    Meaning,
    OpportunityPart,
    OpportunitySector,
    OpportunityYearGroup,
    Programme,
)
from crm.pledges.kinds import EXPERIENCES
from crm.providers.models import YearGroup
from crm.reference.models import Sector

SEPARATOR = "\n"  # in no name and no code


@dataclass(frozen=True, slots=True)
class WantedParticulars:
    """What a list is narrowed to by what describes opportunities; None and empty leave everything."""

    programmes: Sequence[Programme] = ()
    sector_id: int | None = None
    year_group: YearGroup | None = None  # those for it, and those for all
    meaning: Meaning | None = None
    only_exempt: bool = False


EVERYTHING = WantedParticulars()


def described() -> Sequence[ColumnElement[Any]]:
    """Year group codes and sector names, each by SEPARATOR in no order; parts it has; parts it lacks."""
    groups = select(aggregate_strings(OpportunityYearGroup.year_group, SEPARATOR)).where(
        OpportunityYearGroup.opportunity_id == Opportunity.id
    )
    sectors = (
        select(aggregate_strings(Sector.name, SEPARATOR))
        .join(OpportunitySector, OpportunitySector.sector_id == Sector.id)
        .where(OpportunitySector.opportunity_id == Opportunity.id)
    )
    return [
        groups.correlate(Opportunity).scalar_subquery(),
        sectors.correlate(Opportunity).scalar_subquery(),
        _parts(present=True),
        _parts(present=False),
    ]


def conditions_on(wanted: WantedParticulars) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.programmes:
        conditions.append(Opportunity.programme.in_(wanted.programmes))
    if wanted.sector_id is not None:
        its_sectors = exists().where(OpportunitySector.opportunity_id == Opportunity.id)
        conditions.append(its_sectors.where(OpportunitySector.sector_id == wanted.sector_id).correlate(Opportunity))
    if wanted.year_group is not None:
        any_group = exists().where(OpportunityYearGroup.opportunity_id == Opportunity.id)
        its_group = any_group.where(OpportunityYearGroup.year_group == wanted.year_group)
        conditions.append(or_(~any_group.correlate(Opportunity), its_group.correlate(Opportunity)))
    if wanted.meaning is not None:
        conditions.append(_means(wanted.meaning))
    if wanted.only_exempt:
        conditions.append(or_(Opportunity.exempt_reason.is_not(None), Opportunity.block_reason.is_not(None)))
    return conditions


def _means(meaning: Meaning) -> ColumnElement[bool]:
    lacks = _parts(present=False) > 0
    asked = case((Opportunity.kind.in_(EXPERIENCES), len(OF_EXPERIENCES)), else_=len(OF_ENCOUNTERS))
    has_all = _parts(present=True) >= asked
    if meaning is Meaning.NO:
        return lacks
    return and_(~lacks, has_all if meaning is Meaning.YES else ~has_all)


def _parts(*, present: bool) -> ColumnElement[int]:
    """How many of the parts its kind is asked about are known to be there, or known to be missing."""
    counted = select(func.count(OpportunityPart.id)).where(
        OpportunityPart.opportunity_id == Opportunity.id,
        OpportunityPart.present.is_(present),
        or_(Opportunity.kind.in_(EXPERIENCES), OpportunityPart.part.in_(OF_ENCOUNTERS)),
    )
    return counted.correlate(Opportunity).scalar_subquery()
