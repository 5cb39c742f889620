"""The question as a linear programme: what its columns and rows stand for. Knows no solver.

Columns, each 0 or 1: whether a seeker gets an opening (`gets`), whether that brings them to the first, second, … of
their three (`reaches`), whether they get something with an employer (`meets`, where the policy asks for different
ones) or of a kind they have not had (`tries`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from crm.matching.fitting import NEW_KIND, Choice
from crm.matching.question import Pair, Question, Seeker

NO_LIMIT = float("inf")
TWO = 2  # different employers


@dataclass(frozen=True, slots=True)
class Row:
    """low ≤ Σ factor × column ≤ high."""

    columns: Sequence[int]
    factors: Sequence[float]
    low: float
    high: float


@dataclass
class Programme:
    """Columns are numbered as they are added."""

    gets: dict[int, Pair] = field(default_factory=dict)
    reaches: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))  # step (1, 2, …) to columns
    preferences: dict[int, int] = field(default_factory=dict)  # column to points
    rows: list[Row] = field(default_factory=list)
    width: int = 0  # columns

    def column(self) -> int:
        self.width += 1
        return self.width - 1

    def at_most(self, columns: Sequence[int], high: float) -> None:
        self.rows.append(Row(columns, [1.0] * len(columns), -NO_LIMIT, high))

    def implies(self, column: int, one_of: Sequence[int], *, times: float = 1.0) -> None:
        """The column may be 1 only if so many of the others are."""
        self.rows.append(Row([column, *one_of], [times, *[-1.0] * len(one_of)], -NO_LIMIT, 0.0))


def programme_of(
    question: Question, choices: Sequence[Sequence[Choice]], clashes: Sequence[frozenset[int]]
) -> Programme:
    """Every hard rule as rows.

    `choices` are those of each seeker; `clashes` are, for each opening, those nobody could have beside it.
    """
    programme = Programme()
    of_opening: dict[int, list[int]] = defaultdict(list)
    for at, (seeker, offered) in enumerate(zip(question.seekers, choices, strict=True)):
        columns = {}
        for choice in offered:
            column = columns[choice.opening] = programme.column()
            programme.gets[column] = Pair(at, choice.opening)
            programme.preferences[column] = choice.liking
            of_opening[choice.opening].append(column)
        if columns:
            _rows_of_seeker(programme, question, seeker, columns)
            for together in groups_that_clash(columns, clashes):
                programme.at_most([columns[opening] for opening in together], 1.0)
    for opening, taken in sorted(of_opening.items()):
        if len(taken) > question.openings[opening].seats:
            programme.at_most(taken, question.openings[opening].seats)
    return programme


def _rows_of_seeker(programme: Programme, question: Question, seeker: Seeker, columns: Mapping[int, int]) -> None:
    steps = _steps(programme, question, seeker)
    last = question.missing(seeker) - (len(steps) - 1)  # places that the last step takes; the others take one each
    costs = [*[-1.0] * (len(steps) - 1), float(-last)]
    got = list(columns.values())
    # Every place brings them a step further: nobody is given what would not count.
    programme.rows.append(Row([*got, *steps], [*[1.0] * len(got), *costs], 0.0, 0.0))
    for step, following in pairwise(steps):
        programme.implies(following, [step])
    _different_employers(programme, question, seeker, columns, steps[-1])
    of_kind: dict[str, list[int]] = defaultdict(list)
    for opening, column in columns.items():
        of_kind[question.openings[opening].kind].append(column)
    for kind in sorted(of_kind.keys() - seeker.kinds):
        tries = programme.column()
        programme.preferences[tries] = NEW_KIND
        programme.implies(tries, of_kind[kind])


def _steps(programme: Programme, question: Question, seeker: Seeker) -> list[int]:
    """A column for each step that is left, the next one first."""
    stands = question.towards(seeker.had, len(seeker.employers))
    steps = []
    for step in range(stands + 1, question.target + 1):
        steps.append(programme.column())
        programme.reaches[step].append(steps[-1])
    return steps


def _different_employers(
    programme: Programme, question: Question, seeker: Seeker, columns: Mapping[int, int], last: int
) -> None:
    """The last step is taken only with so many employers that were not among those they had."""
    short = question.different_employers - len(seeker.employers)
    if short <= 0:
        return
    by_employer: dict[int, list[int]] = defaultdict(list)
    for opening, column in columns.items():
        by_employer[question.openings[opening].employer_id].append(column)
    if question.different_employers == TWO:
        # The same said without further columns, and what is solved twenty times faster: not all with one.
        most = max(0, question.target - 1 - seeker.had)
        for employer, with_one in sorted(by_employer.items()):
            if seeker.employers <= {employer} and len(with_one) > most:
                programme.at_most(with_one, most)
        return
    meets = []
    for employer in sorted(by_employer.keys() - seeker.employers):
        meets.append(programme.column())
        programme.implies(meets[-1], by_employer[employer])
    programme.implies(last, meets, times=float(short))


def groups_that_clash(openings: Iterable[int], clashes: Sequence[frozenset[int]]) -> list[list[int]]:
    """Openings of which a person can have one at most, in groups that together say every clash once or more.

    Whole groups rather than pairs: three placements in one week then cannot be had by half each, which is what makes
    the solver fast.
    """
    offered = sorted(openings)
    said: set[tuple[int, int]] = set()
    groups = []
    for one in offered:
        for other in offered:
            if other > one and other in clashes[one] and (one, other) not in said:
                group = _widened([one, other], offered, clashes)
                said.update((a, b) for a in group for b in group if a < b)
                groups.append(group)
    return groups


def _widened(group: list[int], offered: Sequence[int], clashes: Sequence[frozenset[int]]) -> list[int]:
    for each in offered:
        if each not in group and all(each in clashes[other] for other in group):
            group.append(each)
    return sorted(group)
