"""Solves the programme with HiGHS, step by step: first as few as possible without any, then as few without a second.

Lexicographic (docs/decisions say why): each step's result becomes a rule for those that follow, and what people would
like decides last. Runs in a process of its own (`crm.matching.child`): HiGHS and numpy need memory and a whole core.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from crm.matching.programme import Programme, Row

WHOLE = 1e-6  # how near a number has to be to a whole one to be taken for it
PREFERENCES_GAP = 0.002  # of the best conceivable: the last per mille of preferences are not worth waiting for

Progress = Callable[[str], None]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Solution:
    """The columns that are 1, and whether every step was proved to be the best there is."""

    columns: frozenset[int]
    best: bool
    steps: Sequence[int]  # how many reach the first, second, …


class OutOfTime(Exception):
    """The solver found nothing better in time than what was known."""


def solve(programme: Programme, *, seconds: float, say: Progress = lambda _: None) -> Solution | None:
    """The best assignment found in time, or None if there was not even time for a first one."""
    if not programme.width:
        return Solution(frozenset(), best=True, steps=())
    return _Solving(programme, seconds, say).solution()


class _Solving:
    def __init__(self, programme: Programme, seconds: float, say: Progress) -> None:
        self._programme, self._say = programme, say
        self._until = time.monotonic() + seconds
        self._highs = _model(programme)
        self._values: Values | None = None

    def solution(self) -> Solution | None:
        best = True
        steps: list[int] = []
        try:
            for step, columns in sorted(self._programme.reaches.items()):
                self._say(f"step {step}")
                most, proved = self._most(dict.fromkeys(columns, 1.0))
                self._keep(columns, most)
                best, steps = best and proved, [*steps, most]
            self._say("preferences")
            self._most(self._programme.preferences, gap=PREFERENCES_GAP)
        except OutOfTime:
            best = False
        if self._values is None:
            return None
        return Solution(frozenset(np.nonzero(self._values > 1 / 2)[0].tolist()), best, steps)

    def _most(self, worth: Mapping[int, float], *, gap: float = 0.0) -> tuple[int, bool]:
        """The highest total of the columns' worth, and whether none is higher. Keeps the assignment that has it.

        Without the demand for whole numbers first: this programme mostly has a whole solution among its best.
        """
        width = self._programme.width
        every = np.arange(width, dtype=np.int32)
        costs = np.zeros(width)
        costs[list(worth)] = list(worth.values())
        self._highs.changeColsCost(width, every, costs)
        relaxed = self._run(relaxed=True, gap=gap)
        if relaxed is None:
            raise OutOfTime
        bound = math.floor(float(costs @ relaxed) + WHOLE * width)
        proved = self._is_optimal()
        found = relaxed if _is_whole(relaxed) else self._whole_near(relaxed, gap=gap)
        if found is None or costs @ found < (1 - gap) * bound - WHOLE:
            better = self._run(relaxed=False, gap=gap, start=found)
            proved, found = self._is_optimal(), found if better is None else better
        if found is None:
            raise OutOfTime
        self._values = found
        return round(float(costs @ np.round(found))), proved

    def _whole_near(self, relaxed: Values, *, gap: float) -> Values | None:
        """The best whole solution that differs from a relaxed one only where that is not whole: little to ask."""
        width = self._programme.width
        every = np.arange(width, dtype=np.int32)
        settled = np.abs(relaxed - np.round(relaxed)) < WHOLE
        self._highs.changeColsBounds(
            width, every, np.where(settled, np.round(relaxed), 0.0), np.where(settled, np.round(relaxed), 1.0)
        )
        try:
            return self._run(relaxed=False, gap=gap)
        finally:
            self._highs.changeColsBounds(width, every, np.zeros(width), np.ones(width))

    def _run(self, *, relaxed: bool, gap: float, start: Values | None = None) -> Values | None:
        """What the solver finds in the time that is left, if it finds anything that keeps the rules."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise OutOfTime
        self._highs.setOptionValue("solve_relaxation", relaxed)
        self._highs.setOptionValue("mip_rel_gap", gap)
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + left)
        if start is not None:
            known = highspy.HighsSolution()
            known.col_value = list(start)
            self._highs.setSolution(known)
        self._highs.run()
        if self._highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        return np.array(self._highs.getSolution().col_value)

    def _is_optimal(self) -> bool:
        return bool(self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def _keep(self, columns: Sequence[int], most: int) -> None:
        """From now on that many of the columns at least."""
        indices = np.array(columns, dtype=np.int32)
        self._highs.addRow(float(most), highspy.kHighsInf, len(columns), indices, np.ones(len(columns)))


def _is_whole(values: Values) -> bool:
    return bool(np.all(np.abs(values - np.round(values)) < WHOLE))


def _model(programme: Programme) -> highspy.Highs:
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # the one function of it without types
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", 1)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = programme.width, len(programme.rows)
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = np.zeros(programme.width)
    model.col_lower_, model.col_upper_ = np.zeros(programme.width), np.ones(programme.width)
    model.integrality_ = [highspy.HighsVarType.kInteger] * programme.width
    _add_rows(model, programme.rows)
    highs.passModel(model)
    return highs


def _add_rows(model: highspy.HighsLp, rows: Sequence[Row]) -> None:
    model.row_lower_ = np.array([row.low for row in rows])
    model.row_upper_ = np.array([row.high for row in rows])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(row.columns) for row in rows)], dtype=np.int32)
    model.a_matrix_.index_ = np.array([column for row in rows for column in row.columns], dtype=np.int32)
    model.a_matrix_.value_ = np.array([factor for row in rows for factor in row.factors])
