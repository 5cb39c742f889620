import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from crm.companies.entries import legal_form_of, sic_code_of, status_of
from crm.companies.reading import NotTheFile, Read, date_in, is_called_alike, opened, read, wanted
from crm.employers.companies import CompanyStatus
from tests.support.companies_house import company_file

OURS = ((1, "Moorcroft Lane Timber Frame Ltd", "01234567"), (2, "Alder Joinery", None))


def read_bytes(content: bytes, *employers: tuple[int, str, str | None]) -> Read:
    with opened(io.BytesIO(content)) as lines:
        return read(lines, wanted(employers or OURS))


def test_a_row_with_one_of_our_numbers_is_read_and_others_are_only_counted() -> None:
    found = read_bytes(company_file({}, {"CompanyNumber": "07654321", "CompanyName": "SOMEBODY ELSE LTD"}))

    (entry,) = found.entries
    assert found.rows == 2
    assert entry.number == "01234567"
    assert entry.name == "MOORCROFT LANE TIMBER FRAME LIMITED"
    assert entry.status == "active"
    assert entry.legal_form == "company"
    assert entry.sic_code == "16230"
    assert entry.address == "1 LONG LANE\nSTOKE-ON-TRENT\nST1 4HT"


@pytest.mark.parametrize(
    ("written", "ours"),
    [("1234567", "01234567"), ("SC1234", "SC001234"), ("NI012345", "NI012345"), ("OC 12345", "OC012345")],
)
def test_numbers_that_lost_their_zeros_are_found(written: str, ours: str) -> None:
    found = read_bytes(company_file({"CompanyNumber": written}), (1, "Alder", ours))

    assert [entry.number for entry in found.entries] == [ours]


def test_a_company_called_like_an_employer_of_ours_is_likely_to_be_it_misspelt_or_not() -> None:
    found = read_bytes(
        company_file(
            {"CompanyNumber": "07654321", "CompanyName": "MOORCROFT LANE TIMBER FRAMES LIMITED"},
            {"CompanyNumber": "07654322", "CompanyName": "MOORCROFT BAKERY LIMITED"},
            {"CompanyNumber": "07654323", "CompanyName": "THE ALDER JOINERY LTD"},
        )
    )

    assert {key: each.number for key, each in found.likely.items()} == {1: "07654321", 2: "07654323"}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Active", CompanyStatus.ACTIVE),
        ("Active - Proposal to Strike off", CompanyStatus.STRIKING_OFF),
        ("Liquidation", CompanyStatus.LIQUIDATION),
        ("In Administration", CompanyStatus.ADMINISTRATION),
        ("In Administration/Administrative Receiver", CompanyStatus.ADMINISTRATION),
        ("RECEIVERSHIP", CompanyStatus.RECEIVERSHIP),
        ("Live but Receiver Manager on at least one charge", CompanyStatus.RECEIVERSHIP),
        ("Voluntary Arrangement", CompanyStatus.ARRANGEMENT),
        ("Dissolved", CompanyStatus.DISSOLVED),
        ("Converted/Closed", CompanyStatus.NOT_ON_REGISTER),
        ("banana", CompanyStatus.OTHER),
    ],
)
def test_a_status_is_read_in_the_words_of_the_register(text: str, status: CompanyStatus) -> None:
    assert status_of(text) is status


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Private Limited Company", "company"),
        ("Public Limited Company", "company"),
        ("PRI/LTD BY GUAR/NSC (Private, limited by guarantee, no share capital)", "company"),
        ("Community Interest Company", "company"),
        ("Limited Liability Partnership", "llp"),
        ("Limited Partnership", "partnership"),
        ("Scottish Partnership", "other"),
        ("Charitable Incorporated Organisation", "charity"),
        ("Scottish Charitable Incorporated Organisation", "charity"),
        ("Royal Charter Company", None),
    ],
)
def test_a_category_is_a_legal_form_where_it_says_one(text: str, form: str | None) -> None:
    assert legal_form_of(text) == form


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("62020 - Information technology consultancy activities", "62020"),
        ("1110 - Growing of cereals", "01110"),
        ("None Supplied", None),
        ("", None),
    ],
)
def test_a_code_has_five_figures(text: str, code: str | None) -> None:
    assert sic_code_of(text) == code


def test_a_day_of_dissolution_says_it_is_dissolved() -> None:
    (entry,) = read_bytes(company_file({"DissolutionDate": "01/10/2026"})).entries

    assert entry.status == "dissolved"


def test_short_rows_are_counted_and_passed_over() -> None:
    found = read_bytes(company_file({}) + b'"HALF A ROW","0123\n\n')

    assert len(found.entries) == 1
    assert found.unreadable == 1


def test_the_zip_is_read_as_it_is_downloaded(tmp_path: Path) -> None:
    path = tmp_path / "BasicCompanyDataAsOneFile-2026-11-01.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("BasicCompanyDataAsOneFile-2026-11-01.csv", company_file({}))

    with opened(path) as lines:
        assert len(read(lines, wanted(OURS)).entries) == 1


def zipped(**files: bytes) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.csv", content)
    return packed


@pytest.mark.parametrize(
    ("source", "refusal"),
    [
        (io.BytesIO(b"Name,Number\nA,1\n"), "no column CompanyName"),
        (io.BytesIO(b""), "no column CompanyName"),
        (io.BytesIO(bytes(range(256)) * 50), "no column CompanyName"),
        (zipped(a=b"", b=b""), "one CSV file"),
        (zipped(), "one CSV file"),
        (zipped(a=b"0" * 2_000_000), "too large to upload"),
        (io.BytesIO(company_file() + b'"' + b"x" * 300_000), "cannot be read"),
    ],
)
def test_what_is_not_the_file_is_refused(source: io.BytesIO, refusal: str) -> None:
    with pytest.raises(NotTheFile, match=refusal), opened(source, most=1_000_000) as lines:
        read(lines, wanted(OURS))


def test_the_file_says_how_far_it_has_been_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.companies.reading.OFTEN", 2)
    heard: list[int] = []

    with opened(io.BytesIO(company_file({}, {}, {}, {}, {}))) as lines:
        read(lines, wanted(OURS), heard.append)

    assert heard == [2, 4]


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("BasicCompanyDataAsOneFile-2026-11-01.csv", date(2026, 11, 1)),
        ("BasicCompanyData-2026-11-01-part1_7.zip", date(2026, 11, 1)),
        ("companies.csv", None),
        ("2026-13-45.csv", None),
    ],
)
def test_the_name_says_when_the_file_was_made(name: str, day: date | None) -> None:
    assert date_in(name) == day


@pytest.mark.parametrize(
    ("ours", "theirs", "alike"),
    [
        ("Moorcroft", "MOORCROFT LANE TIMBER FRAME LIMITED", True),
        ("Alder & Sons Ltd", "ALDER AND SONS LIMITED", True),
        ("Beech Foods", "ZENITH HOLDINGS PLC", False),
        ("Beech Foods", "", True),
    ],
)
def test_a_quite_different_name_is_noticed(ours: str, theirs: str, alike: bool) -> None:
    assert is_called_alike(ours, theirs) is alike
