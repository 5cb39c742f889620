"""What a class list says, row by row, and which lists are refused as a whole."""

from datetime import date

import pytest

from crm.providers.class_lists.reading import (
    MOST,
    Line,
    NotAClassList,
    PersonalData,
    Row,
    read_class_list,
    read_year_group,
)
from crm.providers.models import YearGroup


def test_columns_are_found_by_their_headings_wherever_they_stand() -> None:
    rows: list[Row] = [
        ("Class list 10B", None, None, None),
        (None, None, None, None),
        ("House", "Year Group", "Student ID", "Ward"),
        ("Red", 10, 4711.0, "Northgate"),
        (None, None, None, None),
        ("Blue", "Y11", " AB  12 ", None),
    ]

    read = read_class_list(rows)

    assert read.lines == [
        Line(4, "4711", YearGroup.YEAR_10, "Northgate"),
        Line(6, "AB 12", YearGroup.YEAR_11, ""),
    ]
    assert read.not_read == ["House"]


def test_without_headings_columns_are_reference_year_group_and_area() -> None:
    assert read_class_list([("R-1",), ("R-2",)]).lines == [Line(1, "R-1", None, ""), Line(2, "R-2", None, "")]
    assert read_class_list([("R-1", "10", "Northgate", 5)]).lines == [Line(1, "R-1", YearGroup.YEAR_10, "Northgate")]


def test_a_row_that_is_shorter_than_the_others_says_nothing_of_the_rest() -> None:
    assert read_class_list([("Ref", "Year"), ("R-1",)]).lines == [Line(2, "R-1", None, "")]


@pytest.mark.parametrize(
    "heading",
    ["Surname", "First name", "Forename", "DOB", "Date of birth", "E-mail", "Mobile", "Home address", "Postcode"],
)
def test_a_column_that_says_who_somebody_is_refuses_the_list(heading: str) -> None:
    with pytest.raises(PersonalData, match=f"“{heading}” could tell who somebody is.*Nothing of it was kept"):
        read_class_list([("Reference", heading), ("R-1", "x")])


def test_a_list_of_names_alone_is_refused_by_its_heading() -> None:
    with pytest.raises(PersonalData, match="Name"):
        read_class_list([("Name",), ("Ann",)])


@pytest.mark.parametrize(
    "cells", [("Ann Smith", "Bo Li"), (date(2011, 4, 1), date(2011, 5, 2)), ("a@b.example", None), ("1/4/2011", "x")]
)
def test_a_column_that_is_not_asked_for_and_holds_personal_data_refuses_the_list(cells: Row) -> None:
    rows: list[Row] = [("R-1", 10, None, cells[0]), ("R-2", 10, None, cells[1])]
    if cells[1] == "x":
        rows.pop()

    with pytest.raises(PersonalData, match="number 4"):
        read_class_list(rows)
    with pytest.raises(PersonalData, match="Notes"):
        read_class_list([("Reference", "Year", "Area", "Notes"), *rows])


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ((None, 10), "Enter the provider’s reference"),
        (("a@b.example", 10), "not an e-mail address"),
        ((date(2011, 4, 1), 10), "without a date in it"),
        (("x" * 41, 10), "40 characters or fewer"),
    ],
)
def test_a_row_without_a_reference_says_why_and_names_nothing_of_it(row: Row, why: str) -> None:
    (line,) = read_class_list([("Reference", "Year"), row]).lines

    assert why in line.problem
    assert line.reference == ""


def test_a_row_with_an_unknown_year_group_says_so() -> None:
    (line,) = read_class_list([("Reference", "Year"), ("R-1", "Reception")]).lines

    assert (line.reference, line.year_group) == ("R-1", None)
    assert line.problem == "“Reception” is no year group: write 7 to 13, or 18-24"


def test_what_looks_like_a_name_is_pointed_out() -> None:
    assert [line.may_be_a_name for line in read_class_list([("Ref",), ("Ann Smith",), ("AB 12",)]).lines] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([("Reference",)], "no references"),
        ([("Year group", "Area"), (10, "Northgate")], "No column is called “Reference”"),
        ([(f"R-{number}",) for number in range(MOST + 1)], "At most 5,000"),
    ],
)
def test_what_is_no_class_list_says_what_is_missing(rows: list[Row], why: str) -> None:
    with pytest.raises(NotAClassList, match=why):
        read_class_list(rows)


@pytest.mark.parametrize(
    ("text", "year_group"),
    [("10", "10"), ("Year 07", "7"), ("yr.9", "9"), ("Y12", "12"), ("11B", "11"), ("aged 18 to 24", "18-24")],
)
def test_year_groups_are_read_as_schools_write_them(text: str, year_group: str) -> None:
    assert read_year_group(text) == YearGroup(year_group)


@pytest.mark.parametrize("text", ["6", "14", "ten", "10-11", "Year"])
def test_other_years_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no year group"):
        read_year_group(text)
