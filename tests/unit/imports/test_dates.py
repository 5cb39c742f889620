"""Dates as spreadsheets hold them: what is read, by which rule, and what is not."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core.spreadsheets.reading import ReadValue
from crm.imports.dates import DAY_FIRST, Dates, academic_year_in, mostly_month_first
from crm.reference.academic_years import AcademicYear

YEAR = AcademicYear("2025/26")
THIRD_OF_APRIL = date(2026, 4, 3)


@pytest.mark.parametrize(
    "cell",
    [
        datetime(2026, 4, 3, 14, 30),  # noqa: DTZ001
        THIRD_OF_APRIL,
        "2026-04-03",
        "2026-04-03 00:00:00",
        "2026-04-03T09:15:00",
        "2026-04-03T09:15:00Z",
        "2026/4/3",
        20260403,
        "3 April 2026",
        "3rd of April, 2026",
        "03-Apr-26",
        "3.Apr.2026",
        "April 3rd, 2026",
        "Apr 3 2026",
        "Fri 3 April 2026",
        "Friday, the 3rd April 2026",
        "3 April 2026 at 2pm",
        "3 April 2026, 14:30",
        "3 April 2026 (pm)",
        "3 April 26 am",
        "on 3 April ’26",
    ],
)
def test_a_date_that_says_all_is_read_without_a_rule(cell: ReadValue) -> None:
    reading = Dates([], None).read(cell)

    assert (reading.day, reading.rules) == (THIRD_OF_APRIL, ())


@pytest.mark.parametrize("cell", ["3/4/26", "03.04.2026", "3-4-2026", "03 04 26", "Fri 3/4/26", "3/4/2026 10:30"])
def test_figures_are_read_with_the_day_first_and_said_so(cell: str) -> None:
    reading = Dates([], None).read(cell)

    assert (reading.day, reading.rules, reading.is_vague) == (THIRD_OF_APRIL, (DAY_FIRST,), False)


@pytest.mark.parametrize(("cell", "day"), [("13/4/26", 13), ("31.08.2026", 31), ("4/4/26", 4)])
def test_figures_that_can_be_read_one_way_only_need_no_rule(cell: str, day: int) -> None:
    reading = Dates([], None).read(cell)

    assert (reading.day.day, reading.rules) == (day, ())


@pytest.mark.parametrize(
    ("cell", "day", "rule"),
    [
        ("3 April", THIRD_OF_APRIL, "The year was missing; it is that of the sheet, 2025/26"),
        ("3-Sep", date(2025, 9, 3), "The year was missing; it is that of the sheet, 2025/26"),
        ("Fri 3rd April", THIRD_OF_APRIL, "The year was missing"),
        ("3/4", THIRD_OF_APRIL, "The year was missing"),
        ("13/4", date(2026, 4, 13), "The year was missing"),
        ("April 3", THIRD_OF_APRIL, "The year was missing"),
        ("April 03rd", THIRD_OF_APRIL, "The year was missing"),
        ("Sept 12", date(2025, 9, 12), "The year was missing"),
        ("w/c 6 April 2026", date(2026, 4, 6), "A week is given; its first day is taken"),
        ("week commencing 6/4/26", date(2026, 4, 6), "A week is given"),
        ("03/04/2026 (tbc)", THIRD_OF_APRIL, "Marked as not certain"),
        ("3 April 2026?", THIRD_OF_APRIL, "Marked as not certain"),
        ("c. 3 April 2026", THIRD_OF_APRIL, "Marked as not certain"),
        ("04/13/2026", date(2026, 4, 13), "Read with the month first: otherwise there is no such date"),
        ("March 26", date(2026, 3, 1), "The number is taken for the year, as the sheet is of that year"),
        ("Mar-26", date(2026, 3, 1), "Only a month is given; its first day is taken"),
        ("March 2026", date(2026, 3, 1), "Only a month is given; its first day is taken"),
        ("March '26", date(2026, 3, 1), "Only a month is given"),
        ("03/2026", date(2026, 3, 1), "Only a month is given"),
        ("wk beg 6/4/26", date(2026, 4, 6), "A week is given"),
        ("October", date(2025, 10, 1), "Only a month is given"),
        (46115, THIRD_OF_APRIL, "A number is read as Excel counts days"),
        (46115.6, THIRD_OF_APRIL, "A number is read as Excel counts days"),
    ],
)
def test_what_a_rule_decides_is_said(cell: ReadValue, day: date, rule: str) -> None:
    reading = Dates([], YEAR).read(cell)

    assert reading.day == day
    assert any(each.startswith(rule) for each in reading.rules), reading.rules


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("31/02/2026", "There is no such day"),
        ("29 Feb", "There is no such day"),
        ("0/4/26", "There is no such day"),
        ("32/13/2026", "There is no such day"),
        ("Tues 3 April 2026", "3 April 2026 is a Friday, not a Tuesday"),
        ("Autumn term", "This is a time of the year, not a day"),
        ("after Easter", "This is a time of the year, not a day"),
        ("3/4/26 & 10/4/26", "There are several dates in this cell"),
        ("3-5 April 2026", "This is not a date that can be read"),
        ("ask Sue", "This is not a date that can be read"),
        ("yesterday", "This is not a date that can be read"),
        ("3 Avril 2026", "This is not a date that can be read"),
        ("ma 26", "This is not a date that can be read"),
        ("3 April 1926", "The year 1926 cannot be meant"),
        (datetime(1900, 1, 3), "The year 1900 cannot be meant"),  # noqa: DTZ001
        (12, "This is a number and not a date"),
        (3.4, "This is a number and not a date"),
        (float("inf"), "This is a number and not a date"),
        (float("nan"), "This is a number and not a date"),
        (True, "This is not a date that can be read"),
        (time(9), "This is not a date that can be read"),
    ],
)
def test_what_no_rule_settles_is_not_guessed(cell: ReadValue, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Dates([], YEAR).read(cell)


def test_a_year_is_taken_from_the_academic_year_of_the_date_above_where_the_sheet_names_none() -> None:
    dates = Dates([], None)
    with pytest.raises(ValueError, match="There is no year, and nothing to tell it from"):
        dates.read("3 April")

    dates.read("20 December 2025")
    reading = dates.read("3 April")

    assert reading.day == THIRD_OF_APRIL
    assert reading.rules == ("The year was missing; it is that of the academic year of the last date above",)


def test_a_next_step_without_a_year_is_the_first_such_day_after_the_contact() -> None:
    dates = Dates([], YEAR, by_when=True)

    assert dates.read("3 April", after=date(2026, 4, 3)).day == date(2026, 4, 3)
    assert dates.read("3 April", after=date(2026, 4, 4)).day == date(2027, 4, 3)


@pytest.mark.parametrize(("cell", "day"), [("Feb 26", date(2026, 2, 28)), ("December 2025", date(2025, 12, 31))])
def test_a_month_by_when_is_its_last_day(cell: str, day: date) -> None:
    reading = Dates([], YEAR, by_when=True).read(cell)

    assert (reading.day, reading.rules[-1]) == (day, "Only a month is given; its last day is taken")


def test_a_month_and_a_number_that_may_be_a_day_or_a_year_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="This can be 26 March or March 2026"):
        Dates([], None).read("March 26")


def test_in_a_column_of_american_dates_no_date_that_may_be_either_is_guessed() -> None:
    american = ["09/15/2025", "10/13/2025", "25/12/2025"]
    assert mostly_month_first(american)
    dates = Dates(american, YEAR)

    with pytest.raises(ValueError, match="This can be 3 April or 4 March: this column also has dates with the month"):
        dates.read("03/04/2026")
    assert dates.read("05/05/2026").day == date(2026, 5, 5)


def test_one_slip_does_not_make_a_column_american() -> None:
    cells = ["15/09/2025", "13/10/2025", "09/15/2025"]

    assert not mostly_month_first(cells)
    assert Dates(cells, YEAR).read("03/04/2026").day == THIRD_OF_APRIL


@pytest.mark.parametrize(
    ("texts", "year"),
    [
        (["Employers 25-26"], "2025/26"),
        (["Log", "Calls 2025/26"], "2025/26"),
        (["2025-2026"], "2025/26"),
        (["Autumn 25"], "2025/26"),
        (["Spring term 2026"], "2025/26"),
        (["Summer 25-26"], "2025/26"),
        (["99/00"], None),
        (["10-49 staff", "25-27"], None),
        ([], None),
    ],
)
def test_the_academic_year_of_a_sheet_is_in_its_title(texts: list[str], year: str | None) -> None:
    assert str(academic_year_in(texts)) == str(year)


@given(
    st.one_of(st.none(), st.text(max_size=20), st.integers(), st.floats(), st.booleans(), st.dates(), st.times()),
    st.booleans(),
)
def test_any_cell_is_a_day_or_a_reason(cell: ReadValue, by_when: bool) -> None:
    try:
        reading = Dates([cell], YEAR, by_when=by_when).read(cell)
    except ValueError:
        return
    assert 2000 <= reading.day.year < 2100
