"""Writing workbooks and CSV: whatever people typed, the file opens and runs nothing."""

import csv
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import BinaryIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from crm.core.spreadsheets.cells import CellValue, Column, SheetLink, clean_text, csv_cell
from crm.core.spreadsheets.charts import add_bar_chart
from crm.core.spreadsheets.csv_writing import csv_lines
from crm.core.spreadsheets.writing import (
    add_sheet,
    as_bytes,
    new_workbook,
    save_atomically,
    save_workbook,
    unique_title,
)

HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://evil.example","x")',
    "=cmd|'/C calc'!A0",
    "@SUM(1)",
    "\t=1+1",
    " =1+1",
    "\u00a0=1+1",
    "＝1+1",
    "{=1+1}",
    "#N/A",
    "http://evil.example/a",
    "mailto:x@y.example",
    "TRUE",
]

Row = tuple[CellValue, ...]


def workbook() -> Workbook:
    return new_workbook(title="Progress", author="Exampleton Council")


def columns(*headings: str) -> list[Column[Row]]:
    def reading(index: int) -> Column[Row]:
        return Column(headings[index], lambda row: row[index])

    return [reading(index) for index in range(len(headings))]


def reopened(book: Workbook) -> Workbook:
    return openpyxl.load_workbook(as_bytes(book))


def written(rows: Sequence[Row], *headings: str) -> Worksheet:
    book = workbook()
    add_sheet(book, "Sheet", columns(*headings), rows)
    return reopened(book).worksheets[0]


@pytest.mark.parametrize("wraps", [False, True])
@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text_in_excel(text: str, wraps: bool) -> None:
    book = workbook()
    add_sheet(book, "Sheet", [Column[str]("Note", lambda row: row, wraps=wraps)], [text])

    cell = reopened(book).worksheets[0]["A3"]

    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@given(text=st.text(st.characters(), max_size=200))
def test_any_text_at_all_can_be_written_and_is_never_a_formula(text: str) -> None:
    book = workbook()
    add_sheet(book, text, [Column[str](text, lambda row: row)], [text], notes=[text])

    saved = as_bytes(book)

    with zipfile.ZipFile(saved) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")
    assert len(openpyxl.load_workbook(saved).sheetnames) == 1


def test_characters_no_file_can_hold_are_left_out_and_line_breaks_kept() -> None:
    assert clean_text("a\x00b\ud800c\uffff\r\nd\x0be") == "abc\nd\ne"


def test_a_text_too_long_for_excel_is_cut_and_says_so() -> None:
    assert clean_text("x" * 32_767) == "x" * 32_767
    assert clean_text("x" * 40_000).endswith("x … [cut]")
    assert len(clean_text("😀" * 20_000).encode("utf-16-le")) // 2 <= 32_767


def test_a_text_that_looks_like_an_escape_is_shown_as_it_was_typed() -> None:
    assert written([("_x0041_",)], "Note")["A3"].value == "_x005F_x0041_"


def test_numbers_are_numbers_and_dates_are_dates_in_london() -> None:
    row = (4, Decimal("1.5"), date(2026, 11, 24), datetime(2026, 7, 1, 23, 30, tzinfo=UTC), True, None, float("nan"))

    sheet = written([row], *"abcdefg")

    assert [cell.value for cell in sheet[3]] == [
        4,
        1.5,
        datetime(2026, 11, 24),  # noqa: DTZ001 – Excel knows no zones
        datetime(2026, 7, 2, 0, 30),  # noqa: DTZ001
        "Yes",
        None,
        None,
    ]
    assert sheet["C3"].number_format == "dd/mm/yyyy"


def test_what_excel_would_round_or_cannot_date_is_text() -> None:
    sheet = written([(10**15, date(1066, 10, 14))], "a", "b")

    assert [cell.value for cell in sheet[3]] == ["1000000000000000", "1066-10-14"]


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        csv_cell(datetime(2026, 1, 1))  # noqa: DTZ001 – that is the point


def test_a_sheet_has_its_title_in_a1_and_one_real_table_ready_to_print() -> None:
    book = workbook()
    written_sheet = add_sheet(
        book, "Pledges & places", columns("Employer", "Places"), [("A", 1)], notes=["As at today"]
    )

    sheet = reopened(book).worksheets[0]

    assert (written_sheet.heading_row, written_sheet.last_row) == (3, 4)
    assert [cell.value for cell in sheet["A"]] == ["Pledges & places", "As at today", "Employer", "A"]
    (table,) = sheet.tables.values()
    assert (table.ref, [column.name for column in table.tableColumns]) == ("A3:B4", ["Employer", "Places"])
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.merged_cells.ranges) == ("A4", "$3:$3", set())
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.oddFooter is not None
    assert sheet.oddFooter.right.text == "Page &P of &N"


