"""What the words in cells mean: sizes, sectors, officers, legal forms, lists in one cell. Pure."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from crm.core.normalise import as_text, name_key
from crm.core.spreadsheets.reading import ReadValue
from crm.employers.models import LegalForm

BLANK_WORDS = frozenset(
    {
        "n/a",
        "na",
        "n.a.",
        "tbc",
        "tba",
        "-",
        "–",
        "—",
        "none",
        "unknown",
        "not known",
        "?",
        "??",
        "nil",
        "not applicable",
        "tbd",
        "#n/a",
        "#ref!",
        "#value!",
        "#name?",
        "#div/0!",
        "#null!",
        "#num!",
        "to be confirmed",
        "blank",
        "n.k.",
        "nk",
        "--",
        "---",
        "…",
        "...",
        "/",
    }
)
LONGEST_BLANK = 40  # characters, spaces around the words among them
FROM_WORDS = re.compile(
    r"(?:more than|over|above|at least|min(?:imum)?|from|>=?|≥)\s*(\d+)|(\d+)\s*(?:\+|or more|and over|plus)"
)
TO_WORDS = re.compile(r"(?:less than|fewer than|under|below|<)\s*(\d+)|(?:up to|at most|max(?:imum)?|<=|≤)\s*(\d+)")
BETWEEN_WORDS = re.compile(r"(\d+)\s*(?:-|–|—|to|and)\s*(\d+)")
ABOUT_WORDS = re.compile(
    r"(?:about|approx(?:imately)?\.?|around|circa|c\.?|ca\.?|roughly|~)?\s*(\d+)\s*(?:ish|approx\.?)?"
)

LEGAL_FORMS = {
    LegalForm.COMPANY: "company|limited company|private limited company|ltd|limited|plc|public limited company|cic|"
    "community interest company|limited by guarantee",
    LegalForm.SOLE_TRADER: "sole trader|self employed|individual",
    LegalForm.PARTNERSHIP: "partnership|ordinary partnership|general partnership",
    LegalForm.LLP: "llp|limited liability partnership",
    LegalForm.CHARITY: "charity|registered charity|cio|trust|charitable trust",
    LegalForm.PUBLIC_BODY: "public body|public sector|local authority|council|nhs|government|academy|academy trust",
    LegalForm.OTHER: "other",
}
FORM_OF = {words: form for form, several in LEGAL_FORMS.items() for words in several.split("|")}

BETWEEN_OFFICERS = re.compile(r"\s*(?:[/&,;\n+]|\band\b|\bwith\b)\s*", re.IGNORECASE)
BETWEEN_SECTORS = re.compile(r"\s*[/,;\n]\s*")
SIC_DIGITS = (4, 5)


def is_blank(cell: ReadValue) -> bool:
    """Whether a cell holds nothing, to the eye."""
    if not isinstance(cell, str):
        return cell is None
    return not cell[:1].isalnum() and not as_text(cell)  # most cells need no second look


def stands_for_nothing(cell: ReadValue) -> bool:
    """Whether a filled cell says that there is nothing: "n/a", "tbc", "-"."""
    if not isinstance(cell, str) or len(cell) > LONGEST_BLANK:
        return False
    return as_text(cell).casefold().removeprefix("=") in BLANK_WORDS  # LibreOffice writes errors as formulas


@dataclass(frozen=True)
class Band:
    """A size band as this module needs it."""

    id: int
    name: str
    description: str
    fewest: int
    most: int | None


def size_band(cell: ReadValue, bands: Sequence[Band]) -> int:
    """The id of the band that holds every number the cell can mean.

    Raises ValueError, saying why the size stays not known.
    """
    if isinstance(cell, date):
        raise ValueError(  # noqa: TRY004 – for whoever reads the report, not for us
            "The spreadsheet has made a date of this, so the size is left as not known"
        )
    text = as_text(cell if isinstance(cell, str | int | float) else str(cell)).casefold()
    for band in bands:
        if text in {band.name.casefold(), band.description.casefold()}:
            return band.id
    fewest, most = _range(re.sub(r"(?<=\d),(?=\d{3})", "", text))
    for band in bands:
        if band.fewest <= fewest and most <= (math.inf if band.most is None else band.most):
            return band.id
    raise ValueError("This covers more than one size band, so the size is left as not known")


def _range(text: str) -> tuple[float, float]:
    """The fewest and the most people a size can mean. "Less than" never includes none at all."""
    text = re.sub(r"\s*(?:employees|people|staff|fte)\s*$", "", text)
    if match := BETWEEN_WORDS.fullmatch(text):
        return float(match[1]), float(match[2])
    if match := FROM_WORDS.fullmatch(text):
        beyond = text.startswith(("more than", "over", "above", ">")) and not text.startswith(">=")
        return float(match[1] or match[2]) + beyond, math.inf
    if match := TO_WORDS.fullmatch(text):
        return 1.0, float(match[1]) - 1 if match[1] else float(match[2])
    if match := ABOUT_WORDS.fullmatch(text):
        return float(match[1]), float(match[1])
    raise ValueError("This is neither a number of people nor a size band, so the size is left as not known")


def legal_form(cell: ReadValue) -> LegalForm:
    form = FORM_OF.get(name_key(str(cell)))
    if form is None:
        raise ValueError("This is not a legal form we know")
    return form


class Names:
    """Finds the one thing a name in a cell stands for, by any of the names it goes by."""

    def __init__(self, spellings: Iterable[tuple[int, str]]) -> None:
        """Take pairs of an id and one name of it."""
        self._ids: Mapping[str, set[int]] = defaultdict(set)
        for thing, spelling in spellings:
            if as_text(spelling):
                self._ids[_loose(spelling)].add(thing)

    def find(self, text: str) -> int | None:
        """The id, or None if nothing goes by this name. Raises ValueError if several things do."""
        found = self._ids.get(_loose(text), set())
        if len(found) > 1:
            raise ValueError("This could be more than one of those in the database")
        return next(iter(found), None)


def _loose(text: str) -> str:
    try:
        return name_key(text)
    except ValueError:
        return ""


def spellings_of_person(name: str) -> list[str]:
    """How officers are named in logs: "Priya Shah", "P Shah", "P. Shah", "pshah", "Priya S"."""
    first, *rest = name.split() or [""]
    if not rest:
        return [name]
    last = rest[-1]
    return [name, f"{first[0]} {last}", f"{first[0]}{last}", f"{first} {last[0]}", f"{first}.{last}"]


def short_names_of(name: str) -> list[str]:
    """How colleagues name each other where everybody knows who is meant: "PS", "P.S.", "Priya"."""
    first, *rest = name.split() or [""]
    return [f"{first[0]}{rest[-1][0]}", f"{first[0]} {rest[-1][0]}", first] if rest else []


def officers(text: str) -> list[str]:
    """The names of ours in a cell: "Priya + Tom", "PS/TO"."""
    parts = (as_text(part) for part in BETWEEN_OFFICERS.split(text.strip()))
    return list(dict.fromkeys(part for part in parts if part and part.casefold() not in BLANK_WORDS))


def sectors(text: str, known: Names) -> tuple[list[int], list[str]]:
    """The ids of the sectors a cell names, and the words that are no sector."""
    whole = known.find(text)
    if whole is not None:
        return [whole], []
    found: list[int] = []
    unknown: list[str] = []
    for part in filter(None, BETWEEN_SECTORS.split(text.strip())):
        sector = known.find(part)
        if sector is None:
            unknown.append(part)
        elif sector not in found:
            found.append(sector)
    return found, unknown


def sic_codes(cell: ReadValue) -> tuple[list[str], list[str]]:
    """The five-digit codes in a cell, with the zero that spreadsheets drop, and what is none."""
    parts = [
        part for part in re.split(r"[\s,;/]+", as_text(cell if isinstance(cell, str | int | float) else "")) if part
    ]
    codes = [part.zfill(5) for part in parts if re.fullmatch(r"[0-9]+", part) and len(part) in SIC_DIGITS]
    return codes, [part for part in parts if part.zfill(5) not in codes]
