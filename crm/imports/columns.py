"""Which column of a spreadsheet is which field, and what the rows of a sheet are."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from rapidfuzz import fuzz, process

from crm.core.spreadsheets.reading import ReadValue
from crm.imports.targets import DATES, LAST_CONTACT, LOGGING, MEANINGS, OF_A_LIST, SheetKind, Target

HEADINGS_WITHIN = 30  # rows from the top
LONGEST_HEADING = 120
WHY_NOT = "Why it was not imported"  # the last column of the file that rejected rows come back in
NO_HEADINGS = -1
OF_A_CONTACT = re.compile(r"^(?:main|primary|key|lead|named|first)contacts?(?=.)")
BETWEEN_WORDS = re.compile(r"\s*(?:[/&,+]|\band\b|\bor\b)\s*", re.IGNORECASE)
BRACKETS = re.compile(r"\([^)]*\)")
SHORTEST_MISTYPED, LONGEST_MISTYPED = 8, 40  # characters; in a shorter word one other letter makes another word
ALIKE = 90  # of 100: one letter in ten may be another


@dataclass(frozen=True)
class Layout:
    """Where the table begins and what its columns are.

    Attributes:
        header: index of the first row with headings; `NO_HEADINGS` if the table has none.
        headings: their text; columns without one are named by their letter.
        targets: column index to what it is imported as. Only `MORE` may stand more than once.
        depth: how many rows the headings take.
    """

    header: int
    headings: tuple[str, ...]
    targets: Mapping[int, Target]
    depth: int = 1

    @property
    def first_row(self) -> int:
        """The index of the first row below the headings."""
        return self.header + self.depth

    def column_of(self, target: Target) -> int | None:
        return next((column for column, each in self.targets.items() if each is target), None)

    def has(self, target: Target) -> bool:
        return target in self.targets.values()


def squeezed(heading: str) -> str:
    """A heading without spaces, punctuation and capitals."""
    return re.sub(r"[\W_]+", "", heading.casefold())


IGNORED = frozenset({squeezed(WHY_NOT)})


@lru_cache(maxsize=4096)
def recognise(heading: str, kind: SheetKind = SheetKind.EMPLOYERS) -> Target | None:
    """What a heading usually stands for on a sheet of this kind.

    If nothing is headed just so: without what stands in brackets, by the first of several words for it, like
    "Employer / org", and as somebody may have mistyped it.
    """
    meanings = MEANINGS[kind]
    whole, bare = squeezed(heading), squeezed(BRACKETS.sub("", heading))
    first = squeezed(BETWEEN_WORDS.split(heading.strip(), maxsplit=1)[0])
    for words in (whole, bare, first, OF_A_CONTACT.sub("contact", whole)):
        if words in meanings:
            return meanings[words]
    words = whole
    if not SHORTEST_MISTYPED <= len(words) <= LONGEST_MISTYPED:
        return None
    nearest = process.extractOne(words, meanings.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
    return meanings[nearest[0]] if nearest else None


def kind_of(rows: Sequence[Sequence[ReadValue]]) -> SheetKind:
    """What the rows of a sheet most likely are.

    A log names an employer and the date of something, which is not the last one, and says next to nothing else of the
    employer.
    """
    log, employers = find_layout(rows, SheetKind.LOG), find_layout(rows)
    if log is not None and log.has(Target.NAME) and (dated := log.column_of(Target.HAPPENED_ON)) is not None:
        described = set(employers.targets.values()) & OF_A_LIST if employers else set()
        if len(described) <= 1 and squeezed(log.headings[dated]) not in LAST_CONTACT.split():
            return SheetKind.LOG
    return SheetKind.EMPLOYERS if employers is not None and employers.has(Target.NAME) else SheetKind.LEFT_OUT


def find_layout(rows: Sequence[Sequence[ReadValue]], kind: SheetKind = SheetKind.EMPLOYERS) -> Layout | None:
    """The best guess at a sheet's layout; None if no row looks like headings.

    The row with most headings that are recognised, or two rows that only together make them.
    """
    best, most = None, 0
    for depth in (1, 2):
        for index in range(min(len(rows), HEADINGS_WITHIN)):
            if depth == 2 and not _continues(rows, index):  # noqa: PLR2004 – a second row
                continue
            found = _recognised(_stacked(rows, index, depth), kind)
            if len(found) > most:
                best, most = (index, depth), len(found)
    return None if best is None else layout_of(rows, *best, kind=kind)


def layout_of(
    rows: Sequence[Sequence[ReadValue]],
    header: int,
    depth: int = 1,
    *,
    corrected: Mapping[int, Target | None] | None = None,
    kind: SheetKind = SheetKind.EMPLOYERS,
) -> Layout:
    """The layout with its headings on a given row: columns as recognised, or as somebody corrected them.

    Of two columns that mean the same, the first counts.
    """
    width = max((len(row) for row in rows), default=0)
    stacked = [*(_stacked(rows, header, depth) if header >= 0 else ()), *[()] * width][:width]
    headings = tuple(_text(cells) or letter(column) for column, cells in enumerate(stacked))
    found = {column: _meaning(cells, kind) for column, cells in enumerate(stacked)} if corrected is None else corrected
    targets: dict[int, Target] = {}
    for column in range(width):
        target = found.get(column)
        if corrected is None and kind is SheetKind.LOG and target is Target.SUMMARY and target in targets.values():
            target = Target.MORE  # a second column of notes is not lost
        if target is not None and (target.may_repeat or target not in targets.values()):
            targets[column] = target
    if corrected is None:
        _name_people(headings, targets)
        _drop_undated(targets, kind)
    return Layout(header, headings, targets, depth)


def _name_people(headings: Sequence[str], targets: dict[int, Target]) -> None:
    """A “Name” beside an “Employer” is somebody's."""
    name = next((column for column, target in targets.items() if target is Target.NAME), None)
    if name is None or Target.CONTACTS in targets.values():
        return
    if squeezed(headings[name]) != "name":
        other = next((column for column, text in enumerate(headings) if squeezed(text) == "name"), None)
        if other is not None and other not in targets:
            targets[other] = Target.CONTACTS
        return
    for column, text in enumerate(headings):
        if column in targets or recognise(text) is not Target.NAME:
            continue
        if squeezed(text) == "name":  # under headings of two rows, the employer stands first
            targets[column] = Target.CONTACTS
        else:
            targets[column], targets[name] = Target.NAME, Target.CONTACTS
        return


