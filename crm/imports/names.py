"""Taking apart a cell with people in it: "Jane (HR) & Bob", "Machin, Ruth", "Sam Lane – Director". Pure."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from crm.core import normalise
from crm.core.normalise import as_text

BETWEEN_PEOPLE = re.compile(r"\s*(?:[/&;\n]|\+(?!\s*\d)|\band\b)\s*(?![^()]*\))", re.IGNORECASE)
COMMA = re.compile(r"\s*,\s*(?![^()]*\))")
BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
DASH = re.compile(r"\s+[-–—]\s+|\s*:\s+")
ADDRESS = re.compile(r"[^\s<>()\[\],;:]+@[^\s<>()\[\],;:]+\.[^\s<>()\[\],;:]+")
NUMBER = re.compile(r"(?:\+|\(?0)[\d\s().-]{8,}\d")
NOBODY = re.compile(r"\b(?:n/a|tb[ca])\b", re.IGNORECASE)
ROLES = re.compile(
    r"\b(?:manager|director|head|hr|owner|m\.?d|ceo|cfo|coo|reception(?:ist)?|admin(?:istrator)?|officer|co-?ordinator|"
    r"supervisor|assistant|secretary|foreman|recruit(?:er|ment)|lead|adviser|advisor|engineer|trainer|proprietor|p\.?a)\b",
    re.IGNORECASE,
)
ONE_WORD = re.compile(r"(?:(?:van|von|de|der|del|la|le|di|o|mac|mc|st)\.?\s+)*[^\W\d_][\w’'‘-]*\.?", re.IGNORECASE)
TITLES = re.compile(r"^(?:(?:mr|mrs|ms|miss|mx|dr|prof|sir|rev)\.?\s+)+(?=\S+\s+\S)")  # before two names or more
SHORTEST = 3  # letters by which somebody is found in an address


@dataclass(frozen=True)
class Named:
    """A person as a cell names them.

    Attributes:
        name: first name first.
        role: what stands beside the name.
        turned: whether it was written surname first.
    """

    name: str
    role: str | None = None
    emails: tuple[str, ...] = field(default=())
    phones: tuple[str, ...] = field(default=())
    turned: bool = False

    def is_in(self, local_part: str) -> bool:
        """Whether part of the name is in the part of an e-mail address before the @."""
        plain = _letters(local_part)
        words = map(_letters, self.name.split())
        return any(word == plain or (len(word) >= SHORTEST and word in plain) for word in words)


def known_as(name: str) -> str:
    """What two spellings of a person's name share: "Dr Amina Wood" is Amina Wood."""
    plain = as_text(name).casefold()
    return TITLES.sub("", plain) or plain


def divides_people(cells: list[str]) -> bool:
    """Whether commas in a column stand between people: somewhere both sides have a first name and a surname."""
    for cell in cells:
        for part in BETWEEN_PEOPLE.split(cell):
            sides = COMMA.split(part)
            if len(sides) > 1 and all(" " in side.strip() and not ROLES.search(side) for side in sides):
                return True
    return False


def split_people(text: str, *, commas_divide: bool = False) -> list[Named]:
    """Everybody a cell names, each once.

    Args:
        text: of the cell.
        commas_divide: whether "Una, Nikhil" are two people in this column; else it is Nikhil Una.
    """
    if not text:
        return []
    found: dict[str, Named] = {}
    for part in BETWEEN_PEOPLE.split(NOBODY.sub("", text).strip()):
        for each in _of_part(part, commas_divide=commas_divide):
            found.setdefault(each.name.casefold(), each)
    return list(found.values())


def _of_part(part: str, *, commas_divide: bool) -> list[Named]:
    pieces = [piece for piece in COMMA.split(part.strip()) if piece.strip()]
    if len(pieces) == 2 and not commas_divide and _is_turned(*pieces):  # noqa: PLR2004 – surname and first name
        surname, rest = pieces
        named = _named(rest)
        return [replace(named, name=f"{named.name} {as_text(surname)}", turned=True)]
    people: list[Named] = []
    for piece in pieces:
        if people and people[-1].role is None and ROLES.search(piece) and not ADDRESS.search(piece):
            people[-1] = replace(people[-1], role=as_text(piece))
            continue
        named = _named(piece)
        if named.name:
            people.append(named)
        elif people:  # an address or a number that follows its person
            people[-1] = replace(
                people[-1], emails=people[-1].emails + named.emails, phones=people[-1].phones + named.phones
            )
    return people


def _is_turned(surname: str, first: str) -> bool:
    bare = BRACKETS.sub("", first).strip()
    if ROLES.search(surname) or ROLES.search(bare):
        return False
    return ONE_WORD.fullmatch(surname.strip()) is not None and ONE_WORD.fullmatch(bare) is not None


def _named(piece: str) -> Named:
    emails, rest = _taken(ADDRESS, piece, normalise.email)
    phones, rest = _taken(NUMBER, rest, normalise.phone)
    roles = [as_text(inside) for inside in BRACKETS.findall(rest) if any(map(str.isalpha, inside))]
    rest = BRACKETS.sub("", rest)
    name, *after = DASH.split(rest, maxsplit=1)
    roles += [as_text(each) for each in after if any(map(str.isalpha, each))]
    return Named(as_text(name).strip(" ,:–-<>"), ", ".join(roles)[:255] or None, emails, phones)


def _taken(pattern: re.Pattern[str], text: str, read: Callable[[str], str]) -> tuple[tuple[str, ...], str]:
    """What of a text is of a kind, read, and the text without it. What cannot be read stays in the text."""
    found: list[str] = []
    for match in pattern.findall(text):
        try:
            found.append(read(match))
        except ValueError:
            continue
        text = text.replace(match, " ")
    return tuple(found), text


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if character.isalpha())
