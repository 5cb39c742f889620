"""What one page of the calendar covers."""

from datetime import date

import pytest

from crm.calendars.periods import EARLIEST, LATEST, Period, View

NOVEMBER = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("view", "first", "last", "title"),
    [
        (View.MONTH, date(2026, 10, 26), date(2026, 12, 6), "November 2026"),
        (View.WEEK, date(2026, 11, 23), date(2026, 11, 29), "23 to 29 November 2026"),
        (View.LIST, date(2026, 11, 25), date(2026, 12, 22), "25 November to 22 December 2026"),
    ],
)
def test_a_page_has_whole_weeks_or_begins_with_its_day(view: View, first: date, last: date, title: str) -> None:
    period = Period.around(NOVEMBER, view)

    assert (period.first_day, period.last_day, period.title) == (first, last, title)
    assert (period.days[0], period.days[-1]) == (first, last)


@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize("day", [date(2027, 1, 31), date(2027, 2, 28), date(2026, 12, 31), date(2028, 2, 29)])
def test_the_page_after_the_page_before_is_the_same_page(view: View, day: date) -> None:
    here = Period.around(day, view)
    assert here.previous
    assert here.next

    assert Period.around(here.previous, view).next == (here.month or here.first_day)
    assert Period.around(Period.around(here.next, view).previous or day, view) == here


@pytest.mark.parametrize("view", list(View))
def test_there_is_nothing_before_the_beginning_and_after_the_end(view: View) -> None:
    assert Period.around(EARLIEST, view).previous is None
    assert Period.around(LATEST, view).next is None
    assert Period.around(date(1, 1, 1), view).holds(EARLIEST)
    assert Period.around(date(9999, 12, 31), view).holds(LATEST)


def test_a_month_is_about_its_own_days_only() -> None:
    november = Period.around(NOVEMBER, View.MONTH)

    assert november.holds(date(2026, 11, 1))
    assert not november.holds(date(2026, 12, 1))
    assert not november.holds(date(2027, 11, 1))
