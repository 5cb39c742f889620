"""Reading .xlsx with calamine, and what it leaves out: formulas without a result."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from io import BytesIO
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from crm.core.spreadsheets.limits import (
    MOST_EXTENT,
    MOST_ROWS_IN_ALL,
    MOST_TEXT,
    SAVE_AS,
    UnreadableFile,
    check_package,
    check_size,
)

ReadValue = str | int | float | bool | date | datetime | time | None

NAMESPACES = {
    "main": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "package": "http://schemas.openxmlformats.org/package/2006/relationships",
}
ROW_NUMBERS = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr=[\"'](\d+)")
CELL_PLACES = re.compile(rb"<(?:\w+:)?c\b[^>]*?\sr=[\"']([A-Z]{1,3})(\d+)")
A_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is|f)[\s>]")
FORMULA_OR_ERROR = re.compile(rb"<(?:\w+:)?f[\s/>]|\st=[\"']e[\"']")
NOTHING_TO_SEE = "This workbook has nothing on any sheet that can be seen."
DAMAGED = f"This workbook is damaged. {SAVE_AS}"


def read_excel(content: bytes, sheet: str | None) -> tuple[str, list[str], list[list[ReadValue]], list[str]]:
    """A sheet of a workbook: its name, the other sheets' names, its rows from row 1 and notes on how it was read.

    Args:
        content: the file.
        sheet: its name; without one, the first visible sheet that has anything on it.
    """
    with _opened(content) as (workbook, package):
        chosen = _chosen(workbook, package, sheet)
        rows, notes = _read_sheet(workbook, package, chosen)
        return chosen, [name for name in workbook.sheet_names if name != chosen], rows, notes


def read_every_sheet(content: bytes) -> tuple[list[dict[str, object]], list[str]]:
    """Every visible sheet that has anything on it, and the names of the ones that are hidden.

    A sheet that cannot be read does not take the others along: it has its `trouble` in place of rows.
    """
    with _opened(content) as (workbook, package):
        names = [name for name in _visible(workbook) if A_VALUE.search(_sheet_xml(package, name))]
        if not names:
            raise UnreadableFile(NOTHING_TO_SEE)
        sheets = [_read_or_refuse(workbook, package, name) for name in names]
        hidden = [each.name for each in workbook.sheets_metadata if each.visible != SheetVisibleEnum.Visible]
    rows = sum(len(each["rows"]) for each in sheets if isinstance(each["rows"], list))
    if rows > MOST_ROWS_IN_ALL:
        raise UnreadableFile(
            f"The sheets of this workbook have {rows:,} rows. At most {MOST_ROWS_IN_ALL:,} are read at once: split it "
            "into smaller files."
        )
    troubles = [str(each["trouble"]) for each in sheets]
    if all(troubles):
        raise UnreadableFile(troubles[0])
    return sheets, hidden


@contextmanager
def _opened(content: bytes) -> Iterator[tuple[CalamineWorkbook, zipfile.ZipFile]]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            check_package(package)
            with CalamineWorkbook.from_filelike(BytesIO(content)) as workbook:
                yield workbook, package
    except (
        zipfile.BadZipFile,
        zlib.error,
        CalamineError,
        ElementTree.ParseError,
        KeyError,
        EOFError,
        NotImplementedError,
    ) as error:
        raise UnreadableFile(DAMAGED) from error


def _read_or_refuse(workbook: CalamineWorkbook, package: zipfile.ZipFile, name: str) -> dict[str, object]:
    try:
        rows, notes = _read_sheet(workbook, package, name)
    except UnreadableFile as refusal:
        return {"name": name, "rows": [], "notes": [], "trouble": str(refusal)}
    return {"name": name, "rows": rows, "notes": notes, "trouble": ""}


def _read_sheet(
    workbook: CalamineWorkbook, package: zipfile.ZipFile, name: str
) -> tuple[list[list[ReadValue]], list[str]]:
    xml = _sheet_xml(package, name)
    _check_extent(xml)
    sheet = workbook.get_sheet_by_name(name)
    rows = _rows(sheet)
    notes = _fill_in_formulas(rows, xml)
    notes += _fill_merged(rows, sheet)
    _trim(rows)
    check_size(len(rows), max(map(len, rows), default=0))
    _check_text(rows)
    return rows, notes


def _visible(workbook: CalamineWorkbook) -> list[str]:
    return [
        each.name
        for each in workbook.sheets_metadata
        if each.typ == SheetTypeEnum.WorkSheet and each.visible == SheetVisibleEnum.Visible
    ]


def _chosen(workbook: CalamineWorkbook, package: zipfile.ZipFile, wanted: str | None) -> str:
    if wanted is not None:
        for name in workbook.sheet_names:
            if name.strip().casefold() == wanted.strip().casefold():
                return name
        listed = ", ".join(f"“{name}”" for name in workbook.sheet_names)
        raise UnreadableFile(f"There is no sheet called “{wanted}”. This workbook has {listed}.")
    for name in _visible(workbook):
        if A_VALUE.search(_sheet_xml(package, name)):
            return name
    raise UnreadableFile(NOTHING_TO_SEE)


def _fill_merged(rows: list[list[ReadValue]], sheet: CalamineSheet) -> list[str]:
    """Give each row of cells merged downwards the value they show. Those merged sideways are titles, once."""
    filled = []
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        value = rows[top][left] if top < len(rows) and left < len(rows[top]) else None
        if bottom == top or value is None:
            continue
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row) and row[left] is None:
                row[left] = value
        filled.append(f"{_letters(left)}{top + 1}:{_letters(left)}{bottom + 1}")
    if not filled:
        return []
    return [f"Merged cells are read as the same value in each of their rows: {_first_ten(filled)}."]


def _letters(column: int) -> str:
    letters, number = "", column + 1
    while number:
        number, remainder = divmod(number - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


def _first_ten(places: list[str]) -> str:
    return ", ".join(places[:10]) + (f" and {len(places) - 10} more" if len(places) > 10 else "")  # noqa: PLR2004


def _rows(sheet: CalamineSheet) -> list[list[ReadValue]]:
    # Empty rows and columns at the start are kept, so that row 4 of the file is row 4 here.
    if sheet.start is None:
        return []
    return [[_value(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def _value(cell: object) -> ReadValue:
    """The cell as Python has it: whole numbers without .0, line breaks in one spelling, nothing for an empty text."""
    match cell:
        case float() if cell.is_integer():
            return int(cell)
        case str():
            return cell.replace("\r\n", "\n") or None
        case timedelta():
            return str(cell)
        case bool() | int() | float() | date() | time():
            return cell
    return None


def _sheet_xml(package: zipfile.ZipFile, name: str) -> bytes:
    """The stored form of a sheet: calamine says where values are, only this says where formulas are."""
    book = ElementTree.fromstring(package.read("xl/workbook.xml"), forbid_dtd=True)
    links = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"), forbid_dtd=True)
    targets = {
        link.get("Id"): str(link.get("Target")) for link in links.iter(f"{{{NAMESPACES['package']}}}Relationship")
    }
    for entry in book.iter(f"{{{NAMESPACES['main']}}}sheet"):
        if entry.get("name") == name:
            target = targets[entry.get(f"{{{NAMESPACES['r']}}}id")]
            return package.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    raise KeyError(name)


def _check_extent(xml: bytes) -> None:
    """Refuse a sheet with a cell so far out that the space before it would fill the memory."""
    places = CELL_PLACES.findall(xml)
    columns = max((_column_number(letters) for letters in {letters for letters, _ in places}), default=1)
    rows = max((int(number) for number in ROW_NUMBERS.findall(xml)), default=1)
    rows = max(rows, max((int(number) for _, number in places), default=1))
    if rows * columns > MOST_EXTENT:
        raise UnreadableFile(
            "This sheet has cells far away from its table. Delete the empty rows and columns around the table, "
            "or copy the table into a new workbook."
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _fill_in_formulas(rows: list[list[ReadValue]], xml: bytes) -> list[str]:
    """Put the formula itself where it has no result, and say so.

    "=not interested" typed in a hurry is a formula to Excel and nothing to calamine; it must not vanish.
    """
    if not FORMULA_OR_ERROR.search(xml):
        return []
    found = []
    for place, text in _without_result(ElementTree.fromstring(xml, forbid_dtd=True)):
        match = re.fullmatch(r"([A-Z]{1,3})(\d+)", place)
        if match is None:
            continue
        row, column = int(match[2]) - 1, _column_number(match[1].encode()) - 1
        if row < len(rows) and column < len(rows[row]) and rows[row][column] is None:
            rows[row][column] = text
            found.append(place)
    if not found:
        return []
    return [f"Formulas without a result are read as they were typed: {_first_ten(found)}."]


def _without_result(sheet: Element) -> Iterator[tuple[str, str]]:
    main = f"{{{NAMESPACES['main']}}}"
    for cell in sheet.iter(f"{main}c"):
        formula, value = cell.find(f"{main}f"), cell.find(f"{main}v")
        result = "" if value is None else (value.text or "")
        if cell.get("t") == "e":
            yield str(cell.get("r")), f"={formula.text}" if formula is not None and formula.text else result
        elif formula is not None and not result:
            # Of a formula filled down a column only the first cell holds the text.
            yield str(cell.get("r")), f"={formula.text or '…'}"


def _trim(rows: list[list[ReadValue]]) -> None:
    """Drop empty rows at the end and empty columns at the right, which formatting leaves behind."""
    while rows and _is_blank(rows[-1]):
        rows.pop()
    widest = max((index for row in rows for index, cell in enumerate(row, start=1) if not _is_blank([cell])), default=0)
    for row in rows:
        del row[widest:]


def _is_blank(cells: list[ReadValue]) -> bool:
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def _check_text(rows: list[list[ReadValue]]) -> None:
    if sum(len(cell) for row in rows for cell in row if isinstance(cell, str)) > MOST_TEXT:
        raise UnreadableFile("This sheet has too much text to be a list of employers. Delete what is not needed.")
    if any("\0" in cell for row in rows for cell in row if isinstance(cell, str)):
        raise UnreadableFile(DAMAGED)
