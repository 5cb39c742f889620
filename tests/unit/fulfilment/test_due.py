"""How much of a line is due by a day, for each delivery profile."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.fulfilment.due import counts_school_days, due_by
from crm.pledges.kinds import DeliveryProfile
from crm.pledges.models import PledgeLine
from crm.reference.school_days import SchoolDays

OPENS = date(2026, 9, 1)  # a Tuesday
DAY = timedelta(days=1)
NOTHING_KNOWN = SchoolDays()
# Ten school days in September, then ten in the following June.
TWO_FORTNIGHTS = SchoolDays([(date(2026, 9, 7), date(2026, 9, 18)), (date(2027, 6, 7), date(2027, 6, 18))])


def line(
    young_people: int | None = 10,
    each: int = 1,
    days: int = 100,
    profile: DeliveryProfile = DeliveryProfile.TERM_TIME,
    due_after: int | None = None,
) -> PledgeLine:
    return PledgeLine(
        young_people=young_people,
        each=each,
        window_starts_on=OPENS,
        window_ends_on=OPENS + timedelta(days=days - 1),
        profile=profile,
        due_on=None if due_after is None else OPENS + timedelta(days=due_after),
    )


def test_evenly_goes_by_all_days_of_the_window() -> None:
    promise = line(30, profile=DeliveryProfile.EVENLY)

    assert due_by(promise, OPENS - DAY, TWO_FORTNIGHTS) == 0
    assert due_by(promise, OPENS + timedelta(days=49), TWO_FORTNIGHTS) == 15
    assert due_by(promise, OPENS + timedelta(days=99), TWO_FORTNIGHTS) == 30
    assert due_by(promise, OPENS + timedelta(days=400), TWO_FORTNIGHTS) == 30


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 9, 6), 0),
        (date(2026, 9, 11), 5),  # Friday of the first week
        (date(2026, 9, 13), 5),  # the weekend adds nothing
        (date(2026, 9, 18), 10),
        (date(2027, 6, 6), 10),  # nor does the time between the terms
        (date(2027, 6, 18), 20),
        (date(2027, 8, 31), 20),
    ],
)
def test_term_time_goes_by_the_school_days_that_have_passed(day: date, due: int) -> None:
    assert due_by(line(20, days=365), day, TWO_FORTNIGHTS) == due


def test_where_no_school_day_of_the_window_is_known_all_its_days_count() -> None:
    in_summer = line(30)
    elsewhere = SchoolDays([(date(2025, 9, 1), date(2026, 7, 20))])

    assert not counts_school_days(in_summer, elsewhere)
    assert due_by(in_summer, OPENS + timedelta(days=49), elsewhere) == 15
    assert due_by(in_summer, OPENS + timedelta(days=49), NOTHING_KNOWN) == 15


def test_by_a_date_nothing_is_due_before_it_and_everything_from_it_on() -> None:
    promise = line(10, 3, profile=DeliveryProfile.BY_DATE, due_after=60)

    assert due_by(promise, OPENS + timedelta(days=59), TWO_FORTNIGHTS) == 0
    assert due_by(promise, OPENS + timedelta(days=60), TWO_FORTNIGHTS) == 30


def test_a_line_whose_number_is_not_known_promises_nothing() -> None:
    assert due_by(line(None, 3), OPENS + timedelta(days=200), NOTHING_KNOWN) == 0


@st.composite
def some_school_days(draw: st.DrawFn) -> SchoolDays:
    """Up to four terms anywhere about the window, one after the other."""
    terms, day = [], OPENS + timedelta(days=draw(st.integers(-60, 100)))
    for _ in range(draw(st.integers(0, 4))):
        last = day + timedelta(days=draw(st.integers(0, 90)))
        terms.append((day, last))
        day = last + timedelta(days=draw(st.integers(1, 40)))
    return SchoolDays(terms)


@st.composite
def some_line(draw: st.DrawFn) -> PledgeLine:
    days = draw(st.integers(1, 365))
    profile = draw(st.sampled_from(DeliveryProfile))
    due_after = draw(st.integers(0, days - 1)) if profile is DeliveryProfile.BY_DATE else None
    return line(draw(st.integers(1, 500)), draw(st.integers(1, 10)), days, profile, due_after)


@given(promise=some_line(), school_days=some_school_days(), first=st.integers(-50, 450), later=st.integers(0, 100))
def test_what_is_due_only_grows_and_never_exceeds_the_promise(
    promise: PledgeLine, school_days: SchoolDays, first: int, later: int
) -> None:
    before = due_by(promise, OPENS + timedelta(days=first), school_days)
    after = due_by(promise, OPENS + timedelta(days=first + later), school_days)

    assert 0 <= before <= after <= promise.promised


@given(promise=some_line(), school_days=some_school_days(), outside=st.integers(0, 300))
def test_nothing_is_due_before_the_window_and_everything_at_its_end(
    promise: PledgeLine, school_days: SchoolDays, outside: int
) -> None:
    away = timedelta(days=outside)

    assert due_by(promise, OPENS - DAY - away, school_days) == 0
    assert due_by(promise, promise.window_ends_on + away, school_days) == promise.promised


@given(
    term=st.integers(0, 90),
    first=st.integers(-60, 120),
    last=st.integers(-60, 120),
)
def test_school_days_are_the_weekdays_that_lie_in_a_term(term: int, first: int, last: int) -> None:
    begins, ends = OPENS, OPENS + timedelta(days=term)
    asked_first, asked_last = OPENS + timedelta(days=first), OPENS + timedelta(days=last)
    one_by_one = sum(
        (asked_first + each * DAY).weekday() < 5 and begins <= asked_first + each * DAY <= ends
        for each in range((asked_last - asked_first).days + 1)
    )

    assert SchoolDays([(begins, ends)]).between(asked_first, asked_last) == one_by_one
