"""Two sides' marks next to each other. Pure: no database, no request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.opportunities.models import Place
from crm.opportunities.who_came.models import AttendanceMark, MarkedBy

Marks = Mapping[int, Mapping[MarkedBy, AttendanceMark]]  # by place id


@dataclass(frozen=True, slots=True)
class Dispute:
    """A place of which an officer and the provider say different things."""

    place: Place
    council: AttendanceMark
    provider: AttendanceMark

    @property
    def is_to_decide(self) -> bool:
        """The provider spoke last. An officer who spoke last knew what the provider says."""
        return self.provider.marked_at > self.council.marked_at


def disputes(places: Sequence[Place], marks: Marks) -> Sequence[Dispute]:
    """Those of which the two sides differ, in the order of the places."""
    found = []
    for place in places:
        sides = marks.get(place.id, {})
        council, provider = sides.get(MarkedBy.COUNCIL), sides.get(MarkedBy.PROVIDER)
        if council is not None and provider is not None and _says(council) != _says(provider):
            found.append(Dispute(place, council, provider))
    return found


def _says(mark: AttendanceMark) -> tuple[str, int | None]:
    return mark.status, mark.came


@dataclass(frozen=True, slots=True)
class SideTold:
    """How many came by the marks of one side, of how many seats it marked."""

    side: MarkedBy
    came: int
    seats: int
    names: Sequence[str]  # who marked, by name


def told_by(side: MarkedBy, places: Sequence[Place], marks: Marks) -> SideTold | None:
    """Nothing if that side marked nobody."""
    own = [(place, marks[place.id][side]) for place in places if side in marks.get(place.id, {})]
    if not own:
        return None
    return SideTold(
        side,
        came=sum(mark.came or 0 for _, mark in own),
        seats=sum(place.seats for place, _ in own),
        names=sorted({mark.marked_by.name for _, mark in own}),
    )
