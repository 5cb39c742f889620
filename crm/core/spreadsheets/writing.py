"""Writing Excel workbooks for a meeting: one real table on each sheet, fit to print, nothing a formula."""

import os
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import Any, BinaryIO, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from crm.core import clock
from crm.core.spreadsheets.cells import CellValue, Column, RowT, SheetLink, clean, clean_text, excel_text

DATE_FORMAT = "dd/mm/yyyy"
INSTANT_FORMAT = "dd/mm/yyyy hh:mm"
LONGEST_SHEET_TITLE = 31
A4 = "9"
LINE_POINTS = 15.0
TALLEST_POINTS = 409.0  # Excel's limit

TITLE_FONT = Font(name="Calibri", bold=True, size=14)
HEADING_FONT = Font(name="Calibri", bold=True, size=11)
HEADING_FILL = PatternFill("solid", fgColor="E8EEF4")
HEADING_BORDER = Border(bottom=Side("medium", color="1D3F5E"))
HEADING_ALIGNMENT = Alignment(wrap_text=True, vertical="top")
WRAPPED = Alignment(wrap_text=True, vertical="top")
TOP = Alignment(vertical="top")
DATE_ALIGNMENT = Alignment(horizontal="left", vertical="top")
LINK_FONT = Font(name="Calibri", size=11, color="1D5FA0", underline="single")
TABLE_STYLE = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)


@dataclass(frozen=True)
class WrittenSheet:
    """A finished sheet and where its table stands, for a chart or a link to point at."""

    worksheet: Worksheet
    title: str
    heading_row: int
    last_row: int
    columns: int


def new_workbook(*, title: str, author: str, subject: str = "") -> Workbook:
    """An empty workbook with its document properties set. Rows go straight to disk, so any number fits in memory."""
    workbook = Workbook(write_only=True)
    properties = workbook.properties
    properties.title, properties.creator, properties.subject = (
        clean_text(title),
        clean_text(author),
        clean_text(subject),
    )
    properties.language = "en-GB"
    properties.created = properties.modified = clock.now().replace(tzinfo=None)
    return workbook


def add_sheet(
    workbook: Workbook,
    title: str,
    columns: Sequence[Column[RowT]],
    rows: Iterable[RowT],
    *,
    heading: str = "",
    notes: Sequence[str] = (),
) -> WrittenSheet:
    """Append a sheet: its heading in A1, notes below it, then one table with a frozen heading row.

    Args:
        workbook: from `new_workbook`.
        title: on the tab, as far as Excel allows.
        columns: the table's, at least one.
        rows: read once, in order.
        heading: in A1 and at the foot of the printed page; the title unless given.
        notes: lines between heading and table.

    Returns:
        Where the table stands. A table without rows gets one row that says so, because Excel repairs an empty table.
    """
    # Really a write-only sheet, which has the parts of a sheet used here; the stubs know fewer of them.
    sheet = cast("Worksheet", workbook.create_sheet(unique_title(title, workbook.sheetnames)))
    heading_row = 2 + len(notes)
    _set_up_page(sheet, heading or title, heading_row)
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([_text_cell(sheet, heading or title, TITLE_FONT)])
    for note in notes:
        sheet.append([_text_cell(sheet, note)])
    headings = _unique_headings(columns)
    widths = [(index, column.width) for index, column in enumerate(columns)]
    cells = [_heading_cell(sheet, text) for text in headings]
    sheet.row_dimensions[heading_row].height = _height(cells, widths)
    sheet.append(cells)
    last_row = _append_rows(sheet, columns, rows, first_row=heading_row + 1)
    _add_table(workbook, sheet, headings, heading_row, last_row)
    return WrittenSheet(sheet, sheet.title, heading_row, last_row, len(columns))


def unique_title(title: str, taken: Iterable[str]) -> str:
    """A sheet title Excel accepts and no other sheet has: at most 31 characters, no slashes, colons or brackets."""
    safe = re.sub(r"\s+", " ", re.sub(r"[\\/*?:\[\]]", " ", clean_text(title))).strip(" '") or "Sheet"
    if safe.casefold() == "history":  # Excel keeps this one for itself
        safe = "History of changes"
    used = {each.casefold() for each in taken}
    candidate, number = _shortened(safe), 1
    while candidate.casefold() in used:
        number += 1
        candidate = _shortened(safe, f" ({number})")
    return candidate


def as_bytes(workbook: Workbook) -> BytesIO:
    """The workbook as a download, rewound to its start."""
    buffer = BytesIO()
    workbook.save(buffer)
    buffer.seek(0)
    return buffer


def save_workbook(workbook: Workbook, path: Path) -> None:
    """Write the workbook so that the path holds the old file or the whole new one, never part of one."""
    save_atomically(path, workbook.save)


