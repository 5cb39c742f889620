"""On which of its days an opportunity takes place."""

from datetime import date, time

import pytest

from crm.calendars.days import days_of
from crm.opportunities.timing import Timing


def days(first: date, last: date, starts: time = time(9), ends: time = time(16)) -> list[tuple[int, int]]:
    return [(day.month, day.day) for day in days_of(Timing(first, last, starts, ends))]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        pytest.param(date(2026, 11, 25), date(2026, 11, 25), [(11, 25)], id="one day"),
        pytest.param(date(2026, 11, 28), date(2026, 11, 28), [(11, 28)], id="a Saturday alone"),
        pytest.param(date(2026, 11, 26), date(2026, 11, 30), [(11, 26), (11, 27), (11, 30)], id="over a weekend"),
        pytest.param(date(2026, 11, 26), date(2026, 11, 28), [(11, 26), (11, 27), (11, 28)], id="to a Saturday"),
        pytest.param(date(2026, 11, 28), date(2026, 11, 30), [(11, 28), (11, 29), (11, 30)], id="from a Saturday"),
        pytest.param(date(2027, 4, 30), date(2027, 5, 4), [(4, 30), (5, 4)], id="over a bank holiday"),
        pytest.param(date(2027, 5, 3), date(2027, 5, 4), [(5, 3), (5, 4)], id="on a bank holiday on purpose"),
    ],
)
def test_somebody_is_there_on_its_days(first: date, last: date, expected: list[tuple[int, int]]) -> None:
    assert days(first, last) == expected


def test_what_goes_on_through_the_nights_leaves_no_day_out() -> None:
    assert days(date(2027, 4, 30), date(2027, 5, 4), time(16), time(10)) == [(4, 30), (5, 1), (5, 2), (5, 3), (5, 4)]
