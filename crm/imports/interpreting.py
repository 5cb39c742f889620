"""Turns the rows of a sheet into employers as the file tells them. Pure: the council's lists are handed in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm.core import normalise
from crm.core.normalise import as_text
from crm.core.spreadsheets.reading import ReadValue
from crm.employers.models import SicVersion
from crm.imports import words
from crm.imports.columns import Layout, Target, recognise
from crm.imports.findings import Report, Severity
from crm.imports.people import Person, read_people
from crm.imports.row import LONGEST_NAME, Row, short_text

TOTALS = frozenset({"total", "totals", "grand total", "sub total", "subtotal", "sum"})
DIVIDER = re.compile(r"\b(?:below|above|section|following|new since)\b|^[\W_]{2,}|[\W_]{2,}$", re.IGNORECASE)
NOTHING_SAID = "Counted as blank"


@dataclass(frozen=True)
class Incoming:
    """An employer as one row tells it, or several rows folded together.

    Attributes:
        row: number in the file, the first if several.
        name_key: what it is matched by besides its number.
        values: columns of Employer that the file fills, and nothing it leaves empty.
        sectors: ids.
        people: contacts.
        postcodes: the full ones of all its rows; two employers of one name are told apart by them.
    """

    row: int
    name_key: str
    values: dict[str, Any]
    sectors: tuple[int, ...] = ()
    people: tuple[Person, ...] = ()
    postcodes: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return str(self.values["name"])

    @property
    def company_number(self) -> str | None:
        return self.values.get("company_number")


@dataclass(frozen=True)
class Lists:
    """The council's lists that cells refer to."""

    bands: Sequence[words.Band]
    sectors: words.Names
    officers: words.Names


def interpret(rows: Sequence[Sequence[ReadValue]], layout: Layout, lists: Lists, report: Report) -> list[Incoming]:
    """Read every row below the headings. Whatever cannot be used is in the report."""
    report.above = layout.header
    body = rows[layout.header + 1 :]
    report.counts.rows = len(body)
    report.not_imported = _not_imported(body, layout)
    found = []
    for number, cells in enumerate(body, start=layout.header + 2):
        if all(words.is_blank(cell) for cell in cells):
            report.counts.blank += 1
            report.blank_rows.append(number)
            continue
        row = Row(number, {}, layout, report)
        reason = _reason_to_reject(cells, layout)
        if reason is not None:
            report.counts.rejected += 1
            row.remark(Severity.REJECTED, Target.NAME, _text_of(cells, layout), reason)
            continue
        _keep_filled(row, cells)
        found.append(_employer(row, lists))
    return found


def _not_imported(body: Sequence[Sequence[ReadValue]], layout: Layout) -> list[tuple[str, int]]:
    """The columns that are no field of an employer, with how many cells are filled."""
    filled = [0] * len(layout.headings)
    for row in body:
        for column, cell in enumerate(row):
            filled[column] += not words.is_blank(cell)
    return [
        (heading, filled[column])
        for column, heading in enumerate(layout.headings)
        if column not in layout.targets and (filled[column] or not heading.startswith("Column "))
    ]


def _text_of(cells: Sequence[ReadValue], layout: Layout) -> str:
    column = layout.column_of(Target.NAME)
    cell = cells[column] if column is not None and column < len(cells) else None
    return "" if cell is None else as_text(str(cell))


def _reason_to_reject(cells: Sequence[ReadValue], layout: Layout) -> str | None:
    """Why a row is no employer, or None if it is one."""
    name = _text_of(cells, layout)
    filled = sum(not words.is_blank(cell) for cell in cells)
    if not name or words.stands_for_nothing(name):
        return "There is no employer name in this row"
    if name.casefold().strip(" :.") in TOTALS:
        return "This is a total, not an employer"
    repeated = sum(recognise(str(cells[c])) is t for c, t in layout.targets.items() if c < len(cells) and cells[c])
    if repeated > 1:
        return "This is the heading row again"
    if filled == 1 and len(layout.headings) > 1 and DIVIDER.search(name):
        return "This divides the list into parts and is no employer"
    try:
        key = normalise.name_key(name)  # "&" is "and" in it, so it may be longer than the name
    except ValueError:
        return "This name has no letters or digits"
    return f"This name is longer than {LONGEST_NAME} characters" if max(len(name), len(key)) > LONGEST_NAME else None


def _keep_filled(row: Row, cells: Sequence[ReadValue]) -> None:
    for column, target in row.layout.targets.items():
        cell = cells[column] if column < len(cells) else None
        if words.is_blank(cell):
            continue
        if words.stands_for_nothing(cell):
            row.remark(Severity.BLANK, target, cell, NOTHING_SAID)
            continue
        row.cells[target] = cell


def _employer(row: Row, lists: Lists) -> Incoming:
    name = as_text(str(row.cells[Target.NAME]))
    row.values["name"] = name
    row.put("trading_name", Target.TRADING_NAME, short_text)
    row.put("company_number", Target.COMPANY_NUMBER, normalise.company_number)
    row.put("legal_form", Target.LEGAL_FORM, words.legal_form)
    row.put("size_band_id", Target.SIZE, lambda cell: words.size_band(cell, lists.bands))
    row.put("local_headcount", Target.LOCAL_HEADCOUNT, _whole_number)
    row.put("address", Target.ADDRESS, lambda cell: as_text(str(cell)))
    row.put("postcode", Target.POSTCODE, _postcode)
    row.put("website", Target.WEBSITE, normalise.website)
    row.put("owner_id", Target.OWNER, lambda cell: _officer(cell, lists))
    _put_sic_code(row)
    people = read_people(row)
    full = row.values.get("postcode")
    return Incoming(
        row=row.number,
        name_key=normalise.name_key(name),
        values=row.values,
        sectors=_sectors(row, lists),
        people=people,
        postcodes=frozenset({full} if full else ()),
    )


def _whole_number(cell: ReadValue) -> int:
    digits = re.sub(r"[,\s]", "", str(cell))
    if not re.fullmatch(r"[0-9]{1,7}", digits):
        raise ValueError("This is not a whole number")
    return int(digits)


def _postcode(cell: Any) -> str:
    try:
        return normalise.postcode(cell)
    except ValueError:
        if normalise.is_part_of_a_postcode(cell):
            raise ValueError("This is only the first half of a postcode") from None
        raise ValueError("This is not a full postcode, like ST1 4HT") from None


def _officer(cell: ReadValue, lists: Lists) -> int:
    officer = lists.officers.find(str(cell))
    if officer is None:
        raise ValueError("There is no member of staff of this name")
    return officer


def _put_sic_code(row: Row) -> None:
    cell = row.cells.get(Target.SIC_CODES)
    if cell is None:
        return
    codes, others = words.sic_codes(cell)
    if codes:
        row.values["sic_code"], row.values["sic_version"] = codes[0], SicVersion.SIC_2007
    if len(codes) > 1:
        reason = "There are several SIC codes; the first is kept"
        row.remark(Severity.WARNING, Target.SIC_CODES, cell, reason)
    for other in others:
        row.remark(Severity.LEFT_OUT, Target.SIC_CODES, other, "This is not a SIC code of five digits")


def _sectors(row: Row, lists: Lists) -> tuple[int, ...]:
    cell = row.cells.get(Target.SECTORS)
    if cell is None:
        return ()
    found = row.take(Target.SECTORS, lambda text: words.sectors(str(text), lists.sectors))
    if found is None:
        return ()
    known, unknown = found
    for word in unknown:
        row.remark(Severity.LEFT_OUT, Target.SECTORS, word, "This is none of the council’s sectors")
    return tuple(known)
