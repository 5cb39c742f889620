"""Reads Companies House's "Free Company Data Product", row by row, and keeps what concerns us. Pure.

The real file has five and a half million rows: nothing of it is held but what our numbers and names ask for.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO

from rapidfuzz import fuzz

from crm.companies.entries import Entry, entry_of
from crm.core import normalise
from crm.core.errors import CrmError

NEEDED = ("CompanyName", "CompanyNumber", "CompanyCategory", "CompanyStatus")
DAY = re.compile(r"(20\d\d)-(\d\d)-(\d\d)")
OFTEN = 100_000  # rows between two signs of life
ALIKE = 70  # of 100: below, the number may be wrong
LIKE_ENOUGH = 88  # of 100: rapidfuzz's ratio of two names
ENDINGS = re.compile(r"\b(LIMITED|LTD|PLC|LLP|CIC|COMPANY|CO|UK|THE|AND)\b|[^A-Z0-9 ]")
LONGEST_FIELD = 64 * 1024


class NotTheFile(CrmError):
    """What was sent is not the public file, or cannot be read."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the file concerns us: the numbers of employers, and the names of all of them by their first word."""

    numbers: frozenset[str]
    names: Mapping[str, Sequence[tuple[int, str]]]


@dataclass(frozen=True, slots=True)
class Likely:
    """A company that an employer may be, from its name."""

    employer_id: int
    number: str
    name: str
    score: float  # of 100


@dataclass
class Read:
    """What a file says of us."""

    entries: list[Entry] = field(default_factory=list)
    likely: dict[int, Likely] = field(default_factory=dict)
    rows: int = 0
    unreadable: int = 0


def date_in(name: str) -> date | None:
    """The day a file was made, which is in its name: BasicCompanyDataAsOneFile-2026-11-01.zip."""
    found = DAY.search(name)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def simple_name(name: str) -> str:
    """A name without what tells two spellings of it apart."""
    return " ".join(ENDINGS.sub(" ", name.upper().replace("&", " AND ")).split())


def is_called_alike(ours: str, theirs: str) -> bool:
    """Whether two names may be the same company's: one begins like the other, or they are much alike."""
    left, right = simple_name(ours), simple_name(theirs)
    return not theirs or left.startswith(right) or right.startswith(left) or fuzz.token_set_ratio(left, right) >= ALIKE


def wanted(employers: Sequence[tuple[int, str, str | None]]) -> Wanted:
    """What to look for, for employers' ids, names and numbers."""
    names: dict[str, list[tuple[int, str]]] = {}
    for employer_id, name, _ in employers:
        if simple := simple_name(name):
            names.setdefault(simple.split()[0], []).append((employer_id, simple))
    return Wanted(frozenset(number for *_, number in employers if number), names)


@contextmanager
def opened(source: Path | IO[bytes], *, most: int | None = None) -> Iterator[IO[str]]:
    """The rows of a CSV file, or of the only one in a zip. `most` bytes unpacked at most: a small zip may hold a lot.

    Raises NotTheFile.
    """
    if zipfile.is_zipfile(source):
        try:
            with zipfile.ZipFile(source) as archive, archive.open(_only_file(archive, most)) as packed:
                yield io.TextIOWrapper(packed, encoding="utf-8-sig", errors="replace", newline="")
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
            raise NotTheFile("The zip file is damaged. Download it again.") from error
        return
    if isinstance(source, Path):
        with source.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            yield lines
        return
    source.seek(0)
    yield io.TextIOWrapper(source, encoding="utf-8-sig", errors="replace", newline="")


def _only_file(archive: zipfile.ZipFile, most: int | None) -> zipfile.ZipInfo:
    inside = [each for each in archive.infolist() if each.filename.lower().endswith(".csv")]
    if len(inside) != 1:
        raise NotTheFile("The zip file must hold one CSV file, as it is downloaded.")
    if most is not None and inside[0].file_size > most:
        raise NotTheFile("That file is too large to upload. Load it with the command that is named below.")
    return inside[0]


def read(lines: IO[str], looked_for: Wanted, tell: Callable[[int], None] = lambda _: None) -> Read:
    """What the rows say of our numbers, and which companies are called like our employers.

    `tell` hears now and then how many rows were read. Raises NotTheFile where the columns are others.
    """
    result, csv_rows = Read(), csv.reader(_bounded(lines))
    columns = _columns(next(csv_rows, []))
    name_at, number_at, width = columns["CompanyName"], columns["CompanyNumber"], max(columns.values())
    numbers, names = looked_for.numbers, looked_for.names
    try:
        for row in csv_rows:
            result.rows += 1
            if result.rows % OFTEN == 0:
                tell(result.rows)
            if len(row) <= width:
                result.unreadable += bool(row)
                continue
            number = row[number_at]
            if len(number) != 8 or " " in number:  # noqa: PLR2004  # a spreadsheet has eaten its zeros
                number = _number(number)
            if number in numbers:
                result.entries.append(entry_of(number, row, columns))
            elif (start := row[name_at].partition(" ")[0]) in names or start == "THE":
                _compare(row[name_at], number, names, result.likely)
    except csv.Error as error:
        raise NotTheFile(f"Row {result.rows + 2} cannot be read. Download the file again.") from error
    return result


def _bounded(lines: IO[str]) -> Iterator[str]:
    while line := lines.readline(LONGEST_FIELD):
        yield line


def _columns(headings: Sequence[str]) -> dict[str, int]:
    """Where each column stands. The real file has spaces before some of its headings."""
    columns = {heading.strip(): place for place, heading in enumerate(headings)}
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise NotTheFile(
            "This is not the company data file of Companies House: it has no column "
            f"{missing[0]}. Download “BasicCompanyData” and load it as it is."
        )
    return columns


def _number(text: str) -> str:
    try:
        return normalise.company_number(text)
    except ValueError:
        return ""


def _compare(name: str, number: str, names: Mapping[str, Sequence[tuple[int, str]]], likely: dict[int, Likely]) -> None:
    simple = simple_name(name)
    for employer_id, ours in names.get(simple.partition(" ")[0], ()):
        score = fuzz.ratio(simple, ours, score_cutoff=LIKE_ENOUGH)
        if score and (employer_id not in likely or score > likely[employer_id].score):
            likely[employer_id] = Likely(employer_id, number, name, score)
