"""Reads what somebody typed into the search. Pure.

Whatever is typed is a question: there is no syntax, so nothing can be wrong with it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from crm.core import normalise

MOST_LETTERS = 200  # of what is typed; the rest is left aside
MOST_WORDS = 8
SHORTEST = 2  # letters of a word that can be looked up: shorter ones only help to put in order
SHORTEST_INSIDE = 3  # letters of a word that is also found inside another
NOISE = frozenset({"and", "the", "ltd", "limited", "plc", "llp", "of", "at"})  # says nothing where other words do
LIKE_A_PHONE = re.compile(r"\+?[\d\s().-]{5,}")
SHORTEST_NUMBER = 5  # figures of a phone or company number


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that must be found. `others` are spellings that would do as well; it may be a slip for one of them."""

    plain: str
    others: tuple[str, ...] = ()
    meant: str = ""

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.plain, *self.others)


@dataclass(frozen=True, slots=True)
class Question:
    """What to find: every word, in any order. Without words there is nothing to look for."""

    words: tuple[Word, ...] = ()
    letters: tuple[str, ...] = field(default=())  # too short to look up

    @property
    def phrase(self) -> str:
        """The words as they were meant, to compare with a name."""
        return " ".join([word.meant or word.plain for word in self.words])


def read(typed: str) -> Question:
    """The words of a question. Marks, accents, "Ltd" and the like are left out where something else remains."""
    text = normalise.as_text(typed[:MOST_LETTERS].replace("\0", " "))
    if LIKE_A_PHONE.fullmatch(text) and len(figures := re.sub(r"\D", "", text)) >= SHORTEST_NUMBER:
        return Question((_number(figures),))
    words = list(dict.fromkeys(_words(text)))
    telling = [word for word in words if word.plain not in NOISE] or words
    long = [word for word in telling if len(word.plain) >= SHORTEST]
    if not any(word.plain not in NOISE for word in long) and len(words) > 1:
        return Question(
            (Word(" ".join(word.plain for word in words)),)
        )  # "B&Q", "The Ltd": only the whole says anything
    return Question(tuple(long[:MOST_WORDS]), tuple(word.plain for word in telling if len(word.plain) < SHORTEST))


def _words(text: str) -> Iterator[Word]:
    for part in text.split():
        if "@" in part.strip("@"):
            yield Word(part.strip(".,;:<>()").lower())
            continue
        plain = normalise.plain_words(part)
        if postcode := _postcode(part):
            yield Word(postcode)
            continue
        yield from (Word(word) for word in plain)


def _postcode(part: str) -> str | None:
    """A postcode typed without its space."""
    try:
        return normalise.postcode(part).lower()
    except ValueError:
        return None


def _number(figures: str) -> Word:
    """Phone numbers are stored as +44…, company numbers with leading zeros; people type them with and without."""
    national = figures.removeprefix("0044").removeprefix("44") if len(figures) > len("01632960001") else figures
    return Word(figures, tuple(dict.fromkeys(each for each in (national.lstrip("0"),) if each and each != figures)))
