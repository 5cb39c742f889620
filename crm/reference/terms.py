"""Term dates, kept by an administrator. Callers open the unit of work; nothing here commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from crm.core.db import check_version, db
from crm.core.errors import Conflict, NotFound
from crm.core.formatting import long_date
from crm.reference.academic_years import AcademicYear
from crm.reference.models import Term
from crm.reference.school_days import SchoolDays


@dataclass(frozen=True, slots=True)
class TermDetails:
    name: str
    first_day: date
    last_day: date


def all_terms() -> Sequence[Term]:
    """Every term, oldest first. One statement."""
    return db.session.scalars(select(Term).order_by(Term.first_day, Term.id)).all()


def get_term(term_id: int) -> Term:
    """Raises NotFound."""
    term = db.session.get(Term, term_id)
    if term is None:
        raise NotFound("We could not find that term.")
    return term


def school_days() -> SchoolDays:
    """The school days of every year whose terms are known. One statement."""
    rows = db.session.execute(select(Term.first_day, Term.last_day).order_by(Term.first_day, Term.id))
    return SchoolDays([(first, last) for first, last in rows])


def add_term(details: TermDetails) -> Term:
    """Raises Conflict if its days are in no one academic year, or overlap another term."""
    term = Term(**_values(details))
    db.session.add(term)
    _flush()
    return term


def change_term(term: Term, details: TermDetails, *, version: int | None) -> None:
    """Give a term another name or other days; what is due by now is counted by them at once.

    Raises:
        EditedMeanwhile: somebody else saved it since.
        Conflict: its days are in no one academic year, or overlap another term.
    """
    check_version(term, version)
    for name, value in _values(details, besides=term.id).items():
        setattr(term, name, value)
    _flush()


def remove_term(term: Term) -> None:
    db.session.delete(term)
    db.session.flush()


def _values(details: TermDetails, *, besides: int | None = None) -> dict[str, object]:
    year = AcademicYear.of(details.first_day)
    if details.last_day < details.first_day:
        raise Conflict("The last day of a term must not be before its first day.")
    if details.last_day not in year:
        raise Conflict("A term must lie inside one academic year, from 1 September to 31 August.")
    other = _overlapping(details, besides)
    if other is not None:
        raise Conflict(
            f"This overlaps {other.name}, {long_date(other.first_day)} to {long_date(other.last_day)}. "
            "Change the dates so that no day is in two terms."
        )
    return {
        "academic_year_name": year.name,
        "name": details.name,
        "first_day": details.first_day,
        "last_day": details.last_day,
    }


def _overlapping(details: TermDetails, besides: int | None) -> Term | None:
    statement = select(Term).where(
        Term.first_day <= details.last_day, Term.last_day >= details.first_day, Term.id != (besides or 0)
    )
    return db.session.scalars(statement.order_by(Term.first_day, Term.id).limit(1)).first()


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("Somebody else saved a term of these days a moment ago. Open the list again.") from error
