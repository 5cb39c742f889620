"""The list as it is typed – a skill on each line, with what it means – and what one version changes. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST_NAME = 80  # characters
LONGEST_MEANING = 300
MOST_SKILLS = 40
BULLET = re.compile(r"^[-*•]\s+")
DASH = re.compile(r"\s*:\s+|\s+[–—-]\s+")


@dataclass(frozen=True, slots=True)
class SkillLine:
    """A skill by name, and what is meant by it; empty where nobody said."""

    name: str
    meaning: str = ""

    @property
    def text(self) -> str:
        """As it is typed."""
        return f"{self.name}: {self.meaning}" if self.meaning else self.name


def read_lines(text: str) -> Sequence[SkillLine]:
    """The skills of a text, in its order. Raises ValueError, saying what to do and in which line."""
    lines = [_read(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise ValueError("Enter the skills, one on a line")
    if len(lines) > MOST_SKILLS:
        raise ValueError(f"Enter at most {MOST_SKILLS} skills: an opportunity is ticked for each of them")
    seen: set[str] = set()
    for line in lines:
        if line.name.casefold() in seen:
            raise ValueError(f"Enter {line.name} once")
        seen.add(line.name.casefold())
    return lines


def _read(number: int, typed: str) -> SkillLine:
    parts = DASH.split(BULLET.sub("", " ".join(typed.split())), maxsplit=1)
    name, meaning = parts[0].strip(), parts[1].strip() if len(parts) > 1 else ""
    if not name:
        raise ValueError(f"Line {number}: enter the skill before what it means")
    if len(name) > LONGEST_NAME:
        raise ValueError(
            f"Line {number}: shorten the skill to {LONGEST_NAME} characters, and put what it means after a colon"
        )
    if len(meaning) > LONGEST_MEANING:
        raise ValueError(f"Line {number}: shorten what it means to {LONGEST_MEANING} characters")
    return SkillLine(name, meaning)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a version changes of the one before."""

    added: Sequence[SkillLine]
    dropped: Sequence[SkillLine]
    reworded: Sequence[tuple[SkillLine, SkillLine]]  # before, after
    is_reordered: bool

    def __bool__(self) -> bool:
        return bool(self.added or self.dropped or self.reworded or self.is_reordered)

    @property
    def sentences(self) -> Iterator[str]:
        """One for each change."""
        yield from (f"New: {line.text}" for line in self.added)
        yield from (f"No longer on the list: {line.name}" for line in self.dropped)
        for before, after in self.reworded:
            if before.name != after.name:
                yield f"Written differently: {before.name} is now {after.name}"
            if before.meaning != after.meaning:
                yield f"{after.name} now means: {after.meaning or 'nothing in particular'}"
        if self.is_reordered:
            yield "In another order"


def changes_between(before: Sequence[SkillLine], after: Sequence[SkillLine]) -> Changes:
    """Skills are the same if their names are, however they are capitalised."""
    old, new = ({line.name.casefold(): line for line in lines} for lines in (before, after))
    stayed = [key for key in new if key in old]
    return Changes(
        added=[line for key, line in new.items() if key not in old],
        dropped=[line for key, line in old.items() if key not in new],
        reworded=[(old[key], new[key]) for key in stayed if old[key] != new[key]],
        is_reordered=stayed != [key for key in old if key in new],
    )
