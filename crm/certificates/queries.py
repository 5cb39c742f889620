"""What a certificate says, from a confirmed pledge and what came of it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.fulfilment.progress import pledge_progress
from crm.pledges.models import Pledge, PledgeStatus
from crm.pledges.queries import lines_in_full
from crm.pledges.wording import line_sentence
from crm.reference.academic_years import AcademicYear
from crm.reference.settings import settings


@dataclass(frozen=True, slots=True)
class Certificate:
    """Everything a certificate says. Rendering needs nothing else."""

    employer: str
    year: str  # 2026/27
    promises: tuple[str, ...]  # a sentence each
    attended: int  # places, by the end of `as_at`
    council: str
    as_at: date  # in London

    @property
    def so_far(self) -> str:
        """What was attended, as a sentence; nothing while there is nothing to be proud of."""
        if not self.attended:
            return ""
        places = "1 place" if self.attended == 1 else f"{self.attended:,} places"
        return f"{places} taken up by {self.as_at.day} {self.as_at:%B %Y}."


def certificate_of(employer_id: int, year: AcademicYear, as_at: date) -> Certificate | None:
    """The certificate of an employer for a year; None without a confirmed pledge."""
    statement = (
        select(Pledge)
        .where(
            Pledge.employer_id == employer_id,
            Pledge.academic_year_name == year.name,
            Pledge.status == PledgeStatus.CONFIRMED,
        )
        .options(joinedload(Pledge.employer), *lines_in_full())
    )
    pledge = db.session.scalars(statement).unique().one_or_none()
    return certificate_for(pledge, as_at) if pledge else None


def certificate_for(pledge: Pledge, as_at: date) -> Certificate | None:
    """The certificate of a pledge, loaded with its employer and its lines in full; None unless it is confirmed."""
    if pledge.status is not PledgeStatus.CONFIRMED:
        return None
    return Certificate(
        employer=pledge.employer.name,
        year=pledge.academic_year.name,
        promises=tuple(line_sentence(line) for line in pledge.lines),
        attended=pledge_progress([pledge], as_at)[pledge.id].attended,
        council=settings()["council_name"],
        as_at=as_at,
    )
