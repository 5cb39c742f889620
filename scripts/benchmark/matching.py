"""Matches an invented city, and places its people first come, first served as well.

`python -m benchmark.matching FILE` prints what it is doing and writes the figures to the file as JSON. What each way is
worth, `benchmark.judging` says.
"""

import json
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from random import Random
from typing import Any

from benchmark.judging import Given, as_given, faults, stands, worth
from benchmark.young_city import city
from crm.matching.asking import answer_in_child
from crm.matching.fitting import Fitting
from crm.matching.question import Question
from crm.matching.words import phase

CITIES = {"1,000 opportunities": (2_000, 1_000), "1,000 seats": (2_000, 364)}  # people, opportunities
FAULTS_SHOWN = 5


def main(file: Path) -> int:
    figures = [_measured(name, city(*size)) for name, size in CITIES.items()]
    file.write_text(json.dumps(figures), encoding="utf-8")
    return 0


def _measured(name: str, question: Question) -> dict[str, Any]:
    said: list[str] = []

    def heard(what: str | None) -> None:
        if what is not None:
            said.append(what)
            print(f"{name}: {phase(what)}", flush=True)

    began = time.perf_counter()
    answer = answer_in_child(question, heard=heard)
    seconds = time.perf_counter() - began
    matched = as_given((pair.seeker, pair.opening) for pair in answer.pairs)
    print(f"{name}: judging", flush=True)
    broken = faults(question, matched)
    ways = {
        "before": {},
        "first come, first served": first_come(question, rounds=False),
        "first come, one each in turn": first_come(question, rounds=True),
        "matching": matched,
    }
    return {
        "city": name,
        "people": len(question.seekers),
        "opportunities": len(question.openings),
        "seats": sum(opening.seats for opening in question.openings),
        "seconds": round(seconds, 1),
        "solver_seconds": answer.seconds,
        "peak_mib": _most_held_by_children(),
        "said": said,
        "proved": answer.proved,
        "broken_rules": len(broken),
        "faults": broken[:FAULTS_SHOWN],
        "ways": [_way(name, question, given) for name, given in ways.items()],
    }


def _way(name: str, question: Question, given: Given) -> dict[str, Any]:
    numbers = Counter(stands(question, at, given.get(at, ())) for at in range(len(question.seekers)))
    return {
        "way": name,
        "distribution": [numbers[number] for number in range(question.target + 1)],
        "places": sum(map(len, given.values())),
        "points": worth(question, given)[-1],
    }


def first_come(question: Question, *, rounds: bool) -> Given:
    """In an order of chance, everybody takes what suits them best: all they lack at once, or one thing each round."""
    queue = _Queue(question)
    order = list(range(len(question.seekers)))
    Random(7).shuffle(order)
    for _ in range(question.target if rounds else 1):
        for at in order:
            queue.serve(at, most=1 if rounds else question.target)
    return queue.given


class _Queue:
    """What is left, and who has taken what."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._fitting = Fitting(question)
        self._seats = [opening.seats for opening in question.openings]
        self.given: dict[int, list[int]] = defaultdict(list)

    def serve(self, at: int, *, most: int) -> None:
        """Give somebody what they like best of what is left, keeping every rule."""
        wishes = sorted(self._fitting.choices(self._question.seekers[at]), key=lambda choice: -choice.liking)
        for choice in wishes:
            if most and self._seats[choice.opening] and self._may_take(at, choice.opening):
                self.given[at].append(choice.opening)
                self._seats[choice.opening] -= 1
                most -= 1

    def _may_take(self, at: int, opening: int) -> bool:
        taken = self.given[at]
        if any(other in self._fitting.clashes[opening] or other == opening for other in taken):
            return False
        return stands(self._question, at, [*taken, opening]) > stands(self._question, at, taken)


def _most_held_by_children() -> int | None:
    """MiB, where the system tells."""
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415  # Windows has none

    held = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return round(held / (2**20 if sys.platform == "darwin" else 2**10))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
