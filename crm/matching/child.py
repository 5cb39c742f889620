"""The process that calculates: a question comes in on standard input, progress and the answer leave as lines of JSON.

A process of its own, so that the solver's memory and its minute of a whole core are never the scheduler's, and so that
stopping it is ending it. `python -m crm.matching.child SECONDS`.
"""

import json
import os
import sys
import time

from crm.matching.fitting import Fitting
from crm.matching.narrowing import narrowed
from crm.matching.programme import Programme, programme_of
from crm.matching.question import Answer, Question, answer_to_json, question_from_json
from crm.matching.solver import Progress, Solution, solve


def answer(question: Question, *, seconds: float, say: Progress = lambda _: None) -> Answer:
    """The best assignment that is found in time."""
    began = time.monotonic()
    say("choices")
    fitting = Fitting(question)
    every = [fitting.choices(seeker) for seeker in question.seekers]
    offered = narrowed(question, every)
    say("rules")
    programme = programme_of(question, offered, fitting.clashes)
    left = max(1.0, seconds - (time.monotonic() - began))
    solution = solve(programme, seconds=left, say=say)
    if solution is None:
        raise TimeoutError
    say("reasons")
    pairs = [programme.gets[column] for column in sorted(solution.columns) if column in programme.gets]
    without = set(range(len(question.seekers))) - {pair.seeker for pair in pairs}
    return Answer(
        pairs=pairs,
        proved=solution.best and (offered is every or _at_the_ceiling(question, programme, solution)),
        seconds=round(time.monotonic() - began, 2),
        obstacles={at: fitting.obstacles(question.seekers[at]) for at in sorted(without)},
    )


def _at_the_ceiling(question: Question, programme: Programme, solution: Solution) -> bool:
    """Whether every step is reached by all who could, or by as many as there are seats: then nothing can be better."""
    seats = sum(opening.seats for opening in question.openings)
    for (_, columns), reached in zip(sorted(programme.reaches.items()), solution.steps, strict=False):
        if reached < min(len(columns), seats):
            return False
        seats -= reached
    return len(solution.steps) == len(programme.reaches)


def main() -> int:
    """Standard output is kept for the answer: HiGHS greets whoever starts it there."""
    question = question_from_json(sys.stdin.read())
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123  # no path of ours
            os.dup2(nowhere.fileno(), 1)

        def say(what: str) -> None:
            out.write(json.dumps({"at": what}) + "\n")
            out.flush()

        out.write(answer_to_json(answer(question, seconds=float(sys.argv[1]), say=say)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
