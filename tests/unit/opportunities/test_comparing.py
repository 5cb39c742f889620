"""An employer's number of who came, next to the register."""

import pytest

from crm.opportunities.employer_word.comparing import marks_for, recorded
from crm.opportunities.models import Place, PlaceStatus
from crm.opportunities.services.attending import Attendance, headcount

CONFIRMED, ATTENDED = PlaceStatus.CONFIRMED, PlaceStatus.ATTENDED
PART, NO_SHOW = PlaceStatus.PART_ATTENDED, PlaceStatus.NO_SHOW


def person(number: int, status: PlaceStatus) -> Place:
    return Place(
        id=number, young_person_id=number, seats=1, status=status, came=1 if status in (ATTENDED, PART) else None
    )


def group(number: int, seats: int, came: int | None = None) -> Place:
    status = CONFIRMED if came is None else ATTENDED if came else NO_SHOW
    return Place(id=number, provider_id=1, seats=seats, status=status, came=came or None)


def test_the_register_has_a_number_once_everybody_is_marked() -> None:
    assert recorded([person(1, ATTENDED), person(2, NO_SHOW), group(3, 5, 4)]) == 5
    assert recorded([person(1, ATTENDED), person(2, CONFIRMED)]) is None
    assert recorded([]) is None


@pytest.mark.parametrize(
    ("places", "said", "marks"),
    [
        ([], 0, None),
        ([group(1, 6)], 5, {1: headcount(5)}),
        ([group(1, 6, 6)], 5, {1: headcount(5)}),
        ([group(1, 6, 6)], 0, {1: headcount(0)}),
        ([group(1, 6)], 7, None),
        ([person(1, ATTENDED), group(2, 6)], 4, {2: headcount(3)}),
        ([person(1, ATTENDED), person(2, ATTENDED), group(3, 6)], 1, None),
        ([person(1, CONFIRMED), person(2, CONFIRMED)], 1, None),
        ([person(1, CONFIRMED), group(2, 6)], 4, None),
        ([person(1, ATTENDED), person(2, CONFIRMED)], 1, {2: Attendance(NO_SHOW)}),
        ([group(1, 3, 2), group(2, 3, 3)], 4, None),
        ([group(1, 3, 2), group(2, 3)], 4, {2: headcount(2)}),
        ([person(1, ATTENDED), person(2, NO_SHOW)], 1, None),
    ],
)
def test_a_number_is_taken_where_it_tells_whose_places_they_were(
    places: list[Place], said: int, marks: dict[int, Attendance] | None
) -> None:
    assert marks_for(places, said) == marks


def test_if_all_came_everybody_is_marked_and_who_left_early_still_did() -> None:
    marks = marks_for([person(1, PART), person(2, NO_SHOW), person(3, CONFIRMED), group(4, 3, 2)], 6)

    assert marks == {1: Attendance(PART, 1), 2: headcount(1), 3: headcount(1), 4: headcount(3)}
