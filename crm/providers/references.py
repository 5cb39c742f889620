"""References of young people: the provider's own, never a name, an address or a date of birth. Pure.

A reference that plainly is personal data is refused. One that may be a name is only pointed out: nobody can tell
"AB Smith" from a code for certain, and refusing a provider's real codes would make them invent others.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONGEST = 40  # characters
MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"

_DATE = re.compile(
    rf"\b\d{{1,2}}[./-]\d{{1,2}}[./-](?:\d{{4}}|\d{{2}})\b|\b\d{{4}}[./-]\d{{1,2}}[./-]\d{{1,2}}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?[ .-]*(?:{MONTHS})[a-z]*[ .-]*\d{{2,4}}\b",
    re.IGNORECASE | re.ASCII,
)
_WORD = r"[^\W\d_](?:['’-]?[^\W\d_])+"
_NAME = re.compile(rf"{_WORD}(?:[ ,]+{_WORD})+")


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that cannot be a reference, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """What several lines of text contain. Nothing is lost: every line is in exactly one of these."""

    references: Sequence[str]  # in the order they were pasted, each once
    repeated: Sequence[str]  # further occurrences of one that is above
    refused: Sequence[Refused]


def read_reference(text: str) -> str:
    """A reference with single spaces. Raises ValueError, saying what to do, for what is plainly personal data."""
    reference = " ".join(text.split())
    if not reference:
        raise ValueError("Enter the provider’s reference")
    if len(reference) > LONGEST:
        raise ValueError(f"Enter a reference of {LONGEST} characters or fewer")
    if "@" in reference:
        raise ValueError("Enter a reference, not an e-mail address")
    if is_date(reference):
        raise ValueError("Enter a reference without a date in it: it could be a date of birth")
    return reference


def is_date(text: str) -> bool:
    """Whether there is a date in it, in figures or with the month's name."""
    return _DATE.search(text) is not None


def may_be_a_name(reference: str) -> bool:
    """Whether it looks like two words of letters, as a name does and few references do."""
    return _NAME.fullmatch(reference) is not None


def read_references(text: str) -> Pasted:
    """Sort out references pasted one on a line; blank lines mean nothing."""
    references: dict[str, None] = {}
    repeated: list[str] = []
    refused: list[Refused] = []
    for line in _lines(text):
        try:
            reference = read_reference(line)
        except ValueError as error:
            refused.append(Refused(line, str(error)))
            continue
        if reference in references:
            repeated.append(reference)
        references[reference] = None
    return Pasted(list(references), repeated, refused)


def _lines(text: str) -> Iterable[str]:
    return (line.strip() for line in text.splitlines() if line.strip())
