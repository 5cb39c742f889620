"""When two things overlap, and how days are written."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.opportunities.timing import Timing

MONDAY = date(2026, 11, 9)


def timing(first: int, last: int, starts: int, ends: int) -> Timing:
    return Timing(MONDAY + timedelta(days=first), MONDAY + timedelta(days=last), time(starts), time(ends))


@pytest.mark.parametrize(
    ("one", "another", "overlap"),
    [
        (timing(0, 0, 9, 12), timing(0, 0, 11, 13), True),
        (timing(0, 0, 9, 12), timing(0, 0, 12, 13), False),
        (timing(0, 0, 9, 12), timing(1, 1, 9, 12), False),
        (timing(0, 4, 9, 16), timing(2, 2, 10, 11), True),
        (timing(0, 4, 9, 16), timing(2, 2, 18, 20), False),
        (timing(0, 4, 14, 11), timing(2, 2, 18, 20), True),
        (timing(0, 4, 14, 11), timing(4, 4, 12, 13), False),
    ],
)
def test_two_things_overlap_when_somebody_would_have_to_be_in_both(one: Timing, another: Timing, overlap: bool) -> None:
    assert one.overlaps(another) is overlap
    assert another.overlaps(one) is overlap


HOURS = st.integers(0, 22)


@st.composite
def timings(draw: st.DrawFn) -> Timing:
    first, days, starts = draw(st.integers(0, 6)), draw(st.integers(0, 6)), draw(HOURS)
    return timing(first, first + days, starts, draw(st.integers(starts + 1, 23)))


@given(one=timings(), another=timings())
def test_they_overlap_exactly_when_they_share_an_hour_of_a_day(one: Timing, another: Timing) -> None:
    def hours(of: Timing) -> set[tuple[date, int]]:
        days = range((of.last_day - of.first_day).days + 1)
        return {
            (of.first_day + timedelta(days=day), hour) for day in days for hour in range(of.starts.hour, of.ends.hour)
        }

    assert one.overlaps(another) is bool(hours(one) & hours(another))


def test_a_timing_survives_being_stored_across_the_clock_change() -> None:
    when = Timing(date(2027, 3, 26), date(2027, 3, 29), time(9), time(15, 30))

    assert Timing.between(when.starts_at, when.ends_at) == when
    assert when.hours is None
    assert timing(0, 0, 9, 12).hours == Decimal("3.00")


@pytest.mark.parametrize(
    ("first", "last", "days", "short"),
    [
        (date(2026, 11, 9), date(2026, 11, 9), "9 November 2026", "9 Nov 2026"),
        (date(2026, 11, 9), date(2026, 11, 13), "9 to 13 November 2026", "9 to 13 Nov 2026"),
        (date(2026, 9, 28), date(2026, 10, 2), "28 September to 2 October 2026", "28 Sept to 2 Oct 2026"),
        (date(2026, 12, 29), date(2027, 1, 2), "29 December 2026 to 2 January 2027", "29 Dec 2026 to 2 Jan 2027"),
    ],
)
def test_month_and_year_are_said_once(first: date, last: date, days: str, short: str) -> None:
    when = Timing(first, last, time(9, 30), time(12))

    assert (when.days, when.short_days, when.times) == (days, short, "9:30am to midday")
