"""Deciding what counts. Callers open the unit of work; nothing here commits."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import EditedMeanwhile
from crm.counting.models import CountedKind, CountingPolicyVersion
from crm.reference.academic_years import AcademicYear
from crm.reference.kinds import OpportunityKind

FIRST = 1  # the version that every year begins with, which is in no table
MEANWHILE = "Somebody else published a version while you were working on yours."


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDetails:
    """What counts towards the three."""

    kinds: frozenset[OpportunityKind]
    target: int
    different_employers: int
    minimum_hours: Decimal | None = None
    note: str = ""


def publish_policy(
    year: AcademicYear, details: PolicyDetails, *, seen: int, by: User, at: datetime
) -> CountingPolicyVersion:
    """Make the next version of a year's policy. Figures of the year are counted by it from now on.

    Args:
        year: of which year.
        details: what counts. At least one kind; no more employers than places.
        seen: the number of that year's latest version when the form was opened; 1 if it has none of its own.
        by: who publishes it.
        at: the moment.

    Raises EditedMeanwhile if somebody else published one since.
    """
    latest = select(func.max(CountingPolicyVersion.number)).where(CountingPolicyVersion.academic_year_name == year.name)
    if (db.session.scalar(latest) or FIRST) != seen:
        raise EditedMeanwhile(MEANWHILE)
    version = CountingPolicyVersion(
        academic_year_name=year.name,
        number=seen + 1,
        minimum_hours=details.minimum_hours,
        target=details.target,
        different_employers=details.different_employers,
        note=details.note,
        published_at=at,
        published_by_id=by.id,
        kinds=[CountedKind(kind=kind) for kind in OpportunityKind if kind in details.kinds],
    )
    db.session.add(version)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise EditedMeanwhile(MEANWHILE) from error
    return version