def test_a_table_without_rows_says_so() -> None:
    sheet = written([], "Employer")

    assert sheet["A3"].value == "Nothing to show"
    assert next(iter(sheet.tables.values())).ref == "A2:A3"


def test_headings_and_tables_and_titles_are_unique() -> None:
    book = workbook()
    for _ in range(2):
        add_sheet(book, "Q1/Q2: [draft]", columns("Name", "name", ""), [("a", "b", "c")])

    first, second = reopened(book).worksheets

    assert (first.title, second.title) == ("Q1 Q2 draft", "Q1 Q2 draft (2)")
    assert [cell.value for cell in first[2]] == ["Name", "name 2", "Column"]
    assert set(first.tables).isdisjoint(second.tables)


@pytest.mark.parametrize(
    ("title", "safe"),
    [
        ("", "Sheet"),
        ("'lead'", "lead"),
        ("History", "History of changes"),
        ("a" * 40, "a" * 31),
        ("😀" * 20, "😀" * 15),
    ],
)
def test_a_sheet_title_is_one_excel_accepts(title: str, safe: str) -> None:
    assert unique_title(title, []) == safe


def test_contents_can_lead_to_another_sheet() -> None:
    sheet = written([(SheetLink("Bob's", "See Bob"),)], "Go")

    assert sheet["A3"].value == "See Bob"
    assert sheet["A3"].hyperlink.location == "'Bob''s'!A1"


def test_wrapped_text_gets_the_height_it_needs() -> None:
    book = workbook()
    add_sheet(book, "Sheet", [Column[str]("Note", lambda row: row, width=10, wraps=True)], ["word " * 10, "short"])

    sheet = reopened(book).worksheets[0]

    assert (sheet.row_dimensions[3].height, sheet.row_dimensions[4].height) == (75, None)


def test_a_chart_is_native_and_drawn_from_the_table() -> None:
    book = workbook()
    sheet = add_sheet(book, "Sheet", columns("Employer", "Promised", "Attended"), [("A", 3, 1), ("B", 6, 2)])
    add_bar_chart(sheet, title="Promised and attended", labels=1, values=(2, 3), axis="Places")

    with zipfile.ZipFile(as_bytes(book)) as package:
        chart = package.read("xl/charts/chart1.xml").decode()

    assert "'Sheet'!$B$3:$B$4" in chart
    assert "'Sheet'!$A$3:$A$4" in chart
    assert "Promised and attended" in chart


def test_a_workbook_is_saved_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "progress.xlsx"
    book = workbook()
    add_sheet(book, "Sheet", columns("a"), [("x",)])
    save_workbook(book, path)
    before = path.read_bytes()

    def fail_halfway(file: BinaryIO) -> None:
        file.write(b"half")
        raise OSError("The disk is full.")

    with pytest.raises(OSError, match="full"):
        save_atomically(path, fail_halfway)

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("\u00a0=1+1", "'\u00a0=1+1"),
        ("\t@SUM(1)", "'\t@SUM(1)"),
        ("\ufeff＝1", "'\ufeff＝1"),
        ("-5", "-5"),
        ("+441632960961", "+441632960961"),
        ("+441632960961 x21", "'+441632960961 x21"),
        ("- not yet", "'- not yet"),
        ("a=b", "a=b"),
        (None, ""),
        (-3, "-3"),
        (date(2026, 11, 24), "2026-11-24"),
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "2026-07-01 13:00"),
        (False, "No"),
    ],
)
def test_a_csv_cell_runs_nowhere(value: CellValue, cell: str) -> None:
    assert csv_cell(value) == cell


def test_csv_is_streamed_with_a_mark_that_excel_knows() -> None:
    rows: list[Row] = [(f"Café {number}", "a,b\nc") for number in range(1_200)]

    pieces = list(csv_lines(columns("Name", "Note"), rows))

    assert len(pieces) == 4
    text = "".join(pieces)
    assert text.startswith("\ufeffName,Note\r\n")
    assert list(csv.reader(StringIO(text[1:], newline="")))[1:] == [list(row) for row in rows]


def test_a_workbook_download_starts_at_its_beginning() -> None:
    book = workbook()
    add_sheet(book, "Sheet", columns("a"), [])

    download = as_bytes(book)

    assert isinstance(download, BytesIO)
    assert download.read(2) == b"PK"
