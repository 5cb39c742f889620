"""How many came by the employer's word, next to what the register says. Pure: no database, no request."""

from collections.abc import Mapping, Sequence

from crm.opportunities.models import CAME, Place, PlaceStatus
from crm.opportunities.services.attending import Attendance, headcount


def recorded(places: Sequence[Place]) -> int | None:
    """How many came by the register; None while somebody who holds a place is not marked."""
    if not places or any(place.status is PlaceStatus.CONFIRMED for place in places):
        return None
    return sum(place.came or 0 for place in places)


def marks_for(places: Sequence[Place], said: int) -> Mapping[int, Attendance] | None:
    """What the register has to say so that as many came as the employer says; by place id.

    Args:
        places: those that hold a seat.
        said: how many came.

    Returns:
        None where a number does not tell whose places they were: an officer has to mark those.
    """
    if not places:
        return None
    if said == 0:
        return {place.id: headcount(0) for place in places}
    if said == sum(place.seats for place in places):
        return {place.id: _all_of(place) for place in places}
    deciding = _the_one_left(places)
    if deciding is None:
        return None
    left = said - sum(place.came or 0 for place in places if place is not deciding)
    return {deciding.id: headcount(left)} if 0 <= left <= deciding.seats else None


def _all_of(place: Place) -> Attendance:
    """Who came for a part of it did come."""
    if place.young_person_id is not None and place.status in CAME:
        return Attendance(place.status, place.came)
    return headcount(place.seats)


def _the_one_left(places: Sequence[Place]) -> Place | None:
    """The place whose number follows from all others: the only one not marked, or the only headcount."""
    unmarked = [place for place in places if place.status is PlaceStatus.CONFIRMED]
    open_ones = unmarked or [place for place in places if place.young_person_id is None]
    return open_ones[0] if len(open_ones) == 1 else None
