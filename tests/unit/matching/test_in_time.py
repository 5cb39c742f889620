"""What the solver does when time runs out, and when the relaxed programme has no whole solution."""

from collections.abc import Callable
from typing import Any

import pytest
from benchmark.judging import as_given, best_of_all, faults, worth

from crm.matching import child, solver
from crm.matching.question import Question
from tests.unit.matching.asking import opening, seeker, span

# Two people, one of whom has one already; one seat suits both, and two of the openings clash.
QUESTION = Question(
    [seeker(1, had=1, employers=frozenset({9})), seeker(2)],
    [opening(1), opening(2, span=span(1, 9, 12), seats=2), opening(3, kind="job_shadowing")],
    different_employers=2,
)


def test_without_time_there_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "solve", lambda programme, *, seconds, say: solver.solve(programme, seconds=0, say=say))

    with pytest.raises(TimeoutError):
        child.answer(QUESTION, seconds=5)


def test_what_was_found_in_time_is_kept_and_not_called_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    really, calls = solver._Solving._most, iter(range(9))

    def out_of_time_after_one(self: Any, *given: Any, **named: Any) -> Any:
        if next(calls):
            raise solver.OutOfTime
        return really(self, *given, **named)

    monkeypatch.setattr(solver._Solving, "_most", out_of_time_after_one)
    found = child.answer(QUESTION, seconds=5)
    got = as_given((pair.seeker, pair.opening) for pair in found.pairs)

    assert not faults(QUESTION, got)
    assert worth(QUESTION, got)[0] == best_of_all(QUESTION)[0]
    assert not found.proved


def unsplit(*_: Any, **__: Any) -> None:
    """Nothing whole is found near the relaxed solution."""


@pytest.mark.parametrize("near", [solver._Solving._whole_near, unsplit])
def test_what_stays_split_is_settled_as_whole_numbers(
    near: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solver, "_is_whole", lambda values: False)
    monkeypatch.setattr(solver._Solving, "_whole_near", near)

    found = child.answer(QUESTION, seconds=5)

    got = as_given((pair.seeker, pair.opening) for pair in found.pairs)
    assert not faults(QUESTION, got)
    assert worth(QUESTION, got) == best_of_all(QUESTION)
