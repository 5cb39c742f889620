"""What a class list says, row by row. Pure: cells come as the spreadsheet reader gives them.

A list that has a column of names, dates of birth, addresses or the like is refused as a whole, whether or not that
column would be read: such a file should not have been sent, and saying so early is how people learn it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from crm.core.spreadsheets.reading import ReadValue
from crm.providers.models import YearGroup
from crm.providers.references import is_date, may_be_a_name, read_reference

Row = Sequence[ReadValue]
MOST = 5000  # references at once
LOOKED_AT = 10  # rows in which headings may stand
WITHOUT_HEADINGS = ("reference", "year", "area")  # what the columns are then
_NUMBERS = {f"{who} {what}" for who in ("pupil", "student", "learner") for what in ("id", "number", "ref", "reference")}
HEADINGS: Mapping[str, frozenset[str]] = {
    "reference": frozenset(
        {
            *("reference", "ref", "id", "upn", "uln", "unique pupil number", "unique learner number"),
            *("provider reference", "candidate number", "admission number", "admission no"),
            *_NUMBERS,
        }
    ),
    "year": frozenset({"year", "year group", "yeargroup", "yr", "yr group", "nc year", "national curriculum year"}),
    "area": frozenset({"area", "ward", "district", "locality", "neighbourhood"}),
}
PERSONAL = re.compile(
    r"name|forename|surname|birth|\bdob\b|\bage\b|mail|phone|mobile|\btel\b|address|post ?code|parent|guardian|carer|"
    r"gender|\bsex\b|ethnic|religion|nationality|\bnhs\b|\bni\b"
)
_YEAR = re.compile(r"(?:(?:school )?(?:year|yr|y)\.? ?(?:group )?)?(\d{1,2})(?:[a-z]{1,2})?")
_ADULT = re.compile(r"(?:aged? )?18 ?(?:-|–|to) ?(?:24|25)")


class PersonalData(ValueError):
    """The list has what we must not be sent. The message says which column, and what to do."""


class NotAClassList(ValueError):
    """There is nothing in it that could be references. The message says what is missing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list. A problem means that nothing is done with it."""

    row: int  # of the file, from 1
    reference: str
    year_group: YearGroup | None  # as the list says; None: it does not
    area: str  # as the list says; empty: it does not
    problem: str = ""
    may_be_a_name: bool = False


@dataclass(frozen=True, slots=True)
class ClassList:
    """What was read, in the order of the file, and the headings of columns that were not."""

    lines: Sequence[Line]
    not_read: Sequence[str] = ()


def read_class_list(rows: Sequence[Row]) -> ClassList:
    """Find the columns by their headings, or take them to be reference, year group and area, and read every row.

    Raises PersonalData and NotAClassList.
    """
    header, columns = _columns(rows)
    body = list(enumerate(rows[header + 1 :], start=header + 2))
    filled = [(number, row) for number, row in body if any(_text(cell) for cell in row)]
    if not filled:
        raise NotAClassList("There are no references in it.")
    if len(filled) > MOST:
        raise NotAClassList(f"At most {MOST:,} references are read at once: split the list.")
    headings = rows[header] if header >= 0 else ()
    _refuse_personal_columns(headings, [row for _, row in filled], set(columns.values()))
    not_read = [_text(heading) for place, heading in enumerate(headings) if place not in columns.values()]
    return ClassList([_line(number, row, columns) for number, row in filled], [each for each in not_read if each])


def _columns(rows: Sequence[Row]) -> tuple[int, dict[str, int]]:
    """Where the headings are, counted from 0, and which column is what; -1 where there are none."""
    for number, row in enumerate(rows[:LOOKED_AT]):
        _refuse_personal_headings(row)
        found = dict(_named(row))
        if "reference" in found:
            return number, found
        if found:
            raise NotAClassList(
                "No column is called “Reference”. Give that heading to the column with your own references."
            )
    widest = max((len(row) for row in rows), default=0)
    return -1, {what: place for place, what in enumerate(WITHOUT_HEADINGS) if place < widest}


def _named(row: Row) -> Iterator[tuple[str, int]]:
    for place, cell in reversed(list(enumerate(row))):  # of two columns with one meaning the first is taken
        heading = " ".join(re.sub(r"[^a-z]+", " ", _text(cell).lower()).split())
        for what, names in HEADINGS.items():
            if heading in names:
                yield what, place


def _refuse_personal_headings(row: Row) -> None:
    known = frozenset().union(*HEADINGS.values())
    texts = [_text(cell) for cell in row]
    if not any(text.lower() in known or PERSONAL.fullmatch(text.lower()) for text in texts):
        return  # not a row of headings
    for text in texts:
        if PERSONAL.search(text.lower()):
            raise PersonalData(_delete(text))


def _refuse_personal_columns(headings: Row, rows: Sequence[Row], wanted: set[int]) -> None:
    for place in range(max(map(len, rows))):
        if place in wanted:
            continue
        cells = [row[place] for row in rows if place < len(row) and _text(row[place])]
        personal = sum(_is_personal(cell) for cell in cells)
        if personal * 2 > len(cells):
            heading = _text(headings[place]) if place < len(headings) else ""
            raise PersonalData(_delete(heading or f"number {place + 1}"))


def _is_personal(cell: ReadValue) -> bool:
    text = _text(cell)
    return isinstance(cell, date) or "@" in text or is_date(text) or may_be_a_name(text)


def _delete(column: str) -> str:
    return (
        f"The column “{column[:40]}” could tell who somebody is. Delete it, and any other with names, dates of birth "
        "or addresses, and send the list again. Nothing of it was kept."
    )


def _line(number: int, row: Row, columns: Mapping[str, int]) -> Line:
    cells = {what: row[place] if place < len(row) else None for what, place in columns.items()}
    written, area = _text(cells.get("year")), _text(cells.get("area"))
    reference = ""  # what cannot be one is not repeated: it may be somebody's name
    try:
        reference = read_reference(_text(cells["reference"]))
        year_group = read_year_group(written) if written else None
    except ValueError as error:
        return Line(number, reference, None, area, problem=str(error))
    return Line(number, reference, year_group, area, may_be_a_name=may_be_a_name(reference))


def read_year_group(text: str) -> YearGroup:
    """A year group as schools write it: 10, Year 10, Y10, 10B, 18 to 24. Raises ValueError, saying what to write."""
    said = " ".join(text.lower().split())
    if _ADULT.fullmatch(said):
        return YearGroup.AGED_18_TO_24
    found = _YEAR.fullmatch(said)
    number = str(int(found[1])) if found else ""
    if number not in set(YearGroup):
        raise ValueError(f"“{text[:20]}” is no year group: write 7 to 13, or 18-24")
    return YearGroup(number)


def _text(cell: ReadValue) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return "" if cell is None else " ".join(str(cell).split())
