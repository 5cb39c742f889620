"""From rows to employers: what is rejected, what is left out, who is the same."""

from crm.core.spreadsheets.reading import ReadValue
from crm.employers.models import LegalForm
from crm.imports.columns import find_layout
from crm.imports.entries import Lists
from crm.imports.findings import Finding, Report, Severity, grouped
from crm.imports.folding import Folding
from crm.imports.interpreting import Incoming, interpret
from crm.imports.matching import match
from crm.imports.people import Person
from crm.imports.queries import Known
from crm.imports.scanning import Table
from crm.imports.words import Band, Names

Row = tuple[ReadValue, ...]
WHAT_TO_DO = "add a company number or a full postcode"
LISTS = Lists(
    bands=[Band(1, "1–9", "micro", 1, 9), Band(2, "250+", "large", 250, None)],
    sectors=Names([(1, "Digital"), (2, "Health")]),
    officers=Names([(7, "P Shah")]),
)


def read(headings: Row, *rows: Row) -> tuple[list[Incoming], Report]:
    table = [headings, *rows]
    layout = find_layout(table)
    assert layout is not None
    report = Report()
    return interpret(Table(table, layout), LISTS, report), report


def folded(*rows: Row) -> tuple[list[Incoming], Report]:
    """Rows of name, company number, postcode."""
    incoming, report = read(("Employer", "Company number", "Postcode", "Size", "Contact", "E-mail"), *rows)
    return Folding(report, {"size_band_id": {1: "1–9", 2: "250+"}}).fold(incoming), report


def remarks(report: Report, severity: Severity) -> list[tuple[int, str]]:
    return [(each.row, each.reason) for each in report.findings if each.severity is severity]


def test_a_row_is_read_into_every_field() -> None:
    headings = (
        "Employer", "Trading name", "Company number", "Legal form", "Size", "Local headcount", "Sector", "SIC code",
        "Address", "Postcode", "Website", "Officer", "Switchboard", "General e-mail",
    )  # fmt: skip
    (employer,), report = read(
        headings,
        (
            " Fenhill  Ltd", "Fen", 452083, "Ltd", 260, "1,200", "Digital/Health", 1110, "1 Lane\nTown", "st14ht",
            "fenhill.example", "P. Shah", 1632960038, "OFFICE@fenhill.example",
        ),
    )  # fmt: skip

    assert employer.values == {
        "name": "Fenhill Ltd",
        "trading_name": "Fen",
        "company_number": "00452083",
        "legal_form": LegalForm.COMPANY,
        "size_band_id": 2,
        "local_headcount": 1200,
        "sic_code": "01110",
        "sic_version": "2007",
        "address": "1 Lane Town",
        "postcode": "ST1 4HT",
        "website": "https://fenhill.example",
        "owner_id": 7,
        "phone": "+441632960038",
        "email": "office@fenhill.example",
    }
    assert (employer.sectors, report.findings) == ((1, 2), [])


def test_rows_that_are_no_employers_are_rejected_with_their_numbers() -> None:
    found, report = read(
        ("Employer", "Tel"),
        ("Fenhill", "01632 960001"),
        (None, "01632 960002"),
        (None, None),
        ("SMEs below", None),
        ("--- NEW SINCE XMAS ---", None),
        ("Employer", "Tel"),
        ("???", "01632 960003"),
        ("x" * 256, None),
        ("TOTAL", 7),
        ("n/a", 7),
        ("Just a name", None),
    )

    assert [employer.name for employer in found] == ["Fenhill", "Just a name"]
    assert remarks(report, Severity.REJECTED) == [
        (3, "There is no employer name in this row"),
        (5, "This divides the list into parts and is no employer"),
        (6, "This divides the list into parts and is no employer"),
        (7, "This is the heading row again"),
        (8, "This name has no letters or digits"),
        (9, "This name is longer than 255 characters"),
        (10, "This is a total, not an employer"),
        (11, "There is no employer name in this row"),
    ]
    assert (report.counts.rows, report.counts.blank, report.counts.rejected) == (11, 1, 8)
    assert report.blank_rows == [4]


def test_sections_notes_and_formulas_are_no_employers() -> None:
    found, report = read(
        ("Employer", "Tel", "Co. No."),
        ("Fenhill", "01632 960001", None),
        ("IBM UK LTD", None, None),
        ("ENGINEERING & DIGITAL", None, None),
        ("September 2025", None, None),
        ("Q3", None, None),
        ("2024-25", None, None),
        ("=COUNTA(A2:A9)", None, None),
        ("#N/A", "01632 960002", None),
        ("Total so far", 12, None),
        ("Please ask Pat before you change anything", None, None),
        ("Smith & Co.", None, None),
        ("Total Fitness Ltd", "01632 960003", None),
        ('"', "01632 960004", None),
        ("Page 1 of 3", None, None),
    )

    assert [employer.name for employer in found] == ["Fenhill", "IBM UK LTD", "Smith & Co.", "Total Fitness Ltd"]
    assert [row for row, _ in remarks(report, Severity.REJECTED)] == [4, 5, 6, 7, 8, 9, 10, 11, 14, 15]


