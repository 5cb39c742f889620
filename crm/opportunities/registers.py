"""How far a register is, in words. Pure."""

from collections import Counter
from collections.abc import Iterable

from crm.opportunities.models import Place, PlaceStatus

NOT_MARKED = "not marked yet"
ORDER = (
    *(status.label.lower() for status in (PlaceStatus.ATTENDED, PlaceStatus.PART_ATTENDED, PlaceStatus.NO_SHOW)),
    NOT_MARKED,
)


def standing(places: Iterable[Place]) -> str:
    """Of places that hold a seat: "5 attended, 1 no-show, 2 not marked yet". Headcounts count by their seats."""
    people: Counter[str] = Counter()
    for place in places:
        came = place.seats if place.came is None else place.came
        people[NOT_MARKED if place.status is PlaceStatus.CONFIRMED else place.status.label.lower()] += came
        people[PlaceStatus.NO_SHOW.label.lower()] += place.seats - came
    return ", ".join(f"{people[words]} {words}" for words in ORDER if people[words])
