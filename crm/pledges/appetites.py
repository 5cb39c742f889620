"""How an employer stands to a year without a number. Callers open the unit of work; nothing here commits."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.core.db import check_version, db
from crm.core.errors import Conflict, EditedMeanwhile
from crm.employers.models import Employer
from crm.pledges.models import Appetite, Attitude, Pledge, PledgeStatus
from crm.reference.academic_years import AcademicYear
from crm.reference.models import DeclineReason

LONGEST_DETAIL = 2000


@dataclass(frozen=True, slots=True)
class AppetiteDetails:
    """What an employer says of a year. A reason is given exactly for `not_this_year`."""

    attitude: Attitude
    reason_id: int | None = None
    detail: str = ""


def appetite_for(employer_id: int, year: AcademicYear) -> Appetite | None:
    """What an employer said of a year last, with its reason. One statement."""
    statement = (
        select(Appetite)
        .where(Appetite.employer_id == employer_id, Appetite.academic_year_name == year.name)
        .options(joinedload(Appetite.reason))
    )
    return db.session.scalars(statement).one_or_none()


def record_appetite(
    employer: Employer,
    year: AcademicYear,
    details: AppetiteDetails,
    *,
    by: User | None,
    on: date,
    seen_version: int | None = None,
) -> Appetite:
    """Write down what an employer says of a year, in place of what it said before.

    Args:
        employer: who says so.
        year: of which year.
        details: what it says.
        by: the officer who heard it; None for the employer itself, by its link.
        on: the day, in London.
        seen_version: of the row when the form was opened, 0 if there was none; None to overwrite whatever is there.

    Raises:
        EditedMeanwhile: somebody else wrote down another word since.
        Conflict: the employer is archived, the reason is lacking or is none of the list, or two wrote at once.
    """
    if employer.is_archived:
        raise Conflict(f"{employer.name} is archived. Bring it back before recording what it says.")
    reason = _reason(details)
    appetite = appetite_for(employer.id, year)
    if seen_version is not None:
        _check(appetite, seen_version)
    if appetite is None:
        appetite = Appetite(employer_id=employer.id, academic_year_name=year.name)
        db.session.add(appetite)
    appetite.attitude, appetite.reason, appetite.detail = details.attitude, reason, details.detail.strip()
    appetite.recorded_on = on
    appetite.recorded_by = by
    name = employer.name  # a flush that fails forgets what was loaded
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(f"Somebody else has just written down what {name} says of {year}.") from error
    return appetite


def keep_no(pledge: Pledge, *, reason_id: int, detail: str, by: User, on: date) -> None:
    """Keep of the year that an employer said no to its pledge, which was loaded with the employer.

    Nothing where a version is in force, since the year has its number, or where the employer is archived.
    """
    in_force = select(Pledge.id).where(
        Pledge.employer_id == pledge.employer_id,
        Pledge.academic_year_name == pledge.academic_year_name,
        Pledge.status == PledgeStatus.CONFIRMED,
    )
    if pledge.employer.is_archived or db.session.scalars(in_force).first() is not None:
        return
    details = AppetiteDetails(Attitude.NOT_THIS_YEAR, reason_id, detail)
    record_appetite(pledge.employer, pledge.academic_year, details, by=by, on=on)


def forget_appetite(appetite: Appetite) -> None:
    """It was written down by mistake. Its history stays."""
    db.session.delete(appetite)
    db.session.flush()


def _check(appetite: Appetite | None, seen_version: int) -> None:
    if appetite is not None:
        check_version(appetite, seen_version)
    elif seen_version:
        raise EditedMeanwhile("Somebody else removed this while you were working on it.")


def _reason(details: AppetiteDetails) -> DeclineReason | None:
    """What was chosen of the list, for a no; what is left over from a no is dropped."""
    if details.attitude is not Attitude.NOT_THIS_YEAR:
        return None
    reason = db.session.get(DeclineReason, details.reason_id) if details.reason_id else None
    if reason is None:
        raise Conflict("Select why not this year.")
    return reason
