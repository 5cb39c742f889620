"""Which column is which field."""

import pytest

from crm.imports.columns import find_layout, layout_of, letter, recognise
from crm.imports.targets import SheetKind, Target


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("Employer ", Target.NAME),
        ("EmployerName", Target.NAME),
        ("Contact(s)", Target.CONTACTS),
        ("Tel", Target.PHONE),
        ("E-mail", Target.EMAIL),
        ("No. of employees", Target.SIZE),
        ("Post code", Target.POSTCODE),
        ("Co. No.", Target.COMPANY_NUMBER),
        ("SicCodes", Target.SIC_CODES),
        ("CompanyLinkToGPGInfo", None),
        ("Notes", Target.SUMMARY),
        ("Date last spoke", Target.HAPPENED_ON),
        ("Who from us", Target.OWNER),
        ("Email address (work)", Target.EMAIL),
        ("Organistaion", Target.NAME),
        ("Companynumbr", Target.COMPANY_NUMBER),
        ("Employees", Target.SIZE),
        ("Name(s)", Target.CONTACTS),
        ("Sector/Industry", Target.SECTORS),
        ("Named contact & role", Target.CONTACTS),
        ("Size of org.", Target.SIZE),
        ("P/code", Target.POSTCODE),
        ("Mob. no.", Target.MOBILE),
        ("By whom", Target.OWNER),
        ("What was discussed", Target.SUMMARY),
        ("Next contact due", Target.DUE_ON),
        ("Co Reg No", Target.COMPANY_NUMBER),
        ("Main contact phone", Target.PHONE),
        ("Primary contact e-mail", Target.EMAIL),
        ("Lead time", None),
        ("Pledged? Y/N", None),
        ("", None),
    ],
)
def test_columns_are_recognised_by_their_usual_headings(heading: str, target: Target | None) -> None:
    assert recognise(heading) is target


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("Date of talk", Target.HAPPENED_ON),
        ("Employer / org", Target.NAME),
        ("Brief description", Target.SUMMARY),
        ("Speaker(s)", Target.CONTACTS),
        ("School / college", Target.MORE),
        ("Went ahead?", Target.OUTCOME),
        ("Topic", Target.SUMMARY),
        ("Pupils", Target.MORE),
    ],
)
def test_the_columns_of_a_log_are_recognised(heading: str, target: Target) -> None:
    assert recognise(heading, SheetKind.LOG) is target


def test_a_second_column_of_notes_is_added_to_the_first() -> None:
    layout = layout_of([("Date", "Employer", "Topic", "Comments")], 0, kind=SheetKind.LOG)

    assert layout.targets == {0: Target.HAPPENED_ON, 1: Target.NAME, 2: Target.SUMMARY, 3: Target.MORE}


ROWS = [("LOG", None, None), ("Employer", "Organisation", "Tel"), ("Fenhill", "x", "y", "z")]


def test_the_header_row_is_found_and_each_field_taken_once() -> None:
    layout = find_layout(ROWS)

    assert layout is not None
    assert layout.header == 1
    assert layout.headings == ("Employer", "Organisation", "Tel", "Column D")
    assert layout.targets == {0: Target.NAME, 2: Target.PHONE}


def test_of_two_names_below_headings_we_do_not_know_the_first_is_the_employers() -> None:
    layout = layout_of([("Business", "", "Whom to ask"), ("Name", "Co Reg No", "Name")], 1)

    assert layout.targets == {0: Target.NAME, 1: Target.COMPANY_NUMBER, 2: Target.CONTACTS}


def test_a_sheet_without_headings_has_no_layout() -> None:
    assert find_layout([("a", "b")]) is None


def test_columns_can_be_corrected() -> None:
    layout = layout_of(ROWS, 1, corrected={1: Target.NAME, 0: None})

    assert layout.targets == {1: Target.NAME}
    assert layout.column_of(Target.PHONE) is None


@pytest.mark.parametrize(("column", "name"), [(0, "Column A"), (25, "Column Z"), (26, "Column AA"), (49, "Column AX")])
def test_a_column_without_heading_is_named_by_its_letter(column: int, name: str) -> None:
    assert letter(column) == name
