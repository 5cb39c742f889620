"""Judges an assignment of places without the matching's own code: which rules it breaks, and what it is worth.

Slow and plain on purpose. Knows the question's data classes and nothing else of `crm.matching`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations, product
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from crm.matching.question import Opening, Question, Seeker, Span

MOST_EACH = 4  # places that anybody could need: three, and one more for a second employer
LONDON = ZoneInfo("Europe/London")
Given = Mapping[int, Sequence[int]]  # the openings (positions) each seeker (position) gets
Worth = tuple[int, ...]  # how many people reach the first, second, … of their three; then points for preferences


def as_given(pairs: Iterable[tuple[int, int]]) -> Given:
    given: dict[int, list[int]] = defaultdict(list)
    for seeker, opening in pairs:
        given[seeker].append(opening)
    return given


def faults(question: "Question", given: Given) -> list[str]:
    """Every broken rule in words; none if all are kept."""
    found = [fault for seeker, openings in given.items() for fault in _faults_of_one(question, seeker, openings)]
    seats = Counter(chain.from_iterable(given.values()))
    for opening, taken in seats.items():
        if taken > question.openings[opening].seats:
            found.append(f"{taken} people in {question.openings[opening].seats} seats of opening {opening}")
    return found


def _faults_of_one(question: "Question", position: int, openings: Sequence[int]) -> Iterator[str]:
    seeker = question.seekers[position]
    chosen = [question.openings[each] for each in openings]
    if len(set(openings)) < len(openings):
        yield f"seeker {position} has two places in one opening"
    for opening in chosen:
        yield from _faults_of_pair(seeker, opening)
    spans = [*seeker.busy, *(opening.span for opening in chosen if opening.in_person)]
    already = len(seeker.busy)
    for (one, first), (another, second) in combinations(enumerate(spans), 2):
        if another >= already and _meet(first, second):
            yield f"seeker {position} is in two places at once ({one} and {another})"
    if any(_stands(question, seeker, _without(chosen, each)) == _stands(question, seeker, chosen) for each in chosen):
        yield f"a place of seeker {position} brings them no further"


def _faults_of_pair(seeker: "Seeker", opening: "Opening") -> Iterator[str]:
    if opening.id in seeker.been:
        yield f"seeker {seeker.id} had a place in opening {opening.id} before"
    if opening.provider_id not in (None, seeker.provider_id):
        yield f"opening {opening.id} is another provider's than seeker {seeker.id}'s"
    if opening.year_groups and seeker.year_group not in opening.year_groups:
        yield f"opening {opening.id} is not for year group {seeker.year_group}"


def _without(chosen: Sequence["Opening"], one: "Opening") -> list["Opening"]:
    return [each for each in chosen if each is not one]


def stands(question: "Question", position: int, openings: Sequence[int]) -> int:
    """How many of the three a seeker has with these openings (positions)."""
    return _stands(question, question.seekers[position], [question.openings[each] for each in openings])


def _stands(question: "Question", seeker: "Seeker", chosen: Sequence["Opening"]) -> int:
    """How many of the three they have with these: one fewer than all if they are with too few employers."""
    had = seeker.had + len(chosen)
    employers = len(seeker.employers | {opening.employer_id for opening in chosen})
    if had >= question.target and employers < question.different_employers:
        return question.target - 1
    return min(had, question.target)


def _meet(one: "Span", another: "Span") -> bool:
    if any(_overnight(span) for span in (one, another)):
        return _cross((one.starts_at, one.ends_at), (another.starts_at, another.ends_at))
    return any(_cross(morning, other) for morning in _days(one) for other in _days(another))


def _days(span: "Span") -> Iterator[tuple[datetime, datetime]]:
    """From when to when on each day, by clocks in London."""
    begin, end = span.starts_at.astimezone(LONDON), span.ends_at.astimezone(LONDON)
    day = begin.date()
    while day <= end.date():
        yield (
            datetime.combine(day, begin.time(), tzinfo=LONDON).astimezone(UTC),
            datetime.combine(day, end.time(), tzinfo=LONDON).astimezone(UTC),
        )
        day += timedelta(days=1)


def _overnight(span: "Span") -> bool:
    return span.ends_at.astimezone(LONDON).time() <= span.starts_at.astimezone(LONDON).time()


def _cross(one: tuple[datetime, datetime], another: tuple[datetime, datetime]) -> bool:
    return one[0] < another[1] and another[0] < one[1]


def worth(question: "Question", given: Given) -> Worth:
    """What an assignment is worth: of two the better one compares greater."""
    reached: Counter[int] = Counter()
    points = 0
    for position, seeker in enumerate(question.seekers):
        chosen = [question.openings[each] for each in given.get(position, ())]
        before, after = _stands(question, seeker, []), _stands(question, seeker, chosen)
        reached.update(range(before + 1, after + 1))
        points += _points(seeker, chosen)
    return (*(reached[step] for step in range(1, question.target + 1)), points)


def _points(seeker: "Seeker", chosen: Sequence["Opening"]) -> int:
    return 3 * len({opening.kind for opening in chosen} - seeker.kinds) + sum(
        4 * (not seeker.sectors.isdisjoint(opening.sectors))
        + 2 * (opening.employer_id not in seeker.employers)
        + (not opening.in_person or (opening.area_id is not None and opening.area_id == seeker.area_id))
        for opening in chosen
    )


def best_of_all(question: "Question") -> Worth:
    """The worth of the best assignment, by trying every one. For a handful of people and places only."""
    wishes = [list(_allowed(question, position)) for position in range(len(question.seekers))]
    return max(
        worth(question, given)
        for chosen in product(*wishes)
        if not _overfull(question, given := dict(enumerate(chosen)))
    )


def _allowed(question: "Question", position: int) -> Iterator[tuple[int, ...]]:
    openings = range(len(question.openings))
    for number in range(min(len(openings), MOST_EACH) + 1):
        for chosen in combinations(openings, number):
            if not any(_faults_of_one(question, position, chosen)):
                yield chosen


def _overfull(question: "Question", given: Given) -> bool:
    seats = Counter(chain.from_iterable(given.values()))
    return any(taken > question.openings[opening].seats for opening, taken in seats.items())
