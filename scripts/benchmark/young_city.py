"""A city of young people and open places, invented, for the benchmark of the matching. The same on every run."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from crm.matching.question import Opening, Question, Seeker, Span

PROVIDERS, AREAS, SECTORS = 25, 12, 10
YEAR_GROUPS = ("9", "10", "11", "12", "13")
KINDS = ("placement", "workplace_visit", "workplace_visit", "job_shadowing", "employer_project", "virtual_placement")
SEATS = (1, 1, 1, 2, 2, 3, 4, 8)
FIRST_DAY = datetime(2027, 1, 11, tzinfo=UTC)
WEEKS = 26


def city(people: int, openings: int, *, seed: int = 1, different_employers: int = 2) -> Question:
    """So many young people, some of whom have had something already, and so many opportunities with free seats."""
    chance = Random(seed)
    offered = [_opening(chance, number, employers=max(2, openings // 3)) for number in range(openings)]
    return Question(
        seekers=[_seeker(chance, number, offered) for number in range(people)],
        openings=offered,
        different_employers=different_employers,
    )


def _opening(chance: Random, number: int, *, employers: int) -> Opening:
    kind = chance.choice(KINDS)
    first = chance.randrange(len(YEAR_GROUPS))
    for_some = chance.random() < 0.6  # noqa: PLR2004  # of openings are for one to three year groups
    own = chance.random() < 0.3  # noqa: PLR2004  # of them are for one provider
    return Opening(
        id=number + 1,
        employer_id=chance.randrange(employers) + 1,
        kind=kind,
        span=_span(chance, kind),
        in_person=kind != "virtual_placement",
        seats=chance.choice(SEATS),
        provider_id=chance.randrange(PROVIDERS) + 1 if own else None,
        year_groups=frozenset(YEAR_GROUPS[first : first + chance.randint(1, 3)]) if for_some else frozenset(),
        sectors=frozenset(chance.sample(range(1, SECTORS + 1), chance.randint(1, 2))),
        area_id=chance.randrange(AREAS) + 1,
    )


def _span(chance: Random, kind: str) -> Span:
    day = FIRST_DAY + timedelta(weeks=chance.randrange(WEEKS))
    if kind in {"placement", "virtual_placement"}:
        return Span(day + timedelta(hours=9), day + timedelta(days=4, hours=16))
    day += timedelta(days=chance.randrange(5))
    starts = chance.choice((9, 10, 13))
    return Span(day + timedelta(hours=starts), day + timedelta(hours=starts + chance.choice((2, 3, 6))))


def _seeker(chance: Random, number: int, offered: Sequence[Opening]) -> Seeker:
    provider = chance.randrange(PROVIDERS) + 1
    had = chance.choices((0, 1, 2), (5, 3, 2))[0]
    before = [chance.choice(offered) for _ in range(had)]  # another of the same kind, employer and time
    return Seeker(
        id=number + 1,
        provider_id=provider,
        year_group=chance.choice(YEAR_GROUPS),
        had=had,
        employers=frozenset(each.employer_id for each in before),
        kinds=frozenset(each.kind for each in before),
        busy=tuple(each.span for each in before if each.in_person),
        sectors=frozenset(chance.sample(range(1, SECTORS + 1), chance.randint(0, 2))),
        area_id=provider % AREAS + 1,
    )
