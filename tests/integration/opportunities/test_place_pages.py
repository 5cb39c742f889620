"""Deciding about places on the page of an opportunity, asking for places, and the ledger of what fell through."""

from datetime import timedelta
from typing import Any

import pytest

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.opportunities.models import Opportunity, Place, PlaceStatus, Side
from crm.opportunities.queries.fell_through import WantedLosses, totals_by_reason, totals_by_side
from crm.opportunities.services import (
    REQUESTED,
    Adding,
    add_places_by_reference,
    cancel_opportunity,
    end_place,
    mark_attendance,
)
from crm.opportunities.services.attending import Attendance
from crm.providers.models import Provider
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import (
    EmployerFactory,
    PlaceFactory,
    ProviderFactory,
    ProviderMemberFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.integration.opportunities.arranging import arranged

SOON = clock.today() + timedelta(days=30)
OFFERED = Adding(status=PlaceStatus.OFFERED)


@pytest.fixture
def officer(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make())


def coordinator(provider: Provider) -> User:
    return db.session.get_one(User, ProviderMemberFactory.make(provider=provider).user_id)


def visit_with(adding: Adding, number: int = 3, **given: Any) -> tuple[Opportunity, Provider]:
    """A visit to come for R-0, R-1 … of one school."""
    school = ProviderFactory.make()
    references = [YoungPersonFactory.make(provider=school, reference=f"R-{each}").reference for each in range(number)]
    dull: dict[str, Any] = {"first_day": SOON, "capacity": 2}
    visit = arranged(**dull | given)
    if references:
        add_places_by_reference(visit, school, "\n".join(references), adding=adding)
    return visit, school


def statuses() -> list[str]:
    return [place.status.value for place in stored(Place)]


def test_an_officer_offers_those_that_are_ticked_and_the_rest_waits(client: CarefulClient, officer: User) -> None:
    visit, _ = visit_with(REQUESTED)
    ids, number = [place.id for place in db.session.query(Place)], visit.id

    client.post(
        f"/opportunities/{number}/places/decide",
        data={"submission_key": "k", "action": "offer", "place": ids, "rest_waits": "y"},
    )
    page = client.get(f"/opportunities/{number}").text

    assert statuses() == ["offered", "offered", "waitlisted"]
    assert "2 places offered." in page
    assert "On the waiting list: R-2." in page
    assert "Number 1 in the queue" in page


def test_one_row_has_its_own_button_and_a_refusal_is_a_sentence(client: CarefulClient, officer: User) -> None:
    visit, _ = visit_with(REQUESTED, 1)
    place, number = db.session.query(Place).one().id, visit.id

    for key in ("a", "b"):
        client.post(
            f"/opportunities/{number}/places/decide", data={"submission_key": key, "action": f"confirm:{place}"}
        )
    page = client.get(f"/opportunities/{number}").text

    assert statuses() == ["confirmed"]
    assert "Nothing was changed: R-0 (confirmed by now)." in page


@pytest.mark.parametrize(
    ("action", "said"),
    [("wait", "On the waiting list: R-0, R-1, R-2"), ("confirm", "As before: R-2 (no place is free)")],
)
def test_what_came_of_a_decision_is_said(client: CarefulClient, officer: User, action: str, said: str) -> None:
    visit, _ = visit_with(REQUESTED)
    ids, number = [place.id for place in db.session.query(Place)], visit.id

    client.post(f"/opportunities/{number}/places/decide", data={"submission_key": "k", "action": action, "place": ids})

    assert said in client.get(f"/opportunities/{number}").text


def test_nothing_ticked_is_told_and_what_cannot_be_done_is_no_page(client: CarefulClient, officer: User) -> None:
    visit, _ = visit_with(REQUESTED, 1)
    place, number = db.session.query(Place).one().id, visit.id

    client.post(f"/opportunities/{number}/places/decide", data={"submission_key": "k", "action": "offer"})
    page = client.get(f"/opportunities/{number}").text
    odd = client.post(
        f"/opportunities/{number}/places/decide",
        data={"submission_key": "k", "action": "swap", "place": place},
    )

    assert odd.status_code == 404
    assert "Tick at least one place first." in page


def test_places_end_with_side_and_reason_who_moves_up_is_named_and_it_can_be_put_back(
    client: CarefulClient, officer: User
) -> None:
    visit, _ = visit_with(Adding(rest_waits=True))
    first, number = db.session.query(Place).order_by(Place.id).first(), visit.id
    assert first is not None
    place, ending = first.id, f"/opportunities/{visit.id}/places/end?place={first.id}"

    asked = client.post(
        f"/opportunities/{number}/places/decide", data={"submission_key": "k", "action": "end", "place": place}
    )
    missing = client.post(ending, data={"submission_key": "k1", "side": "provider", "reason": ""}).text
    client.post(ending, data={"submission_key": "k2", "side": "provider", "reason": "School trip"})
    page = client.get(f"/opportunities/{number}").text
    client.post(f"/opportunities/places/{place}/restore", data={"submission_key": "k3"})
    full = client.get(f"/opportunities/{number}").text

    assert asked.location.endswith(f"/places/end?place={place}")
    assert "Enter why" in missing
    assert "Moved up from the waiting list: R-2 (confirmed)." in page
    assert "Put back" in page
    assert "That was the last place" in full
    assert statuses() == ["withdrawn", "confirmed", "confirmed"]
    assert "These places have ended already" in client.get(ending, follow_redirects=True).text


def test_a_place_that_ended_by_mistake_is_put_back(client: CarefulClient, officer: User) -> None:
    visit, _ = visit_with(Adding(), 1)
    place, number = db.session.query(Place).one(), visit.id
    db.session.refresh(place, ["opportunity"])
    end_place(place, side=Side.EMPLOYER, reason="Flooded")

    client.post(f"/opportunities/places/{place.id}/restore", data={"submission_key": "k"})
    client.post(f"/opportunities/places/{place.id}/restore", data={"submission_key": "k2"})

    page = client.get(f"/opportunities/{number}").text
    assert "R-0 is confirmed again." in page
    assert "This cannot be taken back any more." in page


def test_a_provider_asks_for_places_and_accepts_what_is_offered(client: CarefulClient) -> None:
    visit, school = visit_with(REQUESTED, 0)
    people = [YoungPersonFactory.make(provider=school, reference=each).reference for each in ("A-1", "A-2")]
    number, viewer = visit.id, coordinator(school)
    client.sign_in(viewer)

    listed = client.get("/opportunities/open").text
    empty = client.post(f"/opportunities/{number}/ask", data={"submission_key": "k0"}).text
    unknown = client.post(f"/opportunities/{number}/ask", data={"submission_key": "k1", "references": "Z-1"}).text
    client.post(f"/opportunities/{number}/ask", data={"submission_key": "k2", "references": "\n".join(people)})
    client.post(f"/opportunities/{number}/ask", data={"submission_key": "k3", "seats": "4"})
    asked = client.get(f"/opportunities/{number}").text
    place = stored(Place)[0]
    place.status, place.answer_by = PlaceStatus.OFFERED, SOON
    db.session.get_one(Opportunity, number).taken = 1
    client.post(
        f"/opportunities/{number}/places/decide", data={"submission_key": "k4", "action": f"confirm:{place.id}"}
    )

    assert visit.title in listed
    assert "Enter either references or how many" in empty
    assert "You have no young people with these references: Z-1" in unknown
    assert "You asked for 2 places." in asked
    assert statuses() == ["confirmed", "requested", "requested"]


def test_a_provider_cannot_confirm_what_was_not_offered_nor_end_or_see_anothers(client: CarefulClient) -> None:
    visit, _ = visit_with(OFFERED, 2)
    own = YoungPersonFactory.make(reference="OWN-1")
    add_places_by_reference(visit, own.provider, "OWN-1", adding=REQUESTED)
    anothers, _, mine = [place.id for place in db.session.query(Place).order_by(Place.id)]
    number = visit.id
    client.sign_in(coordinator(own.provider))

    for key, place in enumerate((anothers, mine)):
        client.post(
            f"/opportunities/{number}/places/decide", data={"submission_key": f"k{key}", "action": f"confirm:{place}"}
        )
    offer = client.post(
        f"/opportunities/{number}/places/decide", data={"submission_key": "k", "action": f"offer:{mine}"}
    )

    assert offer.status_code == 404
    ending = client.get(f"/opportunities/{number}/places/end?place={anothers}", follow_redirects=True)
    assert "These places have ended already" in ending.text
    assert client.post(f"/opportunities/places/{anothers}/restore", data={"submission_key": "r"}).status_code == 404
    assert statuses() == ["offered", "offered", "requested"]
    assert "R-0" not in client.get(f"/opportunities/{number}").text


def test_who_asks_and_what_is_offered_is_seen_without_looking_through_everything(client: CarefulClient) -> None:
    visit_with(REQUESTED, 1, title="Asked for")
    _, school = visit_with(OFFERED, 1, title="Offered", first_day=SOON + timedelta(days=1))
    provider, staff = coordinator(school), UserFactory.make()

    client.sign_in(staff)
    listed = client.get("/opportunities/?asked=y").text
    client.sign_in(provider)
    offers = client.get("/opportunities/open").text

    assert "Asked for</a>" in listed
    assert "Offered</a>" not in listed
    assert "Offered to your young people: 1 place to answer" in offers
    assert "R-0: Offered" in offers


def test_what_is_arranged_for_another_provider_or_over_is_not_open_to_ask_for(client: CarefulClient) -> None:
    school, other = ProviderFactory.make(), ProviderFactory.make()
    hidden = arranged(first_day=SOON, provider_id=other.id, title="Hidden visit").id
    past = arranged(title="Past visit").id
    client.sign_in(coordinator(school))

    listed = client.get("/opportunities/open").text

    assert "Hidden visit" not in listed
    assert "Past visit" not in listed
    assert [client.get(f"/opportunities/{each}/ask").status_code for each in (hidden, past)] == [404, 404]


def test_somebody_who_acts_for_no_provider_is_told_so(client: CarefulClient) -> None:
    visit = arranged(first_day=SOON).id
    client.sign_in(UserFactory.make(role=Role.PROVIDER))

    page = client.post(f"/opportunities/{visit}/ask", data={"submission_key": "k", "seats": "2"}).text

    assert "You do not act for a provider yet" in page


def three_losses(officer: User) -> None:
    """A place that ended, an opportunity that was cancelled with two, and somebody who did not come."""
    visit_with(Adding(), 2, title="Solar yard")
    ended = db.session.query(Place).order_by(Place.id).first()
    assert ended is not None
    db.session.refresh(ended, ["opportunity"])
    end_place(ended, side=Side.YOUNG_PERSON, reason="ill ")
    cancelled, _ = visit_with(Adding(), 2, title="Robot shop")
    cancel_opportunity(cancelled, side=Side.EMPLOYER, reason="Flooded")
    past, _ = visit_with(Adding(), 1, title="Yesterday", first_day=clock.today() - timedelta(days=1))
    absent = db.session.query(Place.id).where(Place.opportunity_id == past.id).scalar()
    mark_attendance(past, {absent: Attendance(PlaceStatus.NO_SHOW)}, by=officer)


def test_the_ledger_has_every_loss_with_side_reason_and_notice(client: CarefulClient, officer: User) -> None:
    three_losses(officer)

    page = client.get("/opportunities/fell-through").text

    assert all(title in page for title in ("Solar yard", "Robot shop", "Yesterday"))
    assert "30 days’ notice" in page
    assert "No notice" in page
    assert [(each.name, each.times, each.places) for each in totals_by_side(WantedLosses())][:3] == [
        ("Employer", 1, 2),
        ("Provider", 0, 0),
        ("Young person", 2, 2),
    ]
    assert {each.name for each in totals_by_reason(WantedLosses())} == {"ill", "Flooded", "Did not come"}


def test_the_ledger_is_narrowed_and_taken_away(client: CarefulClient, officer: User) -> None:
    three_losses(officer)

    narrowed = client.get("/opportunities/fell-through?side=employer&what=opportunity&kind=workplace_visit&q=robot")
    offers = client.get("/opportunities/fell-through?what=offer&provider=1&last_day=1+1+2020").text
    file = client.get("/opportunities/fell-through.csv").text
    with client.get("/opportunities/fell-through.xlsx") as book:
        kind = book.mimetype or ""

    assert "Robot shop" in narrowed.text
    assert "Solar yard" not in narrowed.text
    assert "Nothing fell through that matches" in offers
    assert len(file.strip().splitlines()) == 4  # with the headings
    assert kind.endswith("sheet")


@pytest.mark.parametrize("rows", [25, 100])
def test_the_ledger_takes_as_many_statements_for_many_losses(client: CarefulClient, officer: User, rows: int) -> None:
    employer = EmployerFactory.make()
    visit = arranged(employer=employer, first_day=SOON, capacity=200)
    for _ in range(rows):
        PlaceFactory.make(opportunity=visit, status=PlaceStatus.WITHDRAWN, ended_at=clock.now())
    client.get("/opportunities/fell-through")

    with counting_queries() as statements:
        client.get(f"/opportunities/fell-through?per_page=100&employer={employer.id}")

    assert len(statements) <= 12
