"""Taking apart a cell with people in it: "Jane (HR) & Bob", "Machin, Ruth", "Sam Lane – Director". Pure."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from crm.core import normalise
from crm.core.normalise import as_text

BETWEEN_PEOPLE = re.compile(
    r"\s*(?:[/&;|•·\n]|\+(?!\s*\d)|\band\b|\bor\b|(?:(?<=\s)|^)\d[.)](?=\s*[^\W\d]))\s*(?![^()]*\))", re.IGNORECASE
)
AND_ONE_MORE = re.compile(r"\s*(?:&|\+|\band\b|\bor\b)\s*[^\W\d_]+\s*$", re.IGNORECASE)  # "Una, Nikhil and Bob"
COMMA = re.compile(r"\s*,\s*(?![^()]*\))")
BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
DASH = re.compile(r"\s+[-–—]\s+|\s*:\s+")
ADDRESS = re.compile(r"[^\s<>()\[\],;:]+@[^\s<>()\[\],;:]+\.[^\s<>()\[\],;:]+")
NUMBER = re.compile(r"(?:\+|\(?0)[\d\s().-]{8,}\d|(?<!\d)[1237]\d{9}(?!\d)")
A_LABEL_BEHIND = re.compile(r"[\s,:–-]+(?:tel|mob|mobile|phone|ph|direct|e-?mail|[tme])\b\.?[\s:–-]*$", re.IGNORECASE)
EMPTY_BRACKETS = re.compile(r"[(\[<]\s*[)\]>]?\s*$|(?<=\s)[)\]]")
LEADING = re.compile(r"^\d{1,2}[.)]\s*(?=\S)|^(?:ask for|speak (?:to|with)|fao|attn)\b[\s:.]*(?=\S)", re.IGNORECASE)
NOBODY = re.compile(r"\b(?:n/a|tb[ca])\b", re.IGNORECASE)
ROLES = re.compile(
    r"\b(?:manager|director|head|hr|owner|m\.?d|ceo|cfo|coo|reception(?:ist)?|admin(?:istrator)?|officer|co-?ordinator|"
    r"supervisor|assistant|secretary|foreman|recruit(?:er|ment)|lead|adviser|advisor|engineer|trainer|proprietor|p\.?a)\b",
    re.IGNORECASE,
)
ROLE_ALONE = re.compile(rf"(?=.*?{ROLES.pattern})(?:{ROLES.pattern}|\s|dept|department|team|office)+", re.IGNORECASE)
LETTERS_BEHIND = re.compile(
    r"(?:b\.?sc|b\.?a|b\.?eng|m\.?sc|m\.?a|mba|ph\.?d|[mo]be|cbe|jp|esq|jnr|jr|snr|sr|fcca|fca|aca|acca|[mfc]*cipd)\.?",
    re.IGNORECASE,
)
TITLE = re.compile(r"(?:mr|mrs|ms|miss|mx|dr|prof|sir|rev)\.?", re.IGNORECASE)
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
    plain = NOBODY.sub("", text).replace('"', "").strip()
    commas_divide = commas_divide or _is_a_row_of_first_names(plain)
    people: list[Named] = []
    for part in filter(None, BETWEEN_PEOPLE.split(plain)):
        of_part = _of_part(part, commas_divide=commas_divide)
        if people and of_part and not people[-1].role and ROLE_ALONE.fullmatch(of_part[0].name):
            people[-1] = replace(people[-1], role=of_part.pop(0).name)
        if people and of_part and TITLE.fullmatch(people[-1].name):  # "Mr & Mrs Patel" are two of one name
            people[-1] = replace(people[-1], name=f"{people[-1].name} {of_part[0].name.split()[-1]}")
        if people and of_part and not of_part[0].name:
            people[-1] = _reached_by(people[-1], of_part.pop(0))
        people += of_part
    found: dict[str, Named] = {}
    for each in people:
        found.setdefault(each.name.casefold(), each)
    return [each for each in found.values() if each.name]


def _is_a_row_of_first_names(text: str) -> bool:
    """Whether the end of a cell, as in "Una, Nikhil and Bob", shows that its commas stand between people."""
    return AND_ONE_MORE.search(text) is not None and ";" not in text and not COMMA.split(text)[0].isupper()


def _reached_by(person: Named, more: Named) -> Named:
    """A person with the addresses and numbers that stand behind them."""
    return replace(person, emails=person.emails + more.emails, phones=person.phones + more.phones)


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
        if people and LETTERS_BEHIND.fullmatch(piece.strip()):
            people[-1] = replace(people[-1], name=f"{people[-1].name} {as_text(piece)}")
            continue
        named = _named(piece)
        if named.name or not people:
            people.append(named)
        else:  # an address or a number that follows its person
            people[-1] = _reached_by(people[-1], named)
    return [each for each in people if each.name or each.emails or each.phones]


def _is_turned(surname: str, first: str) -> bool:
    bare = BRACKETS.sub("", NUMBER.sub("", ADDRESS.sub("", first)).replace("<>", "")).strip(" ,:–-<>()")
    bare = re.sub(rf"^{TITLE.pattern}\s+(?=\S)", "", bare, flags=re.IGNORECASE)
    if ROLES.search(surname) or ROLES.search(bare):
        return False
    return ONE_WORD.fullmatch(surname.strip()) is not None and ONE_WORD.fullmatch(bare) is not None


def _named(piece: str) -> Named:
    emails, rest = _taken(ADDRESS, piece, normalise.email)
    phones, rest = _taken(NUMBER, rest, normalise.phone)
    roles = [
        as_text(inside)
        for inside in BRACKETS.findall(rest)
        if any(map(str.isalpha, inside)) and not A_LABEL_BEHIND.fullmatch(f" {inside}")
    ]
    rest = BRACKETS.sub("", rest)
    if phones or emails:
        rest = A_LABEL_BEHIND.sub("", EMPTY_BRACKETS.sub("", rest).rstrip())
    name, *after = DASH.split(rest, maxsplit=1)
    if after and ROLE_ALONE.fullmatch(name.strip()) and not ROLES.search(after[0]):  # "MD: Jane Smith"
        name, after = after[0], [name]
    roles += [as_text(each).strip(" –-:") for each in after if any(map(str.isalpha, each))]
    return Named(LEADING.sub("", as_text(name).strip(" ,:–-<>")), ", ".join(roles)[:255] or None, emails, phones)


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
