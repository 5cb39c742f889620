"""Puts what was found in the order people expect. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from crm.finding.question import Question


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row of the index that may be what is meant."""

    id: int
    parent_id: int
    name: str
    text: str
    is_past: bool


def ranked(candidates: Sequence[Candidate], question: Question) -> list[Candidate]:
    """What is in use before what is past; then the name itself, names that begin so, more words, likeness, name."""
    return sorted(candidates, key=lambda each: _place(each, question))


def _place(candidate: Candidate, question: Question) -> tuple[bool, bool, bool, int, float, str, int]:
    phrase, name = question.phrase, candidate.name
    words = name.split()
    in_name = sum(any(word.startswith(each) for each in asked.spellings for word in words) for asked in question.words)
    anywhere = sum(any(each in candidate.text for each in asked.spellings) for asked in question.words)
    initials = sum(any(word.startswith(letter) for word in words) for letter in question.letters)
    return (
        candidate.is_past,
        name != phrase,
        not name.startswith(phrase),
        -(2 * in_name + anywhere + initials),
        -fuzz.token_sort_ratio(phrase, name),
        name,
        candidate.id,
    )
