"""What the workbook says about an employer beside its figures."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from crm.core.db import db
from crm.employers.models import Employer


@dataclass(frozen=True, slots=True)
class EmployerFacts:
    """Words for a row of the workbook; empty where nothing is known."""

    size_band: str
    sectors: str
    area: str
    owner: str


def employer_facts(employer_ids: set[int]) -> Mapping[int, EmployerFacts]:
    """Size band, sectors, area and owner, by employer id. Two statements."""
    statement = (
        select(Employer)
        .where(Employer.id.in_(employer_ids))
        .options(
            joinedload(Employer.size_band),
            joinedload(Employer.area),
            joinedload(Employer.owner),
            selectinload(Employer.sectors),
        )
    )
    return {
        employer.id: EmployerFacts(
            size_band=employer.size_band.name if employer.size_band else "Not known",
            sectors=", ".join(sector.name for sector in employer.sectors),
            area=employer.area.name if employer.area else "",
            owner=employer.owner.name if employer.owner else "",
        )
        for employer in db.session.scalars(statement)
    }
