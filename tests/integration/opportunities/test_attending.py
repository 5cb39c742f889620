"""The register."""

from datetime import timedelta

import pytest

from crm.core import clock
from crm.core.errors import Conflict
from crm.opportunities.models import OpportunityStatus, PlaceStatus
from crm.opportunities.services import NOT_MARKED, Attendance, add_headcount, add_place_for, headcount, mark_attendance
from tests.factories import ProviderFactory, YoungPersonFactory
from tests.integration.opportunities.arranging import arranged

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(
    ("mark", "came"),
    [
        (Attendance(PlaceStatus.ATTENDED), 1),
        (Attendance(PlaceStatus.PART_ATTENDED), 1),
        (Attendance(PlaceStatus.NO_SHOW), None),
        (NOT_MARKED, None),
    ],
)
def test_how_somebodys_day_went_is_written_down(mark: Attendance, came: int | None) -> None:
    visit = arranged()
    place = add_place_for(visit, YoungPersonFactory.make())

    mark_attendance(visit, {place.id: mark})

    assert (place.status, place.came) == (mark.status, came)
    assert visit.taken == 1


def test_of_a_headcount_only_who_came_counts() -> None:
    visit = arranged()
    group, nobody, unknown = (add_headcount(visit, ProviderFactory.make(), seats) for seats in (3, 1, 1))

    mark_attendance(visit, {group.id: headcount(2), nobody.id: headcount(0), unknown.id: headcount(None)})

    assert (group.status, group.came) == (PlaceStatus.ATTENDED, 2)
    assert (nobody.status, nobody.came) == (PlaceStatus.NO_SHOW, None)
    assert unknown.status is PlaceStatus.CONFIRMED
    assert visit.status is OpportunityStatus.OPEN


def test_once_everybody_is_marked_it_is_delivered_and_stays_so_when_corrected() -> None:
    visit = arranged()
    places = [add_place_for(visit, YoungPersonFactory.make()) for _ in range(2)]
    marks = ((0, PlaceStatus.ATTENDED), (1, PlaceStatus.NO_SHOW), (1, PlaceStatus.PART_ATTENDED))

    states = []
    for number, status in marks:
        mark_attendance(visit, {places[number].id: Attendance(status)})
        states.append(visit.status)

    assert states == [OpportunityStatus.OPEN, OpportunityStatus.DELIVERED, OpportunityStatus.DELIVERED]
    assert places[1].came == 1


def test_nobody_attends_before_the_day() -> None:
    visit = arranged(first_day=clock.today() + timedelta(days=1))
    place = add_place_for(visit, YoungPersonFactory.make())

    with pytest.raises(Conflict, match="from the first day on"):
        mark_attendance(visit, {place.id: Attendance(PlaceStatus.ATTENDED)})


def test_somebody_may_be_marked_on_the_day_itself() -> None:
    visit = arranged(first_day=clock.today())
    place = add_place_for(visit, YoungPersonFactory.make())

    mark_attendance(visit, {place.id: Attendance(PlaceStatus.ATTENDED)})

    assert visit.status is OpportunityStatus.DELIVERED


def test_no_more_came_than_seats_were_held() -> None:
    visit = arranged()
    group = add_headcount(visit, ProviderFactory.make(), 3)

    with pytest.raises(Conflict, match="No more than 3"):
        mark_attendance(visit, {group.id: headcount(4)})


def test_places_of_another_opportunity_and_other_states_are_refused() -> None:
    visit, other = arranged(), arranged()
    place = add_place_for(visit, YoungPersonFactory.make())

    with pytest.raises(Conflict, match="Open the register again"):
        mark_attendance(other, {place.id: Attendance(PlaceStatus.ATTENDED)})
    with pytest.raises(Conflict, match="Open the register again"):
        mark_attendance(visit, {place.id: Attendance(PlaceStatus.CANCELLED)})
