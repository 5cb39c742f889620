"""On which days the meetings of a series fall."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.opportunities.series.rule import HORIZON, MOST_MEETINGS, Closed, OpenDays, Rule, plan
from crm.reference.bank_holidays import bank_holiday
from crm.reference.school_days import SchoolDays

TERMS = SchoolDays(
    [
        (date(2026, 9, 2), date(2026, 10, 23)),
        (date(2026, 11, 2), date(2026, 12, 18)),
        (date(2027, 1, 5), date(2027, 2, 12)),
    ]
)
TUESDAYS = Rule(every_weeks=2, weekday=1, first_on=date(2026, 9, 30), starts=time(15, 30), ends=time(16, 30), times=4)
OPEN = OpenDays(bank_holiday=lambda _day: None, school_days=TERMS)


def test_meetings_fall_on_the_weekday_from_the_first_day_on_in_the_rhythm() -> None:
    found = plan(replace(TUESDAYS, in_term_only=False), OPEN)

    assert found.meetings == [date(2026, 10, 6), date(2026, 10, 20), date(2026, 11, 3), date(2026, 11, 17)]
    assert not found.skipped


def test_a_day_left_out_is_made_up_for_later_in_the_same_rhythm() -> None:
    closed = OpenDays(
        bank_holiday={date(2026, 10, 20): "Trafalgar Day"}.get,
        school_days=TERMS,
        provider="Northmoor High",
        closed=[Closed(date(2026, 11, 16), date(2026, 11, 17), "Staff training")],
    )

    found = plan(replace(TUESDAYS, times=6), closed)

    assert found.meetings == [
        date(2026, 10, 6),
        date(2026, 11, 3),
        date(2026, 12, 1),
        date(2026, 12, 15),
        date(2027, 1, 12),
        date(2027, 1, 26),
    ]
    assert [(each.day, each.why_not) for each in found.skipped] == [
        (date(2026, 10, 20), "Bank holiday: Trafalgar Day"),
        (date(2026, 11, 17), "Northmoor High is closed: Staff training"),
        (date(2026, 12, 29), "Outside term time"),
    ]
    assert not found.is_short


def test_until_a_day_includes_that_day_and_makes_up_for_nothing() -> None:
    found = plan(replace(TUESDAYS, times=None, until=date(2026, 11, 3)), OPEN)

    assert found.meetings[-1] == date(2026, 11, 3)
    assert len(found.days) == 3


def test_term_dates_that_are_not_recorded_keep_no_meeting_from_its_day_and_are_named() -> None:
    found = plan(replace(TUESDAYS, first_on=date(2027, 8, 30), times=2), OPEN)

    assert [each.why_not for each in found.days] == ["Outside term time", "", ""]
    assert found.unknown_years == ["2027/28"]
    assert plan(replace(TUESDAYS, first_on=date(2027, 9, 1), in_term_only=False), OPEN).unknown_years == []


def test_what_cannot_be_found_within_three_years_is_said_to_be_short() -> None:
    never = OpenDays(bank_holiday=lambda _day: "Holiday", school_days=TERMS)

    found = plan(TUESDAYS, never)

    assert found.is_short
    assert not found.meetings
    assert found.days[-1].day <= TUESDAYS.first_on + HORIZON


def test_days_that_have_a_meeting_are_passed_over_without_a_word() -> None:
    found = plan(replace(TUESDAYS, times=1), OPEN, taken=frozenset({date(2026, 10, 6)}))

    assert found.meetings == [date(2026, 10, 20)]
    assert not found.skipped


def test_a_series_goes_on_in_its_rhythm() -> None:
    more = TUESDAYS.going_on_after(date(2026, 11, 3), times=2)

    assert plan(more, OPEN).meetings == [date(2026, 11, 17), date(2026, 12, 1)]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (TUESDAYS, "Every second Tuesday, 3:30pm to 4:30pm, in term time, 4 times"),
        (replace(TUESDAYS, every_weeks=1, times=1, in_term_only=False), "Every Tuesday, 3:30pm to 4:30pm, 1 time"),
        (
            replace(TUESDAYS, every_weeks=3, weekday=4, times=None, until=date(2027, 6, 25)),
            "Every third Friday, 3:30pm to 4:30pm, in term time, until 25 June 2027",
        ),
    ],
)
def test_a_rule_is_said_in_words(rule: Rule, words: str) -> None:
    assert rule.words == words


@given(
    every=st.integers(1, 8),
    weekday=st.integers(0, 6),
    first=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    times=st.integers(1, MOST_MEETINGS),
)
def test_every_planned_day_is_in_the_rhythm_and_no_meeting_is_on_a_bank_holiday_or_outside_term(
    every: int, weekday: int, first: date, times: int
) -> None:
    rule = replace(TUESDAYS, every_weeks=every, weekday=weekday, first_on=first, times=times)
    real = OpenDays(bank_holiday=bank_holiday, school_days=TERMS)

    found = plan(rule, real)

    days = [each.day for each in found.days]
    assert all(later - earlier == timedelta(weeks=every) for earlier, later in pairwise(days))
    assert first <= days[0] < first + timedelta(days=7)
    assert {day.weekday() for day in days} == {weekday}
    assert not [day for day in found.meetings if bank_holiday(day)]
    outside = [day for day in found.meetings if not any(begins <= day <= ends for begins, ends in TERMS.terms)]
    assert all(not real.knows_terms_of(day) for day in outside)
    assert found.is_short or len(found.meetings) == times


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 12, 28), "Boxing Day (substitute day)"),
        (date(2027, 3, 29), "Easter Monday"),
        (date(2027, 5, 3), "May Day"),
        (date(2027, 3, 17), None),  # Northern Ireland's
        (date(2026, 12, 24), None),
    ],
)
def test_bank_holidays_are_englands(day: date, name: str | None) -> None:
    assert bank_holiday(day) == name
