"""Which places a young person could have at all, and how much one would suit them. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crm.matching.question import Opening, Question, Seeker, Span, timing_of
from crm.opportunities.timing import Timing

# How much a place suits somebody, in points. They decide between assignments that bring equally many equally far, so
# only their order matters: what they would like to become first, then something new, then the way there.
INTERESTED = 4
NEW_KIND = 3  # counted once for each kind, however many places of it they get
NEW_EMPLOYER = 2
NEAR = 1


class Obstacle(StrEnum):
    """Why somebody could not have a place."""

    PROVIDER = "provider"
    YEAR_GROUP = "year_group"
    BEEN = "been"
    BUSY = "busy"
    FULL = "full"  # with others, who are as far behind or further
    EMPLOYER = "employer"  # the one they have had the others with


@dataclass(frozen=True, slots=True)
class Choice:
    """A place somebody could have. Positions in the question."""

    opening: int
    liking: int  # points, without those for a new kind


class Fitting:
    """Every place each seeker of a question could have."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._openings = list(enumerate(question.openings))
        self._timings = [timing_of(opening.span) for opening in question.openings]
        self._fits_group: dict[tuple[int, str], list[int]] = {}
        self._taken_by: dict[Span, frozenset[int]] = {}
        self.clashes = self._clashes()

    def choices(self, seeker: Seeker) -> list[Choice]:
        """In the order of the question; none for somebody who has all they need."""
        if not self._question.missing(seeker):
            return []
        away = self._away(seeker)
        return [
            Choice(position, liking(seeker, self._question.openings[position]))
            for position in self._of_group(seeker)
            if position not in away and self._question.openings[position].id not in seeker.been
        ]

    def obstacles(self, seeker: Seeker) -> Mapping[str, int]:
        """For somebody who got nothing: how many openings each obstacle keeps them from. The first of several counts.

        What stands open to them is full with others, or else with an employer that would bring them no further.
        """
        found: Counter[Obstacle] = Counter()
        away = self._away(seeker)
        for position, opening in self._openings:
            found[self._obstacle(seeker, opening, is_away=position in away)] += 1
        return {each.value: found[each] for each in Obstacle if found[each]}

    def _obstacle(self, seeker: Seeker, opening: Opening, *, is_away: bool) -> Obstacle:
        known = obstacle(seeker, opening)
        if known is not None:
            return known
        if is_away:
            return Obstacle.BUSY
        alike = seeker.employers == {opening.employer_id}
        last = self._question.missing(seeker) == 1 and self._question.different_employers > 1
        return Obstacle.EMPLOYER if alike and last else Obstacle.FULL

    def _of_group(self, seeker: Seeker) -> list[int]:
        """What is open to the year group of a provider."""
        group = (seeker.provider_id, seeker.year_group)
        if group not in self._fits_group:
            fits = [at for at, opening in self._openings if for_group(opening, seeker) is None]
            self._fits_group[group] = fits
        return self._fits_group[group]

    def _away(self, seeker: Seeker) -> frozenset[int]:
        """Openings that take place in person while they are somewhere else in person."""
        return frozenset().union(*(self._during(span) for span in seeker.busy))

    def _during(self, span: Span) -> frozenset[int]:
        if span not in self._taken_by:
            timing = timing_of(span)
            self._taken_by[span] = frozenset(
                position
                for position, opening in self._openings
                if opening.in_person and _overlap(span, timing, opening.span, self._timings[position])
            )
        return self._taken_by[span]

    def _clashes(self) -> Sequence[frozenset[int]]:
        """For each opening those that nobody could have beside it, because both take place in person at a time."""
        nothing: frozenset[int] = frozenset()
        return [self._during(each.span) - {at} if each.in_person else nothing for at, each in self._openings]


def for_group(opening: Opening, seeker: Seeker) -> Obstacle | None:
    """What keeps everybody of the seeker's provider and year group from an opening."""
    if opening.provider_id is not None and opening.provider_id != seeker.provider_id:
        return Obstacle.PROVIDER
    if opening.year_groups and seeker.year_group not in opening.year_groups:
        return Obstacle.YEAR_GROUP
    return None


def obstacle(seeker: Seeker, opening: Opening) -> Obstacle | None:
    """What keeps somebody from an opening, apart from other places and other people."""
    return for_group(opening, seeker) or (Obstacle.BEEN if opening.id in seeker.been else None)


def liking(seeker: Seeker, opening: Opening) -> int:
    """How many points a place is worth to somebody, without those for a kind they have not had."""
    return (
        INTERESTED * bool(seeker.sectors & opening.sectors)
        + NEW_EMPLOYER * (opening.employer_id not in seeker.employers)
        + NEAR * is_near(seeker, opening)
    )


def is_near(seeker: Seeker, opening: Opening) -> bool:
    """Nobody travels to what is online. There are areas, not distances."""
    return not opening.in_person or (opening.area_id is not None and opening.area_id == seeker.area_id)


def _overlap(one: Span, one_timing: Timing, another: Span, another_timing: Timing) -> bool:
    """As `Timing.overlaps`, which is asked only where it is not plain from the instants."""
    if one.starts_at >= another.ends_at or another.starts_at >= one.ends_at:
        return False
    return one_timing.overlaps(another_timing)
