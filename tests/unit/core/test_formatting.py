"""Dates, numbers and words as the council writes them."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from crm.core import formatting

TODAY = date(2026, 11, 24)


def test_dates_are_written_without_leading_zeros() -> None:
    assert formatting.long_date(date(2026, 11, 2)) == "2 November 2026"
    assert formatting.short_date(date(2026, 11, 2)) == "2 Nov 2026"
    assert formatting.short_date(date(2026, 9, 2)) == "2 Sept 2026"
    assert formatting.weekday_date(date(2026, 11, 2)) == "Monday 2 November 2026"


def test_an_instant_is_told_in_london() -> None:
    late_on_a_summer_evening = datetime(2027, 6, 30, 23, 5, tzinfo=UTC)

    assert formatting.long_date(late_on_a_summer_evening) == "1 July 2027"
    assert formatting.date_time(late_on_a_summer_evening) == "1 July 2027 at 12:05am"


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (time(9), "9am"),
        (time(9, 5), "9:05am"),
        (time(12), "midday"),
        (time(0), "midnight"),
        (time(12, 30), "12:30pm"),
        (time(0, 30), "12:30am"),
        (time(23, 59), "11:59pm"),
    ],
)
def test_times_are_told_by_the_twelve_hour_clock(at: time, told: str) -> None:
    assert formatting.clock_time(at) == told


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 11, 24), "today"),
        (date(2026, 11, 23), "yesterday"),
        (date(2026, 11, 25), "tomorrow"),
        (date(2026, 11, 21), "3 days ago"),
        (date(2026, 12, 1), "in 7 days"),
        (date(2026, 11, 9), "9 Nov 2026"),
        (None, "–"),
    ],
)
def test_a_near_day_is_told_from_today(day: date | None, told: str) -> None:
    assert formatting.relative_day(day, TODAY) == told


def test_numbers_have_commas_and_halves_go_up() -> None:
    assert formatting.whole_number(1234567) == "1,234,567"
    assert formatting.whole_number(0.5) == "1"
    assert formatting.percentage(0.125) == "13%"
    assert formatting.percentage(Decimal("0.3333"), 1) == "33.3%"
    assert formatting.percentage(None) == "–"


def test_a_word_agrees_with_its_count() -> None:
    assert formatting.counted(1, "employer") == "1 employer"
    assert formatting.counted(1200, "employer") == "1,200 employers"
    assert formatting.counted(0, "opportunity", "opportunities") == "0 opportunities"


def test_an_answer_may_be_unknown() -> None:
    assert [formatting.yes_no(answer) for answer in (True, False, None)] == ["Yes", "No", "Not known"]


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("+441632960114", "01632 960114"),
        ("+442079460123", "020 7946 0123"),
        ("+447700900123", "07700 900123"),
        ("+441632960114 x21", "01632 960114 x21"),
        ("+33123456789", "+33123456789"),
        (None, "–"),
    ],
)
def test_a_british_number_is_shown_as_it_is_dialled(stored: str | None, shown: str) -> None:
    assert formatting.phone(stored) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "nothing"),
        ("", "nothing"),
        ([], "nothing"),
        (True, "Yes"),
        (0, "0"),
        ("2026-11-02", "2 November 2026"),
        ("2026-11-02T14:05:00+00:00", "2 November 2026 at 2:05pm"),
        ("2026-07-02T14:05:00", "2 July 2026 at 3:05pm"),
        (date(2026, 11, 2), "2 November 2026"),
        (["Digital", "Care"], "Digital, Care"),
        ("Alder", "Alder"),
    ],
)
def test_history_writes_values_as_people_read_them(value: object, shown: str) -> None:
    assert formatting.as_recorded(value) == shown


def test_a_columns_name_becomes_a_label() -> None:
    assert formatting.as_words("size_band_id") == "Size band"
    assert formatting.as_words("archived_on") == "Archived"
    assert formatting.as_words("name") == "Name"
    assert formatting.as_words("sic_code") == "SIC code"
    assert formatting.as_words("email") == "E-mail address"


def test_a_day_that_begins_a_sentence_keeps_the_capital_of_its_month() -> None:
    assert formatting.sentence("tomorrow") == "Tomorrow"
    assert formatting.sentence("25 Nov 2026") == "25 Nov 2026"
    assert formatting.sentence("") == ""


@pytest.mark.parametrize(("part", "whole", "filled"), [(0, 30, 0), (1, 1000, 1), (15, 30, 10), (40, 30, 20), (3, 0, 0)])
def test_a_bar_shows_a_little_as_little_and_never_overflows(part: int, whole: int, filled: int) -> None:
    assert formatting.twentieths(part, whole) == filled
