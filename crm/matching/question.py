"""What the optimiser is asked and what it answers, without a database: plain values that travel as JSON. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from crm.opportunities.timing import Timing


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when somebody would have to be somewhere in person. Instants."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """An open opportunity with free seats that counts towards the three. Its checks are in order."""

    id: int
    employer_id: int
    kind: str
    span: Span
    in_person: bool
    seats: int  # free
    provider_id: int | None  # for its young people only
    year_groups: frozenset[str]  # for these only; none: for all
    sectors: frozenset[int] = frozenset()
    area_id: int | None = None


@dataclass(frozen=True, slots=True)
class Seeker:
    """A young person below the target who has not left."""

    id: int
    provider_id: int
    year_group: str
    had: int  # counted places attended or booked
    employers: frozenset[int] = frozenset()  # that those were with
    kinds: frozenset[str] = frozenset()  # that those were
    busy: tuple[Span, ...] = ()  # in person, for whatever
    been: frozenset[int] = frozenset()  # opportunities they have, or gave back, a place in
    sectors: frozenset[int] = frozenset()  # interested in
    area_id: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """Who should get which place."""

    seekers: Sequence[Seeker]
    openings: Sequence[Opening]
    target: int = 3
    different_employers: int = 1  # how many the three must be with at least

    def towards(self, had: int, employers: int) -> int:
        """How many of the three that is, as `crm.fulfilment.three` counts."""
        short = employers < self.different_employers
        return min(had, self.target - 1 if short else self.target)

    def missing(self, seeker: Seeker) -> int:
        """How many more places they need: more than up to three if those were with too few employers."""
        short = max(0, self.different_employers - len(seeker.employers))
        return max(self.target - seeker.had, short, 0)


@dataclass(frozen=True, slots=True)
class Pair:
    """One place for one young person. Positions in the question, not ids."""

    seeker: int
    opening: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Who gets which place, and how sure it is that none is better."""

    pairs: Sequence[Pair]
    proved: bool  # whether no other assignment brings more people further, those furthest behind first
    seconds: float
    obstacles: Mapping[int, Mapping[str, int]]  # of each seeker (position) without a place: openings by obstacle


def question_to_json(question: Question) -> str:
    return json.dumps(asdict(question), default=_plain)


def question_from_json(text: str) -> Question:
    read: dict[str, Any] = json.loads(text)
    return Question(
        seekers=[_seeker(each) for each in read["seekers"]],
        openings=[_opening(each) for each in read["openings"]],
        target=read["target"],
        different_employers=read["different_employers"],
    )


def answer_to_json(answer: Answer) -> str:
    return json.dumps({**asdict(answer), "pairs": [(pair.seeker, pair.opening) for pair in answer.pairs]})


def answer_from_json(text: str) -> Answer:
    read: dict[str, Any] = json.loads(text)
    pairs = [Pair(*pair) for pair in read["pairs"]]
    obstacles = {int(position): found for position, found in read["obstacles"].items()}
    return Answer(pairs, read["proved"], read["seconds"], obstacles)


def timing_of(span: Span) -> Timing:
    return Timing.between(span.starts_at, span.ends_at)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else sorted(_iterable(value))


def _iterable(value: object) -> Iterable[Any]:
    if isinstance(value, frozenset):
        return value
    raise TypeError(f"{type(value).__name__} does not travel")


def _span(read: Mapping[str, str]) -> Span:
    return Span(datetime.fromisoformat(read["starts_at"]), datetime.fromisoformat(read["ends_at"]))


def _opening(read: Mapping[str, Any]) -> Opening:
    sets = {name: frozenset(read[name]) for name in ("year_groups", "sectors")}
    return Opening(**{**read, **sets, "span": _span(read["span"])})


def _seeker(read: Mapping[str, Any]) -> Seeker:
    sets = {name: frozenset(read[name]) for name in ("employers", "kinds", "been", "sectors")}
    return Seeker(**{**read, **sets, "busy": tuple(_span(each) for each in read["busy"])})