def save_atomically(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Write beside the path, force it to disk, then put it in place."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _set_up_page(sheet: Worksheet, title: str, heading_row: int) -> None:
    """Freeze the headings, and print landscape on A4, as wide as one page, headings on each, pages numbered."""
    sheet.freeze_panes = f"A{heading_row + 1}"
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.print_title_rows = f"{heading_row}:{heading_row}"
    footer = cast("HeaderFooterItem", sheet.oddFooter)
    footer.left.text = clean_text(title).replace("&", "&&")
    footer.right.text = "Page &P of &N"


def _append_rows(sheet: Worksheet, columns: Sequence[Column[RowT]], rows: Iterable[RowT], *, first_row: int) -> int:
    """Write the rows and return the number of the last one."""
    wrapping = [(index, column.width) for index, column in enumerate(columns) if column.wraps]
    beside = TOP if wrapping else None
    writers = [
        (column.value, _CellWriter(sheet, column, alignment=WRAPPED if column.wraps else beside)) for column in columns
    ]
    row_number = first_row - 1
    for row in rows:
        row_number += 1
        cells = [write(read(row)) for read, write in writers]
        if wrapping:
            sheet.row_dimensions[row_number].height = _height(cells, wrapping)
        sheet.append(cells)
    if row_number < first_row:
        sheet.append([_text_cell(sheet, "Nothing to show")])
        row_number = first_row
    return row_number


def _height(cells: Sequence[Any | None], wrapping: Sequence[tuple[int, int]]) -> float | None:
    """The height in points that wrapped text needs, because not every program works it out. None: one line."""
    lines = 1
    for index, width in wrapping:
        text = getattr(cells[index], "value", None)
        if isinstance(text, str):
            lines = max(lines, sum(len(wrap(line, width)) or 1 for line in text.split("\n")))
    return min(lines * LINE_POINTS, TALLEST_POINTS) if lines > 1 else None


class _CellWriter:
    """Turns one column's values into what openpyxl writes fastest: bare values, or one cell object for each look.

    openpyxl writes a cell to disk before the next row is made, so the object may be used again.
    """

    def __init__(self, sheet: Worksheet, column: Column[RowT], *, alignment: Alignment | None) -> None:
        self._sheet = sheet
        self._bare_text = alignment is None
        self._bare_numbers = alignment is None and column.number_format is None
        self._text = self._cell(alignment, None)
        self._number = self._cell(alignment, column.number_format)
        self._date = self._cell(DATE_ALIGNMENT, column.number_format or DATE_FORMAT)
        self._instant = self._cell(DATE_ALIGNMENT, column.number_format or INSTANT_FORMAT)

    def __call__(self, value: CellValue) -> Any:
        if isinstance(value, SheetLink):
            return _link_cell(self._sheet, value)
        cleaned = clean(value)
        if cleaned is None:
            return None
        if isinstance(cleaned, str):
            return self._as_text(excel_text(cleaned))
        if isinstance(cleaned, datetime):
            cell = self._instant
        elif isinstance(cleaned, date):
            cell = self._date
        elif self._bare_numbers:
            return cleaned
        else:
            cell = self._number
        cell.value = cleaned
        return cell

    def _as_text(self, text: str) -> Any:
        """Text, whatever it begins with. openpyxl takes "=…" for a formula and "#N/A" for an error unless told."""
        if self._bare_text and text[:1] not in {"=", "#"}:
            return text
        self._text.value = text
        self._text.data_type = "s"
        return self._text

    def _cell(self, alignment: Alignment | None, number_format: str | None) -> Any:
        cell = WriteOnlyCell(self._sheet)
        if alignment is not None:
            cell.alignment = alignment
        if number_format is not None:
            cell.number_format = number_format
        return cell


def _text_cell(sheet: Worksheet, text: str, font: Font | None = None) -> Any:
    cell = WriteOnlyCell(sheet, excel_text(clean_text(text)))
    cell.data_type = "s"
    if font is not None:
        cell.font = font
    return cell


def _heading_cell(sheet: Worksheet, heading: str) -> Any:
    cell = _text_cell(sheet, heading, HEADING_FONT)
    cell.fill, cell.border, cell.alignment = HEADING_FILL, HEADING_BORDER, HEADING_ALIGNMENT
    return cell


def _link_cell(sheet: Worksheet, link: SheetLink) -> Any:
    cell = _text_cell(sheet, link.text, LINK_FONT)
    cell.alignment = TOP
    quoted = link.sheet_title.replace("'", "''")
    cell.row = cell.column = 1  # openpyxl moves the link to the cell's place as it writes
    cell.hyperlink = Hyperlink(ref="A1", location=f"'{quoted}'!A1")
    return cell


def _unique_headings(columns: Sequence[Column[RowT]]) -> list[str]:
    """The headings as a table needs them: one line, none empty, none twice."""
    headings: list[str] = []
    for column in columns:
        heading = wanted = " ".join(clean_text(column.heading).split()) or "Column"
        number = 1
        while heading.casefold() in {each.casefold() for each in headings}:
            number += 1
            heading = f"{wanted} {number}"
        headings.append(heading)
    return headings


def _add_table(workbook: Workbook, sheet: Worksheet, headings: Sequence[str], heading_row: int, last_row: int) -> None:
    place = f"A{heading_row}:{get_column_letter(len(headings))}{last_row}"
    words = re.sub(r"\W+", "_", sheet.title, flags=re.ASCII).strip("_")
    # The number makes it unique in the workbook, which is what Excel asks; "Table" keeps it from reading as a cell.
    table = Table(displayName=f"Table{len(workbook.sheetnames)}_{words}", ref=place, tableStyleInfo=TABLE_STYLE)
    # openpyxl cannot read the headings for itself: they are on disk already.
    table.tableColumns = [
        TableColumn(id=number, name=excel_text(text)) for number, text in enumerate(headings, start=1)
    ]
    table.autoFilter = AutoFilter(ref=place)
    sheet.tables.add(table)


def _shortened(title: str, ending: str = "") -> str:
    """The title and its ending in 31 UTF-16 units, which is how Excel counts."""
    units = title.encode("utf-16-le")[: (LONGEST_SHEET_TITLE - len(ending)) * 2]
    return units.decode("utf-16-le", errors="ignore").rstrip(" '") + ending