def _drop_undated(targets: dict[int, Target], kind: SheetKind) -> None:
    """Notes on employers are entries of the log only where a column says when."""
    if kind is SheetKind.EMPLOYERS and not DATES & set(targets.values()):
        for column in [column for column, target in targets.items() if target in LOGGING]:
            del targets[column]


def shape_of(headings: Sequence[str]) -> str:
    """What files of one shape have in common: their headings, in any order. Stored with a remembered mapping."""
    words = sorted(word for each in headings if (word := squeezed(each)) and word not in IGNORED)
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def is_ignored(heading: str) -> bool:
    """Whether a column is our own, from a file of rejected rows that comes back."""
    return squeezed(heading) in IGNORED


def letter(column: int) -> str:
    """The letter a spreadsheet program shows above a column."""
    letters, number = "", column + 1
    while number:
        number, remainder = divmod(number - 1, 26)
        letters = chr(65 + remainder) + letters
    return f"Column {letters}"


def _continues(rows: Sequence[Sequence[ReadValue]], index: int) -> bool:
    """Whether the row below could be the second half of headings: short texts and nothing else."""
    below = [cell for cell in rows[index + 1] if cell is not None] if index + 1 < len(rows) else []
    return len(below) > 1 and all(isinstance(cell, str) and len(cell) <= LONGEST_HEADING for cell in below)


def _stacked(rows: Sequence[Sequence[ReadValue]], header: int, depth: int) -> list[tuple[str, ...]]:
    """The texts above each column. An upper heading stands over the empty cells to its right."""
    upper = list(rows[header])
    if depth == 1:
        return [(_one_line(cell),) for cell in upper]
    lower = rows[header + 1]
    found: list[tuple[str, ...]] = []
    over = ""
    for column in range(max(len(upper), len(lower))):
        above = _one_line(upper[column]) if column < len(upper) else ""
        below = _one_line(lower[column]) if column < len(lower) else ""
        over = above or (over if below else "")
        found.append((over, below) if below else (above,))
    return found


def _recognised(stacked: Sequence[tuple[str, ...]], kind: SheetKind) -> set[Target]:
    return {target for cells in stacked if (target := _meaning(cells, kind)) is not None}


def _meaning(cells: tuple[str, ...], kind: SheetKind) -> Target | None:
    """What stacked headings stand for: together, or the lower one alone. A name under “Main contact” is a contact's."""
    if not cells:
        return None
    if len(cells) > 1 and squeezed(cells[-1]) == "name":
        return recognise(cells[0], kind) or Target.NAME
    return recognise(" ".join(cells), kind) or recognise(cells[-1], kind)


def _text(cells: tuple[str, ...]) -> str:
    return " ".join(filter(None, cells))


def _one_line(cell: ReadValue) -> str:
    if cell is None or isinstance(cell, bool):
        return ""
    return " ".join((cell.isoformat() if isinstance(cell, datetime | date | time) else str(cell)).split())
