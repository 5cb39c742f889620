"""People who share a cell, and how they are reached."""

import pytest

from crm.core.spreadsheets.reading import ReadValue
from crm.imports.columns import layout_of
from crm.imports.findings import Report
from crm.imports.names import Named, divides_people, split_people
from crm.imports.people import Person, read_people
from crm.imports.row import Row
from crm.imports.targets import Target


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        ("George Bailey / Farah Dhillon", [("George Bailey", None), ("Farah Dhillon", None)]),
        ("Ellie Rafiq & Imran Cartlidge", [("Ellie Rafiq", None), ("Imran Cartlidge", None)]),
        ("Una Kowalski, Nikhil Dhillon", [("Una Kowalski", None), ("Nikhil Dhillon", None)]),
        ("Sandy Anderson and Jo Wood", [("Sandy Anderson", None), ("Jo Wood", None)]),
        ("Jane (HR) & Bob", [("Jane", "HR"), ("Bob", None)]),
        ("Jane (HR & Ops) + Bob [MD]", [("Jane", "HR & Ops"), ("Bob", "MD")]),
        ("Sam Lane – Director", [("Sam Lane", "Director")]),
        ("Sam Lane, HR Manager; Jo Wood", [("Sam Lane", "HR Manager"), ("Jo Wood", None)]),
        ("Sam Lane\nJo Wood", [("Sam Lane", None), ("Jo Wood", None)]),
        ("Mr A. Smith", [("Mr A. Smith", None)]),
        ("Sam Lane / n/a", [("Sam Lane", None)]),
        ("Sam, SAM", [("Sam", None)]),
        ("", []),
    ],
)
def test_everybody_in_a_cell_is_somebody(cell: str, people: list[tuple[str, str | None]]) -> None:
    assert [(each.name, each.role) for each in split_people(cell, commas_divide=True)] == people


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Machin, Ruth", ["Ruth Machin"]),
        ("van der Berg, Anna-Maria", ["Anna-Maria van der Berg"]),
        ("O’Neill, Siân (HR)", ["Siân O’Neill"]),
        ("Okafor, Ben & Wood, Maya", ["Ben Okafor", "Maya Wood"]),
    ],
)
def test_surname_first_is_turned_and_said_so(cell: str, names: list[str]) -> None:
    people = split_people(cell)

    assert [each.name for each in people] == names
    assert all(each.turned for each in people)


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        ("Mr & Mrs Patel", [("Mr Patel", None), ("Mrs Patel", None)]),
        ("1. Jane Smith 2. Bob Lee", [("Jane Smith", None), ("Bob Lee", None)]),
        ("1) Jane Smith\n2) Bob Lee", [("Jane Smith", None), ("Bob Lee", None)]),
        ("Jane Smith | Bob Lee • Una Wood", [("Jane Smith", None), ("Bob Lee", None), ("Una Wood", None)]),
        ("Jane Smith or Bob Lee", [("Jane Smith", None), ("Bob Lee", None)]),
        ("Jane, Bob and Sue", [("Jane", None), ("Bob", None), ("Sue", None)]),
        ("SMITH, Jane & Bob", [("Jane SMITH", None), ("Bob", None)]),
        ("MD: Jane Smith", [("Jane Smith", "MD")]),
        ("Owner - Jane Smith", [("Jane Smith", "Owner")]),
        ("Jane Smith / HR", [("Jane Smith", "HR")]),
        ("Jane Smith, B.Sc.", [("Jane Smith B.Sc.", None)]),
        ("Smith, Mrs Jane", [("Mrs Jane Smith", None)]),
        ("ask for Pete", [("Pete", None)]),
        ("Reception / Jane", [("Reception", None), ("Jane", None)]),
    ],
)
def test_people_are_told_apart_however_they_are_listed(cell: str, people: list[tuple[str, str | None]]) -> None:
    assert [(each.name, each.role) for each in split_people(cell)] == people


@pytest.mark.parametrize(
    "cell",
    [
        "Jane Smith 7700900123",
        "Jane Smith (07700 900123)",
        "Jane Smith (Tel 07700 900123)",
        "Jane Smith mob: 07700 900123",
        "Jane Smith / 07700 900123",
    ],
)
def test_a_number_beside_a_name_is_theirs_and_leaves_nothing_behind(cell: str) -> None:
    assert split_people(cell) == [Named("Jane Smith", phones=("+447700900123",))]


def test_names_as_outlook_copies_them_are_turned() -> None:
    people = split_people('"Smith, Jane" <jane@x.example>; Lee, Bob <bob@x.example>')

    assert people == [
        Named("Jane Smith", emails=("jane@x.example",), turned=True),
        Named("Bob Lee", emails=("bob@x.example",), turned=True),
    ]


def test_a_number_without_its_person_and_a_team_are_left_out_and_said_so() -> None:
    assert read(contacts="07700 900123")[1] == [("07700 900123", "This is not a name")]
    assert read(contacts="Jane Smith & team")[1] == [("team", "This is not a name")]


