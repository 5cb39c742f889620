"""Writing a sheet that is to be read again: headings in the first row, cells as they are, nothing else."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from crm.core.spreadsheets.cells import CellValue, Column, RowT, clean, excel_text
from crm.core.spreadsheets.writing import DATE_FORMAT, INSTANT_FORMAT, unique_title

BOLD = Font(bold=True)
AS_TEXT = "@"  # Excel's format for text, so that a phone number typed over stays one
WRAPPED = Alignment(wrap_text=True, vertical="top")


def add_plain_sheet(workbook: Workbook, title: str, columns: Sequence[Column[RowT]], rows: Iterable[RowT]) -> None:
    """Append a sheet with its headings in row 1, as often as they occur.

    Args:
        workbook: from `writing.new_workbook`.
        title: on the tab, as far as Excel allows.
        columns: the table's; a heading may be empty.
        rows: read once, in order.
    """
    sheet = cast("Worksheet", workbook.create_sheet(unique_title(title, workbook.sheetnames)))
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([_cell(sheet, column.heading, font=BOLD) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, column.value(row), wraps=column.wraps) for column in columns])


def _cell(sheet: Worksheet, value: CellValue, *, font: Font | None = None, wraps: bool = False) -> Any:
    cleaned = clean(value)
    if cleaned is None or cleaned == "":
        return None
    cell: Any = WriteOnlyCell(sheet)
    cell.value = excel_text(cleaned) if isinstance(cleaned, str) else cleaned
    if isinstance(cleaned, str):
        cell.data_type = "s"  # text, whatever it begins with
        cell.number_format = AS_TEXT
    elif isinstance(cleaned, date):
        cell.number_format = INSTANT_FORMAT if isinstance(cleaned, datetime) else DATE_FORMAT
    if font is not None:
        cell.font = font
    if wraps:
        cell.alignment = WRAPPED
    return cell
