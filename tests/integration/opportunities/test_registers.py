"""Which registers there are to mark, marking one tap by tap, and the sheets for paper."""

from datetime import timedelta

import pytest

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.opportunities.models import Opportunity, Place, PlaceStatus, Side
from crm.opportunities.queries import register_rows
from crm.opportunities.services import (
    Attendance,
    add_headcount,
    add_place_for,
    cancel_opportunity,
    headcount,
    mark_attendance,
)
from crm.providers.models import Provider
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import ProviderFactory, ProviderMemberFactory, UserFactory, YoungPersonFactory
from tests.integration.opportunities.arranging import arranged
from tests.support.forms import post
from tests.support.pages import words_of

TODAY = clock.today()
WEEK_AGO, TOMORROW = TODAY - timedelta(days=7), TODAY + timedelta(days=1)


@pytest.fixture
def school(client: CarefulClient) -> Provider:
    """The school of the coordinator who is signed in."""
    school = ProviderFactory.make(name="Own School")
    member = ProviderMemberFactory.make(provider=school)
    client.sign_in(db.session.get_one(User, member.user_id))
    return school


def line(place: Place, status: str, *, seen: str = "confirmed", number: int = 3) -> dict[str, str]:
    """What the page's script sends of one line of the register."""
    name = f"marks-{number}"
    return {f"{name}-place_id": str(place.id), f"{name}-status": status, f"{name}-seen": seen}


def test_registers_of_today_and_older_ones_not_all_marked_are_listed_by_date(database: None) -> None:
    officer = UserFactory.make()
    today = arranged(first_day=WEEK_AGO, last_day=TOMORROW, title="Goes on today", capacity=9)
    waiting = arranged(first_day=WEEK_AGO, title="Waits", capacity=9)
    marked = arranged(first_day=WEEK_AGO, title="All marked")
    cancelled = arranged(first_day=TODAY, title="Cancelled")
    for opportunity in (today, waiting, marked, cancelled, arranged(first_day=TOMORROW)):
        add_place_for(opportunity, YoungPersonFactory.make())
    group = add_headcount(waiting, ProviderFactory.make(), 4)
    mark_attendance(waiting, {group.id: headcount(3)})
    mark_attendance(marked, {place.id: Attendance(PlaceStatus.NO_SHOW) for place in _places(marked)})
    cancel_opportunity(cancelled, side=Side.COUNCIL, reason="Snow")
    arranged(first_day=TODAY, title="Nobody takes part")

    rows = register_rows(officer, TODAY)

    assert [(row.title, row.marked, row.people, row.is_on(TODAY)) for row in rows] == [
        ("Goes on today", 0, 1, True),
        ("Waits", 4, 5, False),
    ]


def _places(opportunity: Opportunity) -> list[Place]:
    return list(db.session.query(Place).filter_by(opportunity_id=opportunity.id))


def test_a_provider_sees_registers_with_its_own_people_only(client: CarefulClient, school: Provider) -> None:
    shared, others = arranged(first_day=TODAY, title="Shared", capacity=900), arranged(first_day=TODAY, title="Theirs")
    add_place_for(shared, YoungPersonFactory.make(provider=school))
    add_headcount(shared, ProviderFactory.make(), 777)
    add_place_for(others, YoungPersonFactory.make())

    page = client.get("/opportunities/registers").text

    assert "0 of 1" in page
    assert "Shared" in page
    assert "Theirs" not in page
    assert "777" not in words_of(page)


def test_without_registers_the_page_says_so(client: CarefulClient, school: Provider) -> None:
    page = client.get("/opportunities/registers").text

    assert "Nobody of yours takes part in anything today." in page
    assert "Not all marked yet" not in page


