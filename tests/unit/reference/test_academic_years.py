"""Academic years."""

from datetime import date

import pytest

from crm.reference.academic_years import AcademicYear


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 8, 31), "2025/26"),
        (date(2026, 9, 1), "2026/27"),
        (date(2027, 1, 1), "2026/27"),
        (date(2099, 9, 1), "2099/00"),
    ],
)
def test_a_year_begins_on_the_first_of_september(day: date, name: str) -> None:
    assert AcademicYear.of(day).name == name


@pytest.mark.parametrize("name", ["2026", "2026/28", "2026-27", "26/27", "2026/2027", ""])
def test_a_name_that_is_not_two_years_in_a_row_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="2026/27"):
        AcademicYear(name)


def test_a_year_ends_where_the_next_begins_in_london() -> None:
    year = AcademicYear("2026/27")

    assert year.bounds[1] == year.next.bounds[0]
    assert year.bounds[0].isoformat() == "2026-08-31T23:00:00+00:00"  # midnight in summer time
    assert date(2027, 8, 31) in year
    assert year.previous < year