def test_everybody_keeps_the_number_and_the_address_beside_their_name() -> None:
    (jane, bob), findings = read(
        contacts="Jane Smith 07700 900123; Bob Lee 01632 960111 b.l@x.example",
        phone="01632 960100",
        email="info@x.example",
    )

    assert (jane.phone, jane.mobile, jane.email) == ("+441632960100", "+447700900123", "info@x.example")
    assert (bob.phone, bob.mobile, bob.email) == ("+441632960111", None, "b.l@x.example")
    assert findings == []


def test_two_numbers_with_their_letters_are_both_read() -> None:
    (jo,), _ = read(contacts="Jo Wood", phone="T: 01632 960603 M: 07700 900603", email="jo[at]sorrel.example")

    assert (jo.phone, jo.mobile, jo.email) == ("+441632960603", "+447700900603", "jo@sorrel.example")


def test_an_apostrophe_that_keeps_the_zero_of_a_number_is_no_part_of_it() -> None:
    (jo,), findings = read(contacts="Jo Wood", phone="'01632 960117")

    assert (jo.phone, findings) == ("+441632960117", [])


def test_where_commas_stand_between_people_no_name_is_turned() -> None:
    assert divides_people(["Una, Nikhil", "Una Kowalski, Nikhil Dhillon"])
    assert not divides_people(["Machin, Ruth", "Sam Lane, HR Manager"])
    assert [each.name for each in split_people("Una, Nikhil", commas_divide=True)] == ["Una", "Nikhil"]


def test_what_reaches_somebody_may_stand_beside_the_name() -> None:
    assert split_people("Jo Wood <jo@x.example> 07700 900123, Sam Lane") == [
        Named("Jo Wood", None, ("jo@x.example",), ("+447700900123",)),
        Named("Sam Lane"),
    ]


HEADINGS = {
    "Employer": Target.NAME,
    "Contact": Target.CONTACTS,
    "Tel": Target.PHONE,
    "Mobile": Target.MOBILE,
    "E-mail": Target.EMAIL,
}


def read(**cells: ReadValue) -> tuple[tuple[Person, ...], list[tuple[str, str]]]:
    report = Report()
    row = Row(2, {Target(name): cell for name, cell in cells.items()}, layout_of([tuple(HEADINGS)], 0), report)
    return read_people(row), [(each.value, each.reason) for each in report.findings]


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        (1632960123.0, ("+441632960123", None)),
        (7700900123, (None, "+447700900123")),
        ("441632960123", ("+441632960123", None)),
        ("00441632960123", ("+441632960123", None)),
        ("01632 960123 / 07700 900123", ("+441632960123", "+447700900123")),
        ("01632 960123 07700 900123", ("+441632960123", "+447700900123")),
        ("01632 960123\n07700 900123", ("+441632960123", "+447700900123")),
        ("01632 960667 x21", ("+441632960667 x21", None)),
        ("+44 (0)1632 960831", ("+441632960831", None)),
    ],
)
def test_a_phone_number_in_any_spelling_is_kept_whole(cell: ReadValue, numbers: tuple[str | None, str | None]) -> None:
    (jo,), findings = read(contacts="Jo Wood", phone=cell)

    assert ((jo.phone, jo.mobile), findings) == (numbers, [])


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1.63296E+09", "The spreadsheet has rounded this number, so figures are missing"),
        (1632960123.5, "This is not a phone number"),
        ("0163 2960", "Figures of this phone number are missing"),
        (16329601.0, "Figures of this phone number are missing"),
        ("07700 90012", "Figures of this phone number are missing"),
        ("ring Sue", "This is not a phone number"),
        ("01632 960123 45", "This is not a phone number"),
    ],
)
def test_a_phone_number_that_is_damaged_is_left_out_and_never_mended(cell: ReadValue, reason: str) -> None:
    (jo,), findings = read(contacts="Jo Wood", phone=cell)

    assert (jo.phone, jo.mobile) == (None, None)
    assert [each for _, each in findings] == [reason]


def test_words_beside_a_number_are_told() -> None:
    (jo,), findings = read(contacts="Jo Wood", phone="switchboard 01632 960123; 07700 900123 (Jo)")

    assert (jo.phone, jo.mobile) == ("+441632960123", "+447700900123")
    assert [reason for _, reason in findings] == ["The words beside the number are not kept"] * 2


def test_each_address_goes_to_whose_name_is_in_it() -> None:
    people, findings = read(
        contacts="Jo Wood & Sam Lane", email="s.lane@x.example; office@x.example, bad@, info@x.example"
    )

    assert people == (Person("Jo Wood", email="office@x.example"), Person("Sam Lane", email="s.lane@x.example"))
    assert findings == [
        ("bad@", "This is not an e-mail address"),
        ("info@x.example", "There are several addresses; whose this one is cannot be told"),
    ]


def test_an_at_that_was_spelt_is_read_and_said_so() -> None:
    (jo,), findings = read(contacts="Jo Wood", email="jo.wood at x.example")

    assert jo.email == "jo.wood@x.example"
    assert findings == [("jo.wood at x.example → jo.wood@x.example", "“ at ” is read as @")]


def test_first_name_and_surname_in_two_columns_are_one_name() -> None:
    people, _ = read(first_name="Zoë", last_name="Forrester")

    assert people == (Person("Zoë Forrester"),)
