"""What may stand in a cell. Every writer, Excel or CSV, passes its values through here."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, TypeVar

from crm.core.clock import LONDON

RowT = TypeVar("RowT")


@dataclass(frozen=True)
class SheetLink:
    """A cell that leads to another sheet of the same workbook. The only link a cell can be."""

    sheet_title: str
    text: str


CellValue = str | int | float | Decimal | bool | date | datetime | SheetLink | None
CleanValue = str | int | float | Decimal | date | datetime | None


@dataclass(frozen=True)
class Column(Generic[RowT]):
    """One column of a table: its heading, how to read it from a row, and how it looks.

    Args:
        heading: unique in its table.
        value: reads the cell from a row.
        width: in characters.
        number_format: Excel's, such as "0%". Dates and whole numbers need none.
        wraps: long text goes on to further lines instead of being hidden by the next cell.
    """

    heading: str
    value: Callable[[RowT], CellValue]
    width: int = 16
    number_format: str | None = None
    wraps: bool = False


LONGEST_TEXT = 32_767  # Excel's limit for a cell, in UTF-16 units
SHORT = LONGEST_TEXT // 2  # characters that surely fit
CUT_MARK = " … [cut]"
MOST_DIGITS = 15  # beyond these Excel rounds, so a longer number stays text
FIRST_YEAR = 1900  # Excel knows no earlier date

# Control characters, lone surrogates and the two code points XML forbids. Tab and line feed are fine.
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Excel reads _x0041_ as the letter A, so the underscore of such a text is itself written that way.
EXCEL_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

# What Excel, LibreOffice or Google Sheets may take for a formula at the start of a CSV cell.
FORMULA = re.compile("[\\s\u200b-\u200f\u2060\ufeff]*[=+@＝＋－＠-]")
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*%?")


def clean_text(text: str) -> str:
    """The text without what no spreadsheet can hold, cut with a mark at the length Excel allows."""
    clean = UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n"))
    if len(clean) * 2 <= LONGEST_TEXT:
        return clean
    units = clean.encode("utf-16-le")
    if len(units) <= LONGEST_TEXT * 2:
        return clean
    kept = units[: (LONGEST_TEXT - len(CUT_MARK)) * 2]
    return kept.decode("utf-16-le", errors="ignore") + CUT_MARK


def clean(value: CellValue) -> CleanValue:
    """The value as a spreadsheet can hold it: instants in London time, yes and no in words, no infinities."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, SheetLink):
        return clean_text(value.text)
    if isinstance(value, date):
        return _local(value)
    return _exact(value)


def excel_text(text: str) -> str:
    """Cleaned text, guarded against Excel's own way of writing characters as _x0041_."""
    return EXCEL_ESCAPE.sub("_x005F_", text) if "_x" in text else text


def csv_cell(value: CellValue) -> str:
    """The value as CSV text that no spreadsheet program runs.

    Text that would start a formula once its leading blanks are ignored gets an apostrophe, unless it is a number.
    Dates are written as 2026-11-24, which every program reads alike.
    """
    if value is None:
        return ""
    # Most values need no second look: no formula begins with a letter or a figure.
    if type(value) is int or (isinstance(value, str) and _is_plain(value)):
        return str(value)
    cleaned = clean(value)
    if cleaned is None:
        return ""
    if isinstance(cleaned, datetime):
        return cleaned.isoformat(sep=" ", timespec="minutes")
    if not isinstance(cleaned, str):
        return str(cleaned)
    is_formula = FORMULA.match(cleaned) and not NUMBER.fullmatch(cleaned)
    return f"'{cleaned}" if is_formula else cleaned


def _is_plain(text: str) -> bool:
    return text.isprintable() and text[:1].isalnum() and len(text) <= SHORT


def _local(value: date) -> date | str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("A datetime without a zone is not an instant.")
        value = value.astimezone(LONDON).replace(tzinfo=None)
    return value if value.year >= FIRST_YEAR else value.isoformat()


def _exact(value: float | Decimal | None) -> CleanValue:
    if value is None or (isinstance(value, float | Decimal) and not math.isfinite(value)):
        return None
    if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
        return str(value)
    return value
