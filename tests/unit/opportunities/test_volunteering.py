"""On how many days of any 30 somebody is with young people."""

from datetime import date, time, timedelta

import pytest

from crm.opportunities.timing import Timing
from crm.opportunities.volunteering import days_of, days_with_children

A_MONDAY = date(2026, 11, 9)


def on(offset: int, lasting: int = 1, *, starts: time = time(10), ends: time = time(11)) -> Timing:
    """So many days after A_MONDAY."""
    first = A_MONDAY + timedelta(days=offset)
    return Timing(first, first + timedelta(days=lasting - 1), starts, ends)


@pytest.mark.parametrize(
    ("others", "count", "prompted"),
    [
        ([], 1, False),
        ([on(7), on(14)], 3, False),
        ([on(7), on(14), on(21)], 4, True),
        ([on(-29), on(-28), on(-27)], 4, True),
        ([on(-30), on(-29), on(-28)], 3, False),
        ([on(-20), on(-10), on(20)], 3, False),
        ([on(29), on(28), on(27)], 4, True),
        ([on(0), on(0), on(0)], 1, False),
        ([on(31), on(32), on(33), on(34)], 1, False),
    ],
)
def test_the_fourth_day_in_any_30_is_prompted(others: list[Timing], count: int, prompted: bool) -> None:
    found = days_with_children(on(0), others)

    assert (found.count, found.is_prompted) == (count, prompted)


def test_the_busiest_30_days_are_named() -> None:
    found = days_with_children(on(0), [on(-7), on(3), on(40)])

    assert (found.first_day, found.last_day) == (A_MONDAY - timedelta(days=7), A_MONDAY + timedelta(days=3))


def test_weekends_between_the_first_day_and_the_last_are_left_out() -> None:
    assert len(list(days_of(on(0, 14)))) == 11  # a fortnight that ends on a Sunday: that one counts
    assert len(list(days_of(on(5)))) == 1  # a Saturday


def test_one_night_is_prompted() -> None:
    residential = on(0, 2, starts=time(14), ends=time(12))

    assert days_with_children(residential, []).is_prompted
    assert not days_with_children(on(0, 2), []).is_prompted
