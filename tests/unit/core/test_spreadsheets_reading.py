"""Reading what people send: every usual spelling of CSV, every .xlsx, and no bombs."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from random import Random

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core.spreadsheets.csv_reading import read_csv
from crm.core.spreadsheets.limits import UnreadableFile
from crm.core.spreadsheets.reading import Sheet, read_spreadsheet

ROWS = (
    ("Employer", "Contact", "Note"),
    ("Bramble Café", "Siân O’Brien", "£20 – “yes”"),
    ("Longport, Ltd", "Zoë", "a;b\nsecond line"),
    ("Moorcroft", "0123", 'said "no"'),
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"


def as_csv(delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(ROWS)
    return text.getvalue()


def sent(folder: Path, content: bytes, name: str = "sent.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def workbook(folder: Path, *rows: tuple[object, ...]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    path = folder / "sent.xlsx"
    book.save(path)
    return path


def altered(path: Path, changes: dict[str, bytes]) -> Path:
    """The workbook with members replaced or added."""
    with zipfile.ZipFile(path) as package:
        members = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, content in {**members, **changes}.items():
            package.writestr(name, content)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("codec", "mark", "name"),
    [
        ("utf-8", b"", "UTF-8"),
        ("utf-8", b"\xef\xbb\xbf", "UTF-8"),
        ("cp1252", b"", "Windows-1252"),
        ("utf-16-le", b"\xff\xfe", "UTF-16"),
        ("utf-16-be", b"\xfe\xff", "UTF-16"),
        ("utf-16-le", b"", "UTF-16"),
        ("utf-16-be", b"", "UTF-16"),
    ],
)
def test_csv_is_read_in_every_encoding_and_delimiter(codec: str, mark: bytes, name: str, delimiter: str) -> None:
    rows, notes = read_csv(mark + as_csv(delimiter).encode(codec))

    assert tuple(map(tuple, rows)) == ROWS
    assert notes[0].startswith(f"Read as {name}, cells separated by")
    assert any("accents" in note for note in notes) is (name == "Windows-1252")


def test_the_delimiter_is_the_one_that_makes_even_rows() -> None:
    rows, _ = read_csv(b"Employer;Where\nA, B and C;Stoke, Staffs\nD;Leek\n")

    assert rows[1] == ["A, B and C", "Stoke, Staffs"]


def test_excels_own_line_naming_the_delimiter_is_obeyed_and_no_row() -> None:
    assert read_csv(b"sep=;\r\na,b,c;d\r\n")[0] == [["a,b,c", "d"]]


def test_rows_are_numbered_as_a_spreadsheet_program_would() -> None:
    rows, _ = read_csv(b'Title,\n\nName,Note\n"a","x\ny"\nb,\n\n\n')

    assert rows == [["Title", ""], [], ["Name", "Note"], ["a", "x\ny"], ["b", ""]]


def test_the_apostrophe_our_own_export_adds_is_taken_off_again() -> None:
    assert read_csv(b"Name,Note\n'=Design,'tis\n")[0][1] == ["=Design", "'tis"]


def test_loose_quotation_marks_are_read_with_a_warning() -> None:
    rows, notes = read_csv(b'Name,Note\n"The "Old" Mill",x\n')

    assert len(rows) == 2
    assert "Some quotation marks are out of place. Check the rows below." in notes


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'Name,Note\n"never closed,x\nb,c\n', "never closed"),
        (b"a,b\n\x00,c\n", "not a spreadsheet"),
        (b"a,b\n\x07,c\n", "not a spreadsheet"),
        (b"\xff\xfea", "cannot be read"),
        (b"a,b\n\x81,c\n", "cannot be read"),
        (b" \n \n", "empty"),
        (b"<!DOCTYPE html><html><table>", "web page"),
        (b"a\n" * 20_031, "20,031 rows"),
        (b",".join([b"x"] * 51), "51 columns"),
    ],
)
def test_a_csv_that_cannot_be_read_is_refused_in_words(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read_csv(content)


@given(content=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    answer: object
    try:
        answer = read_csv(content)
    except UnreadableFile as refusal:
        answer = str(refusal)

    assert answer


@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1), min_size=2, max_size=2
        ),
        min_size=1,
    )
)
def test_a_csv_cell_is_never_lost(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)

    try:
        found, _ = read_csv(b"\xef\xbb\xbf" + text.getvalue().encode())
    except UnreadableFile as refusal:
        assert "empty" in str(refusal) or "web page" in str(refusal)  # noqa: PT017 – either outcome is right
        return

    flat = "".join(cell for row in found for cell in row)
    assert all(cell.lstrip("'") in flat or not cell.strip() for row in rows for cell in row if "'" not in cell)


def test_a_workbook_is_read_with_its_types(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        ("Employers",),
        (),
        ("Name", "Tel", "Half", "Day", "At", "Time", "OK"),
        ("A", 1632960038.0, 1.5, datetime(2026, 5, 4), datetime(2026, 5, 4, 9, 30), time(14), True),  # noqa: DTZ001
    )

    sheet = read_spreadsheet(path)

    assert sheet.rows[2][0] == "Name"
    assert sheet.rows[3] == ("A", 1632960038, 1.5, date(2026, 5, 4), datetime(2026, 5, 4, 9, 30), time(14), True)  # noqa: DTZ001
    assert isinstance(sheet.rows[3][1], int)


def test_a_formula_without_a_result_is_read_as_it_was_typed(tmp_path: Path) -> None:
    sheet = read_spreadsheet(workbook(tmp_path, ("Name", "Note"), ("A", "=not interested"), ("B", "#N/A")))

    assert [row[1] for row in sheet.rows] == ["Note", "=not interested", "#N/A"]
    assert "B2, B3" in sheet.notes[0]


def test_a_sheet_can_be_named_and_hidden_ones_are_not_chosen(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Hidden"
    book.worksheets[0]["A1"] = "do not use"
    book.worksheets[0].sheet_state = "hidden"
    book.create_sheet("Empty")
    book.create_sheet("Employers")["A1"] = "Name"
    path = tmp_path / "sent.xlsx"
    book.save(path)

    assert read_spreadsheet(path) == Sheet("Employers", (("Name",),), (), ("Hidden", "Empty"))
    assert read_spreadsheet(path, sheet=" hidden ").rows == (("do not use",),)
    with pytest.raises(UnreadableFile, match=r"There is no sheet called “Talks”.*“Employers”"):
        read_spreadsheet(path, sheet="Talks")


def refused(path: Path) -> str:
    with pytest.raises(UnreadableFile) as refusal:
        read_spreadsheet(path)
    return str(refusal.value)


def test_a_shared_text_of_half_a_gigabyte_is_refused_unpacked(tmp_path: Path) -> None:
    bomb = f'<sst xmlns="{MAIN}"><si><t>{"A" * 60_000_000}</t></si></sst>'.encode()

    assert "too big once unpacked" in refused(altered(workbook(tmp_path, ("a",)), {"xl/sharedStrings.xml": bomb}))


def test_a_short_text_repeated_a_million_times_is_refused(tmp_path: Path) -> None:
    cell = f'<c t="inlineStr"><is><t>{"A" * 2000}</t></is></c>'
    rows = "".join(f'<row r="{number}">{cell * 10}</row>' for number in range(1, 1501))
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()

    assert "too much text" in refused(altered(workbook(tmp_path, ("a",)), {SHEET: sheet}))


def test_a_cell_at_the_end_of_the_world_is_refused(tmp_path: Path) -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'.encode()

    assert "far away" in refused(altered(workbook(tmp_path, ("a",)), {SHEET: sheet}))


def test_a_dimension_that_lies_is_not_believed(tmp_path: Path) -> None:
    cells = '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
    sheet = f'<worksheet xmlns="{MAIN}">{cells}</worksheet>'.encode()

    assert read_spreadsheet(altered(workbook(tmp_path, ("a",)), {SHEET: sheet})).rows == ((1,),)


def entities(codec: str) -> bytes:
    nested = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    return (
        f'<?xml version="1.0" encoding="{codec}"?><!DOCTYPE sst [<!ENTITY a0 "lol">{nested}]>'
        f'<sst xmlns="{MAIN}"><si><t>&a8;</t></si></sst>'
    ).encode(codec)


@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_a_billion_laughs_are_refused_in_any_encoding(tmp_path: Path, codec: str) -> None:
    assert "document type" in refused(altered(workbook(tmp_path, ("a",)), {"xl/sharedStrings.xml": entities(codec)}))


def test_a_document_type_hidden_behind_a_long_comment_is_refused(tmp_path: Path) -> None:
    hidden = b"<!--" + b" " * 70_000 + b"--><!DOCTYPE sst><sst/>"

    assert "put together wrongly" in refused(altered(workbook(tmp_path, ("a",)), {"xl/sharedStrings.xml": hidden}))


@pytest.mark.parametrize("member", ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/embeddings/a.bin"])
def test_active_content_is_refused(tmp_path: Path, member: str) -> None:
    assert "macros" in refused(altered(workbook(tmp_path, ("a",)), {member: b"<a/>"}))


@pytest.mark.parametrize("member", ["../../evil.txt", "/etc/evil", "xl\\evil", "C:/evil"])
def test_members_that_lead_outside_are_refused(tmp_path: Path, member: str) -> None:
    assert "put together wrongly" in refused(altered(workbook(tmp_path, ("a",)), {member: b"x"}))


def test_a_zip_of_many_files_is_refused(tmp_path: Path) -> None:
    many = {f"xl/x{number}.xml": b"<a/>" for number in range(201)}

    assert "too big" in refused(altered(workbook(tmp_path, ("a",)), many))


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes(255 - byte for byte in content[middle : middle + 200]) + content[middle + 200 :]


@pytest.mark.parametrize("damage", [truncated, flipped])
def test_a_damaged_workbook_is_refused(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = workbook(tmp_path, *((f"name {number}", number) for number in range(500)))

    assert "damaged" in refused(sent(tmp_path, damage(path.read_bytes()), "sent.xlsx"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"PK\x05\x06" + b"\0" * 18, "not an Excel workbook"),
        (b"<html><script>alert(1)</script>", "web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel file"),
        (b"%PDF-1.7 ...", "PDF"),
        (Random(1).randbytes(5000), "not a spreadsheet|cannot be read"),
        (b"a" * (10 * 2**20 + 1), "larger than 10 MB"),
    ],
)
def test_what_only_calls_itself_a_workbook_is_refused_in_words(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read_spreadsheet(sent(tmp_path, content, "sent.xlsx"))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "There is no file missing.csv" in refused(tmp_path / "missing.csv")


def test_a_workbook_with_too_many_rows_or_columns_is_refused(tmp_path: Path) -> None:
    assert "51 columns" in refused(workbook(tmp_path, tuple(range(51))))
    assert "20,031 rows" in refused(workbook(tmp_path, *((number,) for number in range(20_031))))


def test_a_reader_that_dies_or_hangs_is_only_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sent(tmp_path, b"a,b\n")
    monkeypatch.setattr("crm.core.spreadsheets.reading.PROGRAM", "crm.core.no_such_program")

    assert "damaged" in refused(path)

    monkeypatch.setattr("crm.core.spreadsheets.reading.PROGRAM", "this")
    monkeypatch.setattr("crm.core.spreadsheets.reading.SECONDS_IN_ALL", 0.001)

    assert "takes too long" in refused(path)
