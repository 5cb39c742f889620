"""Plain text with paragraphs and lists, as an administrator types it. Nothing in it is ever taken for HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

BULLET = "- "


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (its lines), or a list (its entries)."""

    is_list: bool
    lines: tuple[str, ...]


def text_blocks(text: str) -> list[Block]:
    """Blank lines part paragraphs; lines that begin with "- " are entries of a list."""
    kinds = groupby((line.strip() for line in text.splitlines()), key=lambda line: (not line, line.startswith(BULLET)))
    return [
        Block(is_list, tuple(line.removeprefix(BULLET).strip() for line in lines))
        for (is_blank, is_list), lines in kinds
        if not is_blank
    ]


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ComparedLine:
    change: Change
    text: str


def compared(before: str, after: str) -> Sequence[ComparedLine]:
    """Two texts line by line, what was removed before what came in its place. Blank lines are left out."""
    old, new = ([line for line in text.splitlines() if line.strip()] for text in (before, after))
    lines: list[ComparedLine] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [ComparedLine(Change.SAME, line) for line in old[i:j]]
        else:
            lines += [ComparedLine(Change.REMOVED, line) for line in old[i:j]]
            lines += [ComparedLine(Change.ADDED, line) for line in new[k:m]]
    return lines