def test_registers_take_one_statement_however_many_there_are(client: CarefulClient, school: Provider) -> None:
    counts = []
    for more in (2, 8):
        for _ in range(more):
            add_place_for(arranged(first_day=WEEK_AGO), YoungPersonFactory.make(provider=school))
        client.get("/opportunities/registers")
        with counting_queries() as statements:
            client.get("/opportunities/registers")
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_a_tap_saves_its_line_at_once_and_says_how_far_the_register_is(client: CarefulClient, school: Provider) -> None:
    visit = arranged(first_day=TODAY)
    one, _other = (add_place_for(visit, YoungPersonFactory.make(provider=school)) for _ in range(2))

    answer = post(client, f"/opportunities/{visit.id}/register/mark", **line(one, "part_attended"))

    assert answer.status_code == 200
    assert answer.json == {
        "refused": "",
        "standing": "1 attended in part, 1 not marked yet",
        "seen": {str(one.id): "part_attended"},
    }
    assert [place.status.value for place in stored(Place)] == ["part_attended", "confirmed"]


def test_a_tap_on_what_somebody_else_marked_meanwhile_is_saved_only_when_made_again(
    client: CarefulClient, school: Provider
) -> None:
    visit = arranged(first_day=TODAY)
    place = add_place_for(visit, YoungPersonFactory.make(provider=school, reference="R-1"))
    mark_attendance(visit, {place.id: Attendance(PlaceStatus.NO_SHOW)})
    path = f"/opportunities/{visit.id}/register/mark"

    first = post(client, path, **line(place, "attended"))
    kept = stored(Place)[0].status
    again = post(client, path, **line(place, "attended", seen=first.json["seen"][str(place.id)]))  # type: ignore[index]

    assert first.status_code == 409
    assert first.json is not None
    assert "R-1: no-show. Tap it again" in first.json["refused"]
    assert kept is PlaceStatus.NO_SHOW
    assert again.status_code == 200
    assert stored(Place)[0].status is PlaceStatus.ATTENDED


@pytest.mark.parametrize(("came", "why"), [("9", "No more than 2 can have come"), ("some", "Enter a whole number")])
def test_a_line_that_cannot_be_is_refused_in_words(
    client: CarefulClient, school: Provider, came: str, why: str
) -> None:
    visit = arranged(first_day=TODAY)
    group = add_headcount(visit, school, 2)

    answer = post(
        client, f"/opportunities/{visit.id}/register/mark", **line(group, "confirmed"), **{"marks-3-came": came}
    )

    assert answer.status_code == 409
    assert answer.json is not None
    assert why in answer.json["refused"]
    assert stored(Place)[0].status is PlaceStatus.CONFIRMED


def test_a_saved_register_opens_again_and_says_what_was_saved(client: CarefulClient, school: Provider) -> None:
    visit = arranged(first_day=TODAY)
    places = [add_place_for(visit, YoungPersonFactory.make(provider=school)) for _ in range(2)]
    answers = line(places[0], "attended", number=0) | line(places[1], "confirmed", number=1)

    saved = post(client, f"/opportunities/{visit.id}/register", **answers)
    page = client.get(saved.location).text

    assert "Register saved: 1 attended, 1 not marked yet." in page


def test_the_sign_in_sheet_has_a_line_for_each_person_and_each_of_a_headcount(
    client: CarefulClient, school: Provider
) -> None:
    visit, empty = arranged(first_day=TODAY), arranged(first_day=TODAY, provider_id=school.id)
    add_place_for(visit, YoungPersonFactory.make(provider=school, reference="OWN-1"))
    add_place_for(visit, YoungPersonFactory.make(reference="OTHER-1"))
    add_headcount(visit, school, 3)

    sheet = client.get(f"/opportunities/{visit.id}/sign-in-sheet").text

    assert "OWN-1" in sheet
    assert "OTHER-1" not in sheet
    assert sheet.count(">Own School</td>") == 4
    assert "there is nobody to sign in" in client.get(f"/opportunities/{empty.id}/sign-in-sheet").text


def test_a_partner_has_no_registers(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.PARTNER))

    assert client.get("/opportunities/registers").status_code == 403