def test_where_every_name_is_in_capitals_capitals_divide_nothing() -> None:
    found, _ = read(("Employer", "Tel"), ("FENHILL", None), ("KILNSIDE", None))

    assert len(found) == 2


def test_a_bad_cell_is_left_out_and_the_row_kept() -> None:
    headings = (
        "Employer",
        "Tel",
        "E-mail",
        "Postcode",
        "Officer",
        "Sector",
        "Size",
        "Contact",
        "Local headcount",
        "SIC",
    )
    found, report = read(
        headings,
        ("A", "ring Sue", "zoe of x.example", "ST4", "Nobody", "Fishing", "lots", "123", "many", "12"),
        ("B", "tbc", "n/a", "8001", "-", "?", None, None, None, "12345, 54321"),
    )

    assert [employer.values for employer in found] == [
        {"name": "A"},
        {"name": "B", "sic_code": "12345", "sic_version": "2007"},
    ]
    assert {(each.column, each.value) for each in report.findings if each.severity is Severity.LEFT_OUT} == {
        ("Tel", "ring Sue"),
        ("E-mail", "zoe of x.example"),
        ("Postcode", "ST4"),
        ("Postcode", "8001"),
        ("Officer", "Nobody"),
        ("Sector", "Fishing"),
        ("Size", "lots"),
        ("Contact", "123"),
        ("Local headcount", "many"),
        ("SIC", "12"),
    }
    assert {each.column for each in report.findings if each.severity is Severity.BLANK} == {
        "Tel",
        "E-mail",
        "Officer",
        "Sector",
    }
    assert remarks(report, Severity.WARNING) == [(3, "There are several SIC codes; the first is kept")]


def test_columns_that_are_no_field_are_counted() -> None:
    _, report = read(("Employer", "Notes", None, None), ("A", "x", "y", None), ("B", "  ", None, None))

    assert report.not_imported == [("Notes", 1), ("Column C", 1)]


def test_phone_and_email_go_to_the_first_person_named() -> None:
    (employer,), report = read(
        ("Employer", "Contact", "Job title", "Tel", "Mobile", "E-mail"),
        (
            "A",
            "Jo Wood / Sam Lane",
            "Head",
            "01632 960001 / tbc / 07700 900209",
            "01632 960002",
            "jo@a.example; sam@a.example",
        ),
    )

    assert employer.people == (
        Person("Jo Wood", "Head", "jo@a.example", "+441632960001", "+447700900209"),
        Person("Sam Lane", email="sam@a.example"),
    )
    assert [(each.value, each.reason) for each in report.findings] == [
        ("tbc", "This is not a phone number"),
        ("+441632960002", "There is room for one phone and one mobile number"),
    ]


def test_without_a_person_phone_and_email_are_the_employers() -> None:
    (employer,), report = read(("Employer", "Tel", "E-mail"), ("A", "01632 960001 / 07700 900209", "office@a.example"))

    assert (employer.values["phone"], employer.values["email"]) == ("+441632960001", "office@a.example")
    assert [each.value for each in report.findings] == ["+447700900209"]


def test_what_belongs_to_nobody_is_not_silently_dropped() -> None:
    (employer,), report = read(
        ("Employer", "Switchboard", "Tel", "Job title", "Contact"), ("A", "01632 960001", "01632 960002", "Head", "?")
    )

    assert employer.values["phone"] == "+441632960001"
    assert [each.value for each in report.findings] == ["?", "+441632960002", "Head"]


def test_rows_with_one_company_number_are_one_employer_and_the_first_value_wins() -> None:
    (employer,), report = folded(
        ("Fenhill", "37057486", None, "<10", "Jo Wood", None),
        ("Other Name", 37057486, "ST4 1AA", 260, "jo wood / Sam Lane", "jo@fenhill.example"),
    )

    assert (employer.row, employer.name, employer.values["postcode"]) == (2, "Fenhill", "ST4 1AA")
    assert employer.people == (Person("Jo Wood", email="jo@fenhill.example"), Person("Sam Lane"))
    assert [(each.row, each.column, each.value) for each in report.findings] == [
        (3, "Name", "Other Name (row 2: Fenhill)"),
        (3, "Size", "250+ (row 2: 1–9)"),
    ]
    assert (report.counts.repeated, report.joined) == (1, [(3, 2)])


def test_different_company_numbers_are_different_employers_with_a_warning() -> None:
    found, report = folded(("Fenhill Ltd", "11111111", None), ("FENHILL", "22222222", None))

    assert len(found) == 2
    assert remarks(report, Severity.WARNING) == [
        (3, "Has the same name as an earlier row but a different company number: check")
    ]


