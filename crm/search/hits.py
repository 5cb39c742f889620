"""What the search answers with, and why each of it is there. Pure."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from crm.core.normalise import plain_words
from crm.finding.question import Question
from crm.finding.sources import Kind

AROUND = 70  # letters of a log entry shown before and after the first word that was found
TOKEN = re.compile(r"\w(?:[\w’'@.+-]*\w)?|\W")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text, and whether it is what was looked for."""

    text: str
    is_match: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something that was found. `employer_id` is where a contact or an entry of the log belongs."""

    kind: Kind
    id: int
    title: Sequence[Part]
    hint: str  # what tells it from another of that name
    why: Sequence[Part] = ()  # empty where the title says it
    note: str = ""  # "Archived", "Left"
    employer_id: int | None = None

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.title)

    @property
    def reason(self) -> str:
        return "".join(part.text for part in self.why)


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind. There may be more than `total` if `is_cut`: then a further word helps more than a page."""

    kind: Kind
    hits: Sequence[Hit]
    total: int
    is_cut: bool


def marked(text: str, question: Question) -> list[Part]:
    """A text in pieces, of which those that were looked for are marked."""
    parts: list[Part] = []
    asked = {each for word in question.words for each in _pieces(word.spellings) if len(each) > 1}
    for token in TOKEN.findall(text):
        is_match = token[0].isalnum() and _is_asked_for(token, asked)
        if parts and parts[-1].is_match == is_match and not is_match:
            parts[-1] = Part(parts[-1].text + token)
        else:
            parts.append(Part(token, is_match))
    return parts


def snippet(text: str, question: Question) -> list[Part]:
    """As much of a long text as shows the first of the words that were looked for, marked."""
    parts = marked(" ".join(text.split()), question)
    first = next((place for place, part in enumerate(parts) if part.is_match), 0)
    before = "".join(part.text for part in parts[:first])
    rest = _shortened(parts[first:], 2 * AROUND)
    if len(before) > AROUND:
        before = "…" + before[-AROUND:].partition(" ")[2]
    return [Part(before), *rest] if before else rest


def reason(fields: Sequence[tuple[str, str | None]], question: Question) -> list[Part]:
    """In which field the words are that the first field, the name, does not have. Empty if it has them all.

    Fields are what to call each ("" for the name) and what it holds.
    """
    (_, name), *others = fields
    missing = [word for word in question.words if not _holds(name, word.spellings)]
    for label, value in others:
        if value and any(_holds(value, word.spellings) for word in missing):
            return [Part(f"{label} "), *marked(value, question)]
    return []


def _holds(value: str | None, spellings: Sequence[str]) -> bool:
    plain = f" {' '.join(plain_words(value or ''))} {(value or '').lower()} "
    squeezed = re.sub(r"\s", "", plain)
    return any(each in plain or each.replace(" ", "") in squeezed for each in spellings)


def _is_asked_for(token: str, asked: Collection[str]) -> bool:
    plain = _plain(token)
    lower = token.lower().strip(".")
    return any(plain.startswith(each) or each in lower or _stem(each, plain) for each in asked)


@lru_cache(maxsize=10_000)  # a log says the same words over and over
def _plain(token: str) -> str:
    return "".join(plain_words(token))


def _stem(asked: str, plain: str) -> bool:
    """The log is searched without the ending of a plural."""
    return asked.endswith("s") and len(asked) > 4 and plain.startswith(asked[:-1])  # noqa: PLR2004


def _pieces(spellings: Sequence[str]) -> Iterator[str]:
    for spelling in spellings:
        yield from spelling.split()


def _shortened(parts: Sequence[Part], most: int) -> list[Part]:
    kept: list[Part] = []
    for part in parts:
        if most <= len(part.text):
            kept.append(Part(part.text[:most].rpartition(" ")[0] + "…", part.is_match))
            break
        kept.append(part)
        most -= len(part.text)
    return kept
