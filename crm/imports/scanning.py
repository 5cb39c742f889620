"""Goes through the rows below the headings: which are blank, which say something else than the table does. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from crm.core import normalise
from crm.core.normalise import as_text
from crm.core.spreadsheets.reading import ReadValue
from crm.imports import words
from crm.imports.columns import Layout, is_ignored, recognise
from crm.imports.findings import Report, Severity
from crm.imports.log_words import is_ditto
from crm.imports.names import divides_people
from crm.imports.row import LONGEST_NAME, Row
from crm.imports.targets import SheetKind, Target

TOTALS = frozenset(
    {"total", "totals", "grand total", "sub total", "subtotal", "sum", "count", "average", "overall total"}
)
TOTAL_OF = re.compile(
    r"(?:grand |overall |sub[ -]?)?totals?\b|(?:no|number) of\b|sum of\b|average\b|count\b", re.IGNORECASE
)
DIVIDER = re.compile(r"\b(?:below|above|section|following|new since)\b|^[\W_]{2,}|[\W_]{2,}$", re.IGNORECASE)
NOTE = re.compile(
    r"(?:page \d+|nb|n\.b|note|notes|key|source|updated|last updated|prepared by|please|reminder|\*|#)\b", re.IGNORECASE
)
ENDS_A_SENTENCE = re.compile(r"(?<!ltd)(?<!co)(?<!inc)(?<!bros)(?<!\b\w)[.!?]$", re.IGNORECASE)
PERIOD = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?: ?'?\d{2,4})?|(?:20)?\d{2} ?[-/–] ?(?:20)?\d{2}|"
    r"(?:week|wk|term|quarter|q) ?\d{1,2}|(?:autumn|spring|summer) ?term(?: .*)?",
    re.IGNORECASE,
)
LEGAL = re.compile(r"\b(?:LTD|LIMITED|PLC|LLP|CIC|CIO|UK|GROUP|TRUST|COUNCIL|NHS|& SONS|AND SONS|& CO)\b")
FORMULA = re.compile(r"=\s*(?:[A-Z]+\d*\(|[\d($])")
MOST_WORDS = 10  # of a name that stands alone in its row
NOTHING_SAID = "Counted as blank"
NO_NAME = "There is no employer name in this row"
DITTO = "This points to the row above, which may not be the right one any more: write it out"


@dataclass(frozen=True)
class Table:
    """A sheet's rows and what its columns are."""

    rows: Sequence[Sequence[ReadValue]]
    layout: Layout
    kind: SheetKind = SheetKind.EMPLOYERS

    @property
    def body(self) -> Sequence[Sequence[ReadValue]]:
        return self.rows[self.layout.first_row :]

    def column(self, target: Target) -> list[ReadValue]:
        """Every cell below the headings of a target's column."""
        index = self.layout.column_of(target)
        return [] if index is None else [row[index] if index < len(row) else None for row in self.body]


def usable_rows(table: Table, report: Report) -> Iterator[Row]:
    """Every row that is one of the table. What the others are is in the report."""
    layout = table.layout
    report.above = max(layout.header, 0)
    report.counts.rows = len(table.body)
    report.not_imported = _not_imported(table)
    small = _mostly_small(table)
    commas_divide = divides_people([cell for cell in table.column(Target.CONTACTS) if isinstance(cell, str)])
    for number, cells in enumerate(table.body, start=layout.first_row + 1):
        if all(words.is_blank(cell) for cell in cells):
            report.counts.blank += 1
            report.blank_rows.append(number)
            continue
        row = Row(number, {}, layout, report, commas_divide=commas_divide)
        name = _name_in(cells, layout)
        try:
            _refuse_other_rows(name, cells, table, small=small)
            row.name_key = _key_of(name)
        except ValueError as reason:
            reject(row, Target.NAME, name or _first_text(cells), str(reason))
            continue
        _keep_filled(row, cells, dated=table.kind is SheetKind.LOG)
        yield row


def reject(row: Row, target: Target, value: object, reason: str) -> None:
    row.report.counts.rejected += 1
    row.remark(Severity.REJECTED, target, value, reason)


