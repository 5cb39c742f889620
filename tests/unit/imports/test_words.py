"""What the words in cells mean."""

from datetime import date

import pytest

from crm.core.spreadsheets.reading import ReadValue
from crm.employers.models import LegalForm
from crm.imports import words

BANDS = [
    words.Band(1, "None", "no employees", 0, 0),
    words.Band(2, "1–9", "micro", 1, 9),
    words.Band(3, "10–49", "small", 10, 49),
    words.Band(4, "50–249", "medium", 50, 249),
    words.Band(5, "250+", "large", 250, None),
]


@pytest.mark.parametrize(
    ("cell", "band"),
    [
        (4, "1–9"),
        ("<10", "1–9"),
        ("fewer than 10", "1–9"),
        ("up to 9", "1–9"),
        ("10-49", "10–49"),
        ("10–49", "10–49"),
        ("10 to 49 employees", "10–49"),
        ("approx 30", "10–49"),
        ("c. 30", "10–49"),
        ("~30", "10–49"),
        (12.0, "10–49"),
        (75, "50–249"),
        (260, "250+"),
        ("250 +", "250+"),
        ("250 to 499", "250+"),
        ("5000 to 19,999", "250+"),
        ("20,000 or more", "250+"),
        ("more than 249", "250+"),
        ("Medium", "50–249"),
        (0, "None"),
    ],
)
def test_a_size_falls_into_the_band_that_holds_all_it_can_mean(cell: ReadValue, band: str) -> None:
    assert words.size_band(cell, BANDS) == next(each.id for each in BANDS if each.name == band)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("50+", "more than one size band"),
        ("Less than 250", "more than one size band"),
        ("5-50", "more than one size band"),
        (">9", "more than one size band"),
        ("lots", "neither a number of people"),
        ("2.5", "neither a number of people"),
        (date(2026, 1, 9), "has made a date of this"),
    ],
)
def test_a_size_that_is_vague_stays_not_known_with_a_reason(cell: ReadValue, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        words.size_band(cell, BANDS)


SECTORS = words.Names(
    [(1, "Digital"), (1, "IT"), (2, "Health and social care"), (2, "Health"), (3, "MMC"), (3, "Construction"), (4, "")]
)


@pytest.mark.parametrize(
    ("text", "known", "unknown"),
    [
        ("Health & Social Care", [2], []),
        ("MMC / construction", [3], []),
        ("Health/DIGITAL", [2, 1], []),
        ("IT; hospitality, Health", [1, 2], ["hospitality"]),
        ("???", [], ["???"]),
    ],
)
def test_sectors_are_found_by_any_of_their_names(text: str, known: list[int], unknown: list[str]) -> None:
    assert words.sectors(text, SECTORS) == (known, unknown)


@pytest.mark.parametrize(
    "spelling", ["Priya Shah", "P Shah", "P. Shah", "pshah", "Priya S", "PRIYA SHAH", "priya.shah"]
)
def test_an_officer_is_found_by_the_ways_logs_name_people(spelling: str) -> None:
    officers = words.Names((1, each) for each in words.spellings_of_person("Priya Shah"))

    assert officers.find(spelling) == 1


def test_a_spelling_that_fits_two_officers_finds_neither() -> None:
    officers = words.Names(
        (id_, each) for id_, name in ((1, "Priya Shah"), (2, "Paul Shah")) for each in words.spellings_of_person(name)
    )

    assert officers.find("Paul S") == 2
    with pytest.raises(ValueError, match="more than one"):
        officers.find("P Shah")


def test_somebody_with_one_name_is_found_by_it() -> None:
    assert words.spellings_of_person("Cher") == ["Cher"]
    assert words.Names([(1, "Cher")]).find("Sonny") is None


@pytest.mark.parametrize(
    ("cell", "codes", "others"),
    [
        ("1,\n84110", ["84110"], ["1"]),
        (1110, ["01110"], []),
        ("93110, 93130", ["93110", "93130"], []),
        (True, [], ["True"]),
    ],
)
def test_sic_codes_have_five_digits(cell: ReadValue, codes: list[str], others: list[str]) -> None:
    assert words.sic_codes(cell) == (codes, others)


def test_legal_forms_are_known_by_their_usual_words() -> None:
    assert words.legal_form("Private Limited Company") is LegalForm.COMPANY
    assert words.legal_form("Sole-trader") is LegalForm.SOLE_TRADER
    with pytest.raises(ValueError, match="not a legal form"):
        words.legal_form("club")


@pytest.mark.parametrize("cell", ["n/a", "TBC", " - ", "None", "Unknown", "?"])
def test_some_words_stand_for_nothing(cell: str) -> None:
    assert words.stands_for_nothing(cell)


@pytest.mark.parametrize("cell", ["=#N/A", "#REF!", "tbc"])
def test_an_error_says_nothing_in_either_spelling(cell: str) -> None:
    assert words.stands_for_nothing(cell)
