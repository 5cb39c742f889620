"""References with names, as they are pasted from a class list. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_NAME = 120  # characters
BETWEEN = re.compile(r"\t|;|,")


@dataclass(frozen=True, slots=True)
class NamedLine:
    reference: str
    name: str


def read_name(text: str) -> str:
    """A name with single spaces. Raises ValueError, saying what to do."""
    name = " ".join(text.split())
    if not name:
        raise ValueError("Enter the name")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"Shorten the name to {LONGEST_NAME} characters")
    return name


def read_lines(text: str) -> Sequence[NamedLine]:
    """A reference and a name on each line, with a tab, a semicolon or a comma between them.

    Raises ValueError, saying in which line.
    """
    lines = [_read(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    seen: set[str] = set()
    for line in lines:
        if line.reference.lower() in seen:
            raise ValueError(f"Enter {line.reference} once")
        seen.add(line.reference.lower())
    return lines


def _read(number: int, line: str) -> NamedLine:
    reference, *rest = BETWEEN.split(line, maxsplit=1)
    if not rest or not reference.strip():
        raise ValueError(f"Line {number}: enter a reference, a comma or tab, and the name")
    try:
        return NamedLine(" ".join(reference.split()), read_name(rest[0]))
    except ValueError as advice:
        raise ValueError(f"Line {number}: {advice}") from advice
