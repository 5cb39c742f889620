"""Next steps: their buttons and their forms, as a browser uses them."""

from datetime import date, datetime

import pytest

from crm.core.access import Role
from crm.interactions.models import FollowUp
from tests.conftest import CarefulClient, stored
from tests.factories import EmployerFactory, FollowUpFactory, UserFactory

pytestmark = pytest.mark.usefixtures("noon")


def pressed(**others: object) -> dict[str, object]:
    return {"submission_key": "a-key", "next": "/#steps"} | others


def typed(**others: object) -> dict[str, object]:
    return {
        "submission_key": "a-key",
        "came_from": "/#steps",
        "what": "Visit the workshop",
        "due": "week",
        "due_on": "",
    } | others


def test_a_next_step_is_ticked_off_where_it_stands_and_can_be_undone(client: CarefulClient, noon: datetime) -> None:
    me = client.sign_in(UserFactory.make())
    step = FollowUpFactory.make(owner=me)

    ticked = client.post(f"/follow-ups/{step.id}/done", data=pressed())

    assert ticked.location == "/#steps"
    assert [(each.done_at, each.done_by_id) for each in stored(FollowUp)] == [(noon, me.id)]
    client.post(f"/follow-ups/{step.id}/reopen", data=pressed(submission_key="another-key"))
    assert [(each.done_at, each.done_by_id) for each in stored(FollowUp)] == [(None, None)]


def test_a_colleague_may_do_it(client: CarefulClient) -> None:
    colleague = client.sign_in(UserFactory.make())
    step = FollowUpFactory.make()

    client.post(f"/follow-ups/{step.id}/done", data=pressed())

    assert [each.done_by_id for each in stored(FollowUp)] == [colleague.id]


@pytest.mark.parametrize(
    ("to", "day"),
    [("tomorrow", date(2026, 11, 25)), ("week", date(2026, 12, 1)), ("fortnight", date(2026, 12, 8))],
)
def test_a_next_step_is_moved_with_one_touch(client: CarefulClient, to: str, day: date) -> None:
    client.sign_in(UserFactory.make())
    step = FollowUpFactory.make()

    answer = client.post(f"/follow-ups/{step.id}/move", data=pressed(to=to))

    assert answer.location == "/#steps"
    assert [each.due_on for each in stored(FollowUp)] == [day]


def test_a_next_step_moves_to_a_day_that_is_offered(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    step = FollowUpFactory.make()

    assert client.post(f"/follow-ups/{step.id}/move", data=pressed(to="never")).status_code == 409


def test_what_is_done_does_not_move(client: CarefulClient, noon: datetime) -> None:
    me = client.sign_in(UserFactory.make())
    step = FollowUpFactory.make(done_at=noon, done_by_id=me.id)

    answer = client.post(f"/follow-ups/{step.id}/move", data=pressed(to="week"))

    assert answer.status_code == 409
    assert "done already" in answer.text


def test_buttons_lead_back_to_our_own_pages_only(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    step = FollowUpFactory.make()

    assert client.post(f"/follow-ups/{step.id}/done", data=pressed(next="https://evil.example/")).location == "/"


@pytest.mark.parametrize("button", ["done", "reopen", "move"])
def test_a_button_for_a_step_that_is_gone_is_not_found(client: CarefulClient, button: str) -> None:
    client.sign_in(UserFactory.make())

    assert client.post(f"/follow-ups/999999/{button}", data=pressed(to="week")).status_code == 404


def test_a_next_step_can_be_planned_without_a_contact(client: CarefulClient) -> None:
    me, employer = client.sign_in(UserFactory.make()), EmployerFactory.make(name="Alder Joinery")

    page = client.get(f"/follow-ups/new?employer={employer.id}&next=/").text
    answer = client.post(
        "/follow-ups/new", data=typed(**{"employer": "Alder Joinery", "employer-id": employer.id}, owner=me.id)
    )

    assert "Alder Joinery" in page
    assert answer.location == "/#steps"
    [step] = stored(FollowUp)
    assert (step.what, step.due_on, step.interaction_id) == ("Visit the workshop", date(2026, 12, 1), None)
    assert (step.owner_id, step.employer_id) == (me.id, employer.id)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"what": ""}, "Enter what is to be done"),
        ({"due": ""}, "Select when it is due"),
        ({"due": "date"}, "Enter the date the next step is due"),
        ({"employer": "Nobody", "employer-id": ""}, "We could not find that employer"),
    ],
)
def test_what_is_wrong_with_a_new_step_is_said(client: CarefulClient, wrong: dict[str, object], said: str) -> None:
    me, employer = client.sign_in(UserFactory.make()), EmployerFactory.make()
    form = typed(**{"employer": employer.name, "employer-id": employer.id}, owner=me.id) | wrong

    page = client.post("/follow-ups/new", data=form).text

    assert said in page
    assert stored(FollowUp) == []


def test_a_next_step_is_reworded_moved_and_handed_over(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    step, colleague = FollowUpFactory.make(), UserFactory.make()
    page = client.get(f"/follow-ups/{step.id}/edit?next=/").text
    form = typed(due_on="1 12 2026", owner=colleague.id, version=step.version)

    answer = client.post(f"/follow-ups/{step.id}/edit", data=form)

    assert 'value="Ring back"' in page
    assert answer.location == "/#steps"
    assert [(each.what, each.due_on, each.owner_id) for each in stored(FollowUp)] == [
        ("Visit the workshop", date(2026, 12, 1), colleague.id)
    ]


def test_the_loser_of_two_changes_sees_both(client: CarefulClient) -> None:
    me = client.sign_in(UserFactory.make())
    step = FollowUpFactory.make()
    form = typed(due_on="1 12 2026", owner=me.id, version=step.version)
    client.post(f"/follow-ups/{step.id}/edit", data=form | {"what": "Theirs"})

    page = client.post(
        f"/follow-ups/{step.id}/edit", data=form | {"submission_key": "another-key", "what": "Mine"}
    ).text

    assert "saved this while you were editing" in page
    assert "Theirs" in page
    assert "Mine" in page
    assert [each.what for each in stored(FollowUp)] == ["Theirs"]


def test_what_is_done_is_not_changed(client: CarefulClient, noon: datetime) -> None:
    me = client.sign_in(UserFactory.make())
    step = FollowUpFactory.make(done_at=noon, done_by_id=me.id)
    form = typed(due_on="1 12 2026", owner=me.id, version=step.version)

    assert "done already" in client.post(f"/follow-ups/{step.id}/edit", data=form).text


def test_partners_change_no_next_steps(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.PARTNER))
    step = FollowUpFactory.make()

    assert client.post(f"/follow-ups/{step.id}/done", data=pressed()).status_code == 403
