"""How far a register is, in words."""

from crm.opportunities.models import Place, PlaceStatus
from crm.opportunities.registers import standing


def test_people_and_headcounts_are_added_up_in_the_order_of_the_buttons() -> None:
    places = [
        Place(status=PlaceStatus.CONFIRMED, seats=1),
        Place(status=PlaceStatus.NO_SHOW, seats=1),
        Place(status=PlaceStatus.PART_ATTENDED, seats=1, came=1),
        Place(status=PlaceStatus.ATTENDED, seats=5, came=3),
    ]

    assert standing(places) == "3 attended, 1 attended in part, 3 no-show, 1 not marked yet"


def test_a_register_without_anybody_has_nothing_to_say() -> None:
    assert standing([]) == ""
