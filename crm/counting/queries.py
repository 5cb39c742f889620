"""Which versions there are."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from crm.core.db import db
from crm.counting.models import CountingPolicyVersion
from crm.reference.academic_years import AcademicYear


def latest_for(year: AcademicYear) -> CountingPolicyVersion | None:
    """The version in force for a year, kinds loaded; None where the council decided nothing of its own.

    What was decided for an earlier year goes on until something else is. Two statements, one where there is none.
    """
    statement = (
        select(CountingPolicyVersion)
        .where(CountingPolicyVersion.academic_year_name <= year.name)
        .order_by(CountingPolicyVersion.academic_year_name.desc(), CountingPolicyVersion.number.desc())
        .limit(1)
        .options(selectinload(CountingPolicyVersion.kinds))
    )
    return db.session.scalars(statement).one_or_none()


def versions() -> Sequence[CountingPolicyVersion]:
    """Every version in full, of the latest year and then the latest first. Two statements."""
    statement = (
        select(CountingPolicyVersion)
        .order_by(CountingPolicyVersion.academic_year_name.desc(), CountingPolicyVersion.number.desc())
        .options(selectinload(CountingPolicyVersion.kinds), joinedload(CountingPolicyVersion.published_by))
    )
    return db.session.scalars(statement).all()
