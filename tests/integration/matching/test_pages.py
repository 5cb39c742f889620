"""The pages of matchings, as an officer goes through them."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.matching import queries
from crm.matching.jobs import run_matchings
from crm.matching.models import MatchedState, Matching, MatchingStatus
from crm.matching.scope import Scope
from crm.opportunities.models import OpportunityStatus
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import YearGroup
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import ProviderFactory, UserFactory, YoungPersonFactory
from tests.integration.matching.matched import NOW, a_day, asked, proposed, rows, visit
from tests.support.forms import post, typed

__all__ = ["a_day"]


@pytest.fixture
def officer(client: CarefulClient, a_day: None) -> CarefulClient:
    client.sign_in(UserFactory.make(name="Priya Shah"))
    return client


def three_proposed() -> Matching:
    for number in (1, 2, 3):
        school = ProviderFactory.make(name=f"School {number}")
        YoungPersonFactory.make(reference=f"A-{number}", provider=school)
        visit(10 + number, provider=school)
    return proposed()


def decide(client: CarefulClient, matching: Matching, decision: str, chosen: list[int], query: str = "") -> str:
    response = post(client, f"/matching/{matching.id}/decide{query}", decision=decision, row=chosen)
    assert response.status_code == 302, response.text
    return str(response.location)


def test_a_matching_is_asked_for_awaited_looked_at_and_booked(officer: CarefulClient) -> None:
    YoungPersonFactory.make(reference="A-1", provider=ProviderFactory.make(name="Alder School"))
    visit(12, title="Studio")

    front = officer.get("/matching/").text
    assert "1 free place" in front
    answers = typed(front)
    assert (answers["first_day"], answers["last_day"]) == ("2 11 2026", "31 8 2027")
    waiting = str(officer.post("/matching/", data=answers).location)
    page = officer.get(waiting)
    assert "Waiting to begin" in page.text
    assert page.headers["Refresh"] == "2"

    run_matchings(NOW)
    ready = officer.get(waiting).text
    assert "Studio" in ready
    assert "A-1" in ready
    assert "Has 0 of 3; first workplace visit" in ready
    assert "No other proposal would bring more people further" in ready

    (matching,) = stored(Matching)
    assert Scope.from_json(matching.scope).different_employers == 2
    assert decide(officer, matching, "accept", [rows(matching)[0].id]) == waiting
    assert "0 of 1 place" in officer.get(waiting).text
    run_matchings(NOW)
    assert "Booked" in officer.get(waiting).text
    assert "Take back what was booked" in officer.get(waiting).text


def test_what_is_typed_wrongly_is_said_and_kept(officer: CarefulClient) -> None:
    answers = typed(officer.get("/matching/").text)

    page = officer.post("/matching/", data={**answers, "last_day": "1 10 2026", "first_day": ""}).text
    backwards = officer.post("/matching/", data={**answers, "last_day": "1 10 2026"}).text

    assert "Enter the first day, like 1 2 2027" in page
    assert "Enter a last day that is not before the first" in backwards
    assert 'value="1 10 2026"' in backwards
    assert not stored(Matching)


def test_a_matching_can_be_asked_again_as_it_was(officer: CarefulClient) -> None:
    school = ProviderFactory.make(name="Alder School")
    scope = Scope(
        NOW.date(),
        NOW.date() + timedelta(days=9),
        frozenset({school.id}),
        frozenset({YearGroup.YEAR_11}),
        frozenset({OpportunityKind.PLACEMENT}),
    )
    matching = asked(scope)

    answers = typed(officer.get(f"/matching/?like={matching.id}").text)

    assert answers["last_day"] == "11 11 2026"
    assert (answers["provider_ids"], answers["year_groups"], answers["kinds"]) == (
        [str(school.id)],
        ["11"],
        ["placement"],
    )
    assert "two_employers" not in answers
    officer.post("/matching/", data=answers)
    assert [Scope.from_json(each.scope) for each in stored(Matching)] == [scope, scope]


def test_rows_are_narrowed_and_decided_about_together(officer: CarefulClient) -> None:
    matching = three_proposed()
    second = rows(matching)[1]

    narrowed = f"q=visit&state=proposed&provider={second.young_person.provider_id}"
    page = officer.get(f"/matching/{matching.id}?{narrowed}").text
    assert "A-2" in page
    assert "A-1" not in page
    by_opportunity = officer.get(f"/matching/{matching.id}?opportunity={second.opportunity_id}").text
    assert "A-2" in by_opportunity
    assert "A-3" not in by_opportunity
    assert "No place matches these filters." in officer.get(f"/matching/{matching.id}?q=nothing").text

    led = post(officer, f"/matching/{matching.id}/decide?q=A-2", decision="take_off", everything="y").location
    assert led == f"/matching/{matching.id}?q=A-2"
    assert "Put back" not in by_opportunity
    taken_off = officer.get(led).text
    assert "1 place taken off the proposal." in taken_off
    assert "Put back" in taken_off
    decide(officer, matching, "put_back", [second.id])
    assert [row.state for row in rows(matching)] == [MatchedState.PROPOSED] * 3
    decide(officer, matching, "take_off", [])
    assert "0 places taken off the proposal." in officer.get(f"/matching/{matching.id}").text


def test_outdated_rows_say_so(officer: CarefulClient) -> None:
    matching = three_proposed()
    rows(matching)[0].opportunity.status = OpportunityStatus.DRAFT

    assert "Outdated: The opportunity is draft now." in officer.get(f"/matching/{matching.id}").text


def test_booking_nothing_says_so_on_the_list_as_it_was_narrowed(officer: CarefulClient) -> None:
    matching = three_proposed()

    led = decide(officer, matching, "accept", [], "?q=A-2")
    page = officer.get(led).text

    assert led == f"/matching/{matching.id}?q=A-2"
    assert "Select at least one place that is still proposed." in page
    assert "A-1" not in page


def test_a_stale_or_odd_decision_is_refused(officer: CarefulClient) -> None:
    matching = three_proposed()

    assert post(officer, f"/matching/{matching.id}/decide", decision="burn").status_code == 409
    assert officer.get("/matching/999").status_code == 404


def test_what_is_under_way_can_be_stopped(officer: CarefulClient) -> None:
    matching = asked()

    led = post(officer, f"/matching/{matching.id}/stop").location

    assert "Nothing was booked" in officer.get(led).text
    assert stored(Matching)[0].status is MatchingStatus.STOPPED


def test_what_was_booked_is_taken_back_by_whoever_asked_or_a_manager(client: CarefulClient) -> None:
    matching = three_proposed()
    client.sign_in(UserFactory.make())
    decide(client, matching, "accept", [row.id for row in rows(matching)])
    run_matchings(NOW)
    address = f"/matching/{matching.id}/undo"

    assert client.get(address).status_code == 403
    client.sign_in(UserFactory.make(role=Role.MANAGER))
    assert "Take back 3 places" in client.get(address).text
    assert "0 of 3 places" in client.get(str(post(client, address).location)).text
    run_matchings(NOW)

    assert [row.state for row in rows(matching)] == [MatchedState.RETURNED] * 3


def test_after_a_month_nothing_is_taken_back(officer: CarefulClient, monkeypatch: pytest.MonkeyPatch) -> None:
    matching = three_proposed()
    decide(officer, matching, "accept", [rows(matching)[0].id])
    run_matchings(NOW)
    officer.sign_in(db.session.get_one(User, matching.asked_by_id))

    assert officer.get(f"/matching/{matching.id}/undo").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=30))
    officer.sign_in(UserFactory.make(role=Role.MANAGER))
    assert officer.get(f"/matching/{matching.id}/undo").status_code == 403


def test_who_is_left_without_is_listed_with_why(officer: CarefulClient) -> None:
    for name, number in (("Alder School", 2), ("Birch School", 1)):
        school = ProviderFactory.make(name=name)
        for _ in range(number):
            YoungPersonFactory.make(provider=school)
    matching = proposed()
    (alder, birch) = queries.groups_without(matching.id)

    page = officer.get(f"/matching/{matching.id}/left-without").text
    narrowed = officer.get(f"/matching/{matching.id}/left-without?provider={birch.provider_id}").text
    lines = officer.get(f"/matching/{matching.id}/left-without.csv?provider={alder.provider_id}").text.splitlines()

    assert (alder.number, birch.number) == (2, 1)
    assert "There is no open place." in page
    assert "Only those of Birch School." in narrowed
    assert "Alder School" not in narrowed
    assert len(lines) == 3
    assert "No open place fits anybody who lacks one." in officer.get(f"/matching/{matching.id}").text


def test_a_proposal_can_be_taken_away_as_it_is_narrowed(officer: CarefulClient) -> None:
    matching = three_proposed()

    lines = officer.get(f"/matching/{matching.id}/places.csv?q=A-2").text.splitlines()
    workbook = officer.get(f"/matching/{matching.id}/places.xlsx?state=proposed", buffered=True)

    assert len(lines) == 2
    assert "Has 0 of 3" in lines[1]
    assert load_workbook(BytesIO(workbook.data)).worksheets[0]["A1"].value == "Matching of 2 Nov 2026"


def test_many_rows_take_no_more_statements_than_few(officer: CarefulClient) -> None:
    school = ProviderFactory.make()
    visit(12, provider=school, capacity=100)
    for _ in range(100):
        YoungPersonFactory.make(provider=school)
    matching = proposed()
    officer.get(f"/matching/{matching.id}")

    with counting_queries() as few:
        officer.get(f"/matching/{matching.id}")
    with counting_queries() as many:
        officer.get(f"/matching/{matching.id}?per_page=100")

    assert len(few) == len(many)
    assert len(many) < 20
