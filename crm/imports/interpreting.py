"""Turns the rows of a sheet into employers as the file tells them. Pure: the council's lists are handed in."""

import re
from dataclasses import dataclass
from typing import Any

from crm.core import normalise
from crm.core.normalise import as_text
from crm.core.spreadsheets.reading import ReadValue
from crm.employers.models import SicVersion
from crm.imports import words
from crm.imports.entries import Entry, Lists, LogReader
from crm.imports.findings import Report, Severity
from crm.imports.people import Person, read_people
from crm.imports.row import Row, short_text
from crm.imports.scanning import Table, usable_rows
from crm.imports.targets import Target


@dataclass(frozen=True)
class Incoming:
    """An employer as one row tells it, or several rows folded together.

    Attributes:
        row: number in the file, the first if several.
        name_key: what it is matched by besides its number.
        values: columns of Employer that the file fills, and nothing it leaves empty.
        sectors: ids.
        people: contacts.
        entries: what its rows say of contacts with it, for the log.
        postcodes: the full ones of all its rows; two employers of one name are told apart by them.
    """

    row: int
    name_key: str
    values: dict[str, Any]
    sectors: tuple[int, ...] = ()
    people: tuple[Person, ...] = ()
    postcodes: frozenset[str] = frozenset()
    entries: tuple[Entry, ...] = ()

    @property
    def name(self) -> str:
        return str(self.values["name"])

    @property
    def company_number(self) -> str | None:
        return self.values.get("company_number")


def interpret(table: Table, lists: Lists, report: Report, log: LogReader | None = None) -> list[Incoming]:
    """Read every row below the headings. Whatever cannot be used is in the report.

    Args:
        table: of employers.
        lists: of the council.
        report: is filled.
        log: reads what a row says of the last contact, if that is wanted.
    """
    return [_employer(row, lists, log) for row in usable_rows(table, report)]


def _employer(row: Row, lists: Lists, log: LogReader | None) -> Incoming:
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
    row.put("owner_id", Target.OWNER, lambda cell: _officer(row, cell, lists))
    _put_sic_code(row)
    people = read_people(row)
    full = row.values.get("postcode")
    return Incoming(
        row=row.number,
        name_key=row.name_key,
        values=row.values,
        sectors=_sectors(row, lists),
        people=people,
        postcodes=frozenset({full} if full else ()),
        entries=log.of_employer_row(row, people) if log else (),
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


def _officer(row: Row, cell: ReadValue, lists: Lists) -> int:
    officer = lists.officer(row, Target.OWNER, str(cell))
    if officer is None and len(words.officers(str(cell))) > 1:
        raise ValueError("Several officers are named here, and an employer has one owner")
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