def test_without_a_number_the_same_name_is_the_same_employer_unless_postcodes_contradict() -> None:
    found, report = folded(
        ("Fenhill", None, "ST6 6AA"),
        ("Fenhill", "86113373", "ST1 4HT"),
        ("Fenhill", None, "st14ht"),
        ("Fenhill Ltd", "86113373", None),
    )

    assert [(each.row, each.company_number) for each in found] == [(2, None), (3, "86113373")]
    assert report.joined == [(5, 3), (4, 3)]
    assert remarks(report, Severity.WARNING) == [
        (3, "Has the same name as an earlier row but a different postcode: check")
    ]


def test_a_row_that_could_be_two_employers_is_rejected_with_what_to_do() -> None:
    found, report = folded(("Fenhill", "11111111", None), ("Fenhill", "22222222", None), ("Fenhill", None, None))

    assert len(found) == 2
    assert remarks(report, Severity.REJECTED) == [
        (4, f"This could be the employer of row 2 or 3, which have the same name: {WHAT_TO_DO}")
    ]


def test_the_order_of_rows_does_not_decide_who_is_whom() -> None:
    rows: list[Row] = [("Fenhill", None, None), ("Fenhill", None, "ST1 4HT"), ("Fenhill", "11111111", "ST1 4HT")]

    for some in (rows, rows[::-1]):
        found, _ = folded(*some)
        assert [(each.row, each.company_number) for each in found] == [(2, "11111111")]


def test_an_address_two_people_share_stays_with_the_first() -> None:
    (employer,), _ = folded(
        ("A", None, None, None, "Jo Wood", "office@a.example"), ("A", None, None, None, "Sam Lane", "office@a.example")
    )

    assert employer.people == (Person("Jo Wood", email="office@a.example"), Person("Sam Lane"))


def known(id_: int, key: str, number: str | None = None, postcode: str | None = None) -> Known:
    return Known(id_, key.capitalize(), key, number, postcode)


def matched(rows: list[Row], *database: Known) -> tuple[list[int | None], Report]:
    incoming, report = folded(*rows)
    return [each.employer_id for each in match(incoming, database, report)], report


def test_an_employer_is_matched_by_number_before_name() -> None:
    ids, report = matched([("Fenhill", "11111111", None)], known(1, "fenhill"), known(2, "old name", "11111111"))

    assert ids == [2]
    assert remarks(report, Severity.WARNING) == [(2, "This company number belongs to another name: check")]


def test_an_employer_is_matched_by_name_where_nothing_contradicts() -> None:
    assert matched([("Fenhill Ltd", "11111111", "ST1 4HT")], known(1, "fenhill"))[0] == [1]
    assert matched([("Fenhill", None, "ST1 4HT")], known(1, "fenhill", None, "ST6 6AA"))[0] == [None]
    assert matched([("Fenhill", "11111111", None)], known(1, "fenhill", "22222222"))[0] == [None]


def test_of_two_of_a_name_the_one_with_the_postcode_is_meant() -> None:
    database = known(1, "fenhill"), known(2, "fenhill", None, "ST1 4HT")

    assert matched([("Fenhill", None, "ST1 4HT")], *database)[0] == [2]


def test_an_employer_that_could_be_two_in_the_database_is_rejected() -> None:
    ids, report = matched([("Fenhill", None, None)], known(1, "fenhill", "11111111"), known(2, "fenhill", "22222222"))

    assert ids == []
    assert remarks(report, Severity.REJECTED) == [
        (2, "Employers 1, 2 in the database have this name: add a company number or a full postcode")
    ]


def test_what_the_file_tells_apart_is_not_matched_with_one_employer() -> None:
    rows: list[Row] = [("Fenhill", None, "ST6 6AA"), ("Fenhill", "11111111", "ST1 4HT")]

    ids, report = matched(rows, known(1, "fenhill"))

    assert ids == [None, 1]
    assert (report.counts.rejected, report.counts.repeated) == (0, 0)


def test_remarks_with_one_reason_are_shown_together() -> None:
    findings = [
        Finding(Severity.LEFT_OUT, row, "Tel", f"x{row % 8}", "This is not a phone number") for row in range(20)
    ]
    rejected = Finding(Severity.REJECTED, 30, "Employer", "TOTAL", "This is a total")

    first, second = grouped([*findings, rejected])

    assert first.findings == (rejected,)
    assert second.rows == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 8 more"
    assert second.values == "“x0”, “x1”, “x2”, “x3”, “x4”, “x5” and 2 more"


def test_of_a_long_note_a_page_shows_the_beginning() -> None:
    (group,) = grouped([Finding(Severity.LEFT_OUT, 1, "Notes", "x" * 6000, "There is no date for this note")])

    assert group.values == f"“{'x' * 120} …”"
    assert len(group.findings[0].value) == 6000


def test_two_officers_cannot_both_own_an_employer() -> None:
    _, report = read(("Employer", "Owner"), ("Fenhill", "PS/TO"))

    assert [each.reason for each in report.findings] == [
        "Several officers are named here, and an employer has one owner"
    ]