def _not_imported(table: Table) -> list[tuple[str, int]]:
    """The columns that are no field, with how many cells are filled."""
    layout = table.layout
    filled = [0] * len(layout.headings)
    for row in table.body:
        for column, cell in enumerate(row):
            filled[column] += not words.is_blank(cell)
    return [
        (heading, filled[column])
        for column, heading in enumerate(layout.headings)
        if column not in layout.targets
        and not is_ignored(heading)
        and (filled[column] or not heading.startswith("Column "))
    ]


def _name_in(cells: Sequence[ReadValue], layout: Layout) -> str:
    column = layout.column_of(Target.NAME)
    cell = cells[column] if column is not None and column < len(cells) else None
    return "" if cell is None else as_text(str(cell))


def _mostly_small(table: Table) -> bool:
    """Whether names of this table are written with small letters, so that one in capitals alone stands out."""
    names = [cell for cell in table.column(Target.NAME) if isinstance(cell, str)]
    return sum(name.isupper() for name in names) * 2 < len(names)


def _refuse_other_rows(name: str, cells: Sequence[ReadValue], table: Table, *, small: bool) -> None:
    """Raise ValueError with what a row is, if it is none of the table."""
    layout = table.layout
    _refuse_what_is_beside(name, cells, layout, small=small)
    if not name or words.stands_for_nothing(name):
        raise ValueError(NO_NAME)
    if FORMULA.match(name):
        raise ValueError("This is a formula without a result, not a name")
    if is_ditto(name):
        raise ValueError(DITTO)
    if recognise(name, table.kind) is not None:
        repeated = sum(recognise(str(cells[c]), table.kind) is t for c, t in layout.targets.items() if c < len(cells))
        if repeated > 1:
            raise ValueError("This is the heading row again")


@lru_cache(maxsize=4096)  # a log names the same employers again and again
def _key_of(name: str) -> str:
    try:
        key = normalise.name_key(name)  # "&" is "and" in it, so it may be longer than the name
    except ValueError:
        raise ValueError("This name has no letters or digits") from None
    if max(len(name), len(key)) > LONGEST_NAME:
        raise ValueError(f"This name is longer than {LONGEST_NAME} characters")
    return key


def _refuse_what_is_beside(name: str, cells: Sequence[ReadValue], layout: Layout, *, small: bool) -> None:
    """Raise ValueError if a row only stands between, below or beside the others: a total, a divider, a note."""
    filled = [
        cell
        for column, cell in enumerate(cells)
        if not words.is_blank(cell) and not (column < len(layout.headings) and is_ignored(layout.headings[column]))
    ]
    text = name or _first_text(filled)
    figures = [cell for cell in filled if isinstance(cell, int | float) or str(cell).startswith("=")]
    if text.casefold().strip(" :.") in TOTALS or (TOTAL_OF.match(text) and len(figures) >= len(filled) - 1):
        raise ValueError("This is a total, not an employer")
    if len(filled) > 1 or len(layout.headings) == 1:
        return
    in_capitals = small and len(text) > 1 and text.isupper() and not LEGAL.search(text)
    if DIVIDER.search(text) or PERIOD.fullmatch(text) or in_capitals:
        raise ValueError("This divides the list into parts and is no employer")
    if text and (NOTE.match(text) or len(text.split()) > MOST_WORDS or ENDS_A_SENTENCE.search(text)):
        raise ValueError("This is a note on the list and no employer")


def _first_text(cells: Sequence[ReadValue]) -> str:
    return next((as_text(cell) for cell in cells if isinstance(cell, str) and not words.is_blank(cell)), "")


def _keep_filled(row: Row, cells: Sequence[ReadValue], *, dated: bool) -> None:
    """Note what each cell says; `dated` rows are nothing without their date, which is told when they are rejected."""
    for column, target in row.layout.targets.items():
        cell = cells[column] if column < len(cells) else None
        if words.is_blank(cell):
            continue
        if words.stands_for_nothing(cell):
            row.remark(Severity.BLANK, target, cell, NOTHING_SAID)
            continue
        if is_ditto(cell):
            row.unclear[target] = cell
            if not (dated and target is Target.HAPPENED_ON):
                row.remark(Severity.LEFT_OUT, target, cell, DITTO)
            continue
        if target.may_repeat:
            row.more[row.layout.headings[column]] = cell
        row.cells.setdefault(target, cell)
