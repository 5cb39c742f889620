"""When Northmoor’s schools are open, last year and this one: invented, as English schools have it."""

from collections.abc import Iterator
from datetime import date, timedelta

from crm.reference.academic_years import AcademicYear
from crm.reference.terms import TermDetails, add_term

FRIDAY = 4
TO_MONDAY = timedelta(days=10)  # from the Friday before a week off to the Monday after it
TO_MONDAY_AFTER_EASTER = timedelta(days=17)


def add_terms(today: date) -> None:
    this = AcademicYear.of(today)
    for year in (this.previous, this):
        for details in terms_of(year):
            add_term(details)


def terms_of(year: AcademicYear) -> Iterator[TermDetails]:
    autumn, spring = year.first_day.year, year.last_day.year
    breaks = [_friday(autumn, 10, 23), _friday(spring, 2, 13), _friday(spring, 5, 24)]
    easter = _friday(spring, 3, 28)
    yield TermDetails("Autumn, first half", date(autumn, 9, 2), breaks[0])
    yield TermDetails("Autumn, second half", breaks[0] + TO_MONDAY, _friday(autumn, 12, 20))
    yield TermDetails("Spring, first half", date(spring, 1, 5), breaks[1])
    yield TermDetails("Spring, second half", breaks[1] + TO_MONDAY, easter)
    yield TermDetails("Summer, first half", easter + TO_MONDAY_AFTER_EASTER, breaks[2])
    yield TermDetails("Summer, second half", breaks[2] + TO_MONDAY, _friday(spring, 7, 22))


def _friday(year: int, month: int, day: int) -> date:
    """The last Friday up to a day."""
    latest = date(year, month, day)
    return latest - timedelta(days=(latest.weekday() - FRIDAY) % 7)
