"""For a city: fewer choices for each young person, so that the solver takes seconds. Pure.

Half a million possible places of two thousand people are more than is needed to place them as well as can be: everybody
keeps those they would like best, spread so that not all keep the same, and every opening keeps several times as many
people as it has seats.
"""

from collections.abc import Sequence

from crm.matching.fitting import INTERESTED, NEAR, NEW_EMPLOYER, Choice
from crm.matching.question import Question

MOST_CHOICES = 40_000  # altogether; a question with fewer is asked as it is
FEWEST_EACH = 8
PEOPLE_FOR_A_SEAT = 4
SPREAD = INTERESTED + NEW_EMPLOYER + NEAR  # points by which chance moves a choice up or down


def narrowed(question: Question, choices: Sequence[Sequence[Choice]]) -> Sequence[Sequence[Choice]]:
    """The same, or as many of each seeker's choices as there is time for. The same question gives the same choices."""
    if sum(map(len, choices)) <= MOST_CHOICES:
        return choices
    each = max(FEWEST_EACH, MOST_CHOICES // max(1, sum(map(bool, choices))))
    ranked = [sorted(offered, key=lambda choice, at=at: _rank(at, choice)) for at, offered in enumerate(choices)]  # type: ignore[misc]  # a lambda's default has no type
    kept = [{choice.opening: choice for choice in offered[:each]} for offered in ranked]
    _give_every_opening_enough(question, ranked, kept)
    return [sorted(chosen.values(), key=lambda choice: choice.opening) for chosen in kept]


def _give_every_opening_enough(
    question: Question, ranked: Sequence[Sequence[Choice]], kept: Sequence[dict[int, Choice]]
) -> None:
    wanting = [opening.seats * PEOPLE_FOR_A_SEAT for opening in question.openings]
    for chosen in kept:
        for opening in chosen:
            wanting[opening] -= 1
    by_need = sorted(range(len(ranked)), key=lambda at: (question.seekers[at].had, _chance(at, at)))
    for at in by_need:
        for choice in ranked[at]:
            if wanting[choice.opening] > 0 and choice.opening not in kept[at]:
                kept[at][choice.opening] = choice
                wanting[choice.opening] -= 1


def _rank(seeker: int, choice: Choice) -> float:
    return -(choice.liking + SPREAD * _chance(seeker, choice.opening))


def _chance(one: int, another: int) -> float:
    """From 0 to 1, the same on every run."""
    mixed = (one * 2_654_435_761 + another * 2_246_822_519 + 374_761_393) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 15)) * 2_246_822_519) & 0xFFFFFFFF
    return (mixed ^ (mixed >> 13)) / 0xFFFFFFFF
