"""The rows that were not imported, to be mended and imported again: as they were, with the reason in a last column."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from openpyxl import Workbook

from crm.core.clock import LONDON
from crm.core.spreadsheets.cells import CellValue, Column
from crm.core.spreadsheets.plain_writing import add_plain_sheet
from crm.core.spreadsheets.reading import ReadValue
from crm.core.spreadsheets.writing import new_workbook
from crm.imports import run_queries
from crm.imports.columns import WHY_NOT, is_ignored
from crm.imports.models import ImportRun, ImportSheet
from crm.imports.stored import cells_from

WIDTH, WIDTH_OF_REASON = 20, 60


@dataclass(frozen=True)
class RejectedRow:
    """One row as it was, and why it was not imported."""

    cells: tuple[ReadValue, ...]
    reason: str

    def cell(self, index: int) -> CellValue:
        value = self.cells[index] if index < len(self.cells) else None
        match value:
            case datetime():
                at_midnight = value.time() == time.min and value.tzinfo is None
                return value.date() if at_midnight else value.replace(tzinfo=value.tzinfo or LONDON)
            case time():
                return value.isoformat(timespec="minutes")
        return value


@dataclass(frozen=True)
class RejectedTable:
    """The rejected rows of one sheet."""

    columns: Sequence[Column[RejectedRow]]
    rows: Sequence[RejectedRow]


def table_of(sheet: ImportSheet) -> RejectedTable | None:
    """The rejected rows of a sheet, or None if every one was imported or they have been forgotten."""
    rows = [RejectedRow(cells_from(each.cells), each.reason) for each in run_queries.rejected_rows_of(sheet.id)]
    if not rows:
        return None
    columns = [_column(heading, index) for index, heading in enumerate(sheet.headings or []) if not is_ignored(heading)]
    return RejectedTable([*columns, Column(WHY_NOT, lambda row: row.reason, WIDTH_OF_REASON, wraps=True)], rows)


def _column(heading: str, index: int) -> Column[RejectedRow]:
    return Column("" if heading.startswith("Column ") else heading, lambda row: row.cell(index), WIDTH)


def workbook(run: ImportRun, *, author: str) -> Workbook:
    """One sheet for each sheet of the file that has rejected rows; the headings are in the first row."""
    book = new_workbook(title=f"Rejected rows of {run.file_name}", author=author)
    for sheet in run.sheets:
        table = table_of(sheet)
        if table is not None:
            add_plain_sheet(book, sheet.name or "Rejected rows", table.columns, table.rows)
    if not book.sheetnames:
        add_plain_sheet(book, "Rejected rows", [Column[RejectedRow](WHY_NOT, lambda row: row.reason)], [])
    return book
