"""Changing many employers, as an officer does it on the pages."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from werkzeug.test import TestResponse

from crm.accounts.models import User
from crm.bulk.models import BulkAction, BulkChange, BulkStatus
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.employers.models import Employer, LegalForm
from crm.notifications.models import OutboxEmail
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import ContactFactory, EmployerFactory, TagFactory, UserFactory
from tests.support.forms import post
from tests.support.pages import words_of

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
_pressed = iter(range(10_000))


@pytest.fixture
def officer(client: CarefulClient, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return client.sign_in(UserFactory.make(name="Priya Shah"))


def press(client: CarefulClient, page: str, ending: str) -> TestResponse:
    """Send the form of a button as a browser does, each time with a key of its own."""
    (form,) = re.findall(rf'<form method="post" action="([^"]+{ending})".*?</form>', page, re.DOTALL)
    start = page.index(f'action="{form}"')
    hidden = re.findall(r'name="([\w_]+)" value="([^"]*)"', page[start : page.index("</form>", start)])
    answers = dict(hidden) | {"submission_key": f"press {next(_pressed)}"}
    return client.post(unescape(form), data=answers)


def preview(client: CarefulClient, address: str, **answers: object) -> str:
    """Answer what the action asks; the preview this leads to."""
    response = post(client, address, **answers)
    assert response.status_code == 302, words_of(response.text)
    return client.get(response.location).text


def ids(*employers: Employer) -> str:
    return "".join(f"&employer={employer.id}" for employer in employers)


def test_employers_are_ticked_given_to_an_officer_after_a_preview_and_taken_back(
    client: CarefulClient, officer: User
) -> None:
    tobi = UserFactory.make(name="Tobi Okafor")
    alder, beech = EmployerFactory.make(name="Alder"), EmployerFactory.make(name="Beech", owner=tobi)
    EmployerFactory.make(name="Cedar")
    page = client.get("/employers/?owner=nobody&sort=-name").text
    assert f'name="employer" value="{alder.id}"' in page

    page = preview(client, f"/bulk-changes/new?action=assign&sort=-name{ids(alder, beech)}", owner_id=tobi.id)
    words = words_of(page)
    assert "Preview: nothing is changed yet" in words
    assert "1 will change" in words
    assert "Nobody’s yet" in words
    assert "1 so already" in words
    assert "Cedar" not in words
    result = client.get(press(client, page, "carry-out").location).text
    assert [employer.owner_id for employer in stored(Employer)] == [tobi.id, tobi.id, None]
    assert "Done. You can undo it below, for 30 days." in words_of(result)

    undone = client.get(press(client, result, "undo").location).text
    assert [employer.owner_id for employer in stored(Employer)] == [None, tobi.id, None]
    assert "Undone by Priya Shah" in words_of(undone)
    assert "Undone, but for what somebody has changed since." in words_of(undone)
    assert "1 put back" in words_of(undone)


def test_all_that_match_are_fixed_when_the_preview_is_made(client: CarefulClient, officer: User) -> None:
    for number in range(30):
        EmployerFactory.make(name=f"Alder {number}", name_key=f"alder {number}")
    EmployerFactory.make(name="Beech", name_key="beech")
    assert "All 30 that match" in words_of(client.get("/employers/?q=alder").text)

    address = "/bulk-changes/new?action=add-tag&q=alder&everything=y"
    assert "30 employers selected" in words_of(client.get(address).text)
    page = preview(client, address, new_tag="Newsletter")
    EmployerFactory.make(name="Alder late", name_key="alder late")
    press(client, page, "carry-out")

    assert client.get("/employers/?tag=1&view=all").status_code == 200
    tagged = client.get("/employers/employers.csv?columns=tags").text
    assert tagged.count("Newsletter") == 30


def test_what_is_ticked_can_be_taken_away_as_a_file(client: CarefulClient, officer: User) -> None:
    alder, _ = EmployerFactory.make(name="Alder"), EmployerFactory.make(name="Beech")

    answer = client.get(f"/bulk-changes/new?action=csv&sort=-name&columns=owner{ids(alder)}")

    assert answer.location == f"/employers/employers.csv?sort=-name&columns=owner&employer={alder.id}"
    assert "Beech" not in client.get(answer.location).text
    everything = client.get(f"/bulk-changes/new?action=excel&everything=y{ids(alder)}").location
    assert everything == "/employers/employers.xlsx"


@pytest.mark.parametrize(
    "address", ["action=assign", "action=nonsense&employer=1", "employer=1", "action=assign&employer=x"]
)
def test_nothing_selected_leads_back_to_the_list(client: CarefulClient, officer: User, address: str) -> None:
    EmployerFactory.make()

    answer = client.get(f"/bulk-changes/new?q=alder&{address}")

    assert answer.location == "/employers/?q=alder"
    assert "Select at least one employer" in client.get(answer.location).text


@pytest.mark.parametrize(
    ("action", "answers", "message"),
    [
        ("add-tag", {}, "Choose a tag, or type a new one"),
        ("add-tag", {"new_tag": "x" * 121}, "120 characters or fewer"),
        ("remove-tag", {}, "Choose which tag to take away"),
        ("archive", {"reason": " "}, "Enter why these employers are archived"),
        ("email", {"body": "Hello"}, "Enter a subject, like Open days in March"),
        ("email", {"subject": "For {employer}", "body": "Hello"}, "Write a subject without names"),
        ("email", {"subject": "Open days", "body": "Dear {contact name},\n\n"}, "Enter what you want to write"),
        (
            "email",
            {"subject": "Open days", "body": "Dear {name}, come"},
            "{name} cannot be filled in. Use {contact name}",
        ),
        ("email", {"subject": "Open days", "body": "Come", "to": "all"}, "Not a valid choice"),
    ],
)
def test_every_message_says_what_to_do(
    client: CarefulClient, officer: User, action: str, answers: dict[str, str], message: str
) -> None:
    employer = EmployerFactory.make()
    client.sign_in(UserFactory.make(role=Role.MANAGER))

    page = post(client, f"/bulk-changes/new?action={action}{ids(employer)}", **answers).text

    assert message in words_of(page)


def test_too_many_are_refused_with_what_to_do(
    client: CarefulClient, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.bulk.services.preparing.MOST_EMPLOYERS", 1)
    employers = [EmployerFactory.make() for _ in range(2)]

    page = post(client, f"/bulk-changes/new?action=assign{ids(*employers)}", owner_id="nobody").text

    assert "Narrow the list to 1" in page
    assert stored(BulkChange) == []


def test_only_a_manager_archives_and_restores_many(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make()
    address = f"/bulk-changes/new?action=archive{ids(employer)}"
    assert ">Archive</option>" not in client.get("/employers/").text
    assert client.get(address).status_code == 403
    client.sign_in(UserFactory.make(role=Role.MANAGER))
    assert ">Archive</option>" in client.get("/employers/").text

    result = client.get(press(client, preview(client, address, reason="Left the city"), "carry-out").location).text
    assert "Reason: Left the city" in words_of(result)
    assert stored(Employer)[0].archived_reason == "Left the city"
    page = preview(client, f"/bulk-changes/new?action=restore&archived=y{ids(employer)}")
    press(client, page, "carry-out")

    assert not stored(Employer)[0].is_archived


def test_a_preview_is_thrown_away_and_the_list_is_as_it_was(client: CarefulClient, officer: User) -> None:
    tag = TagFactory.make(name="Newsletter")
    employer = EmployerFactory.make(tags=[tag])
    page = preview(client, f"/bulk-changes/new?action=remove-tag&sort=-name{ids(employer)}", tag="Newsletter")

    answer = press(client, page, "discard")

    assert answer.location == "/employers/?sort=-name"
    assert stored(BulkChange) == []


def test_where_nothing_would_change_there_is_nothing_to_press(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make(owner=officer)

    page = preview(client, f"/bulk-changes/new?action=assign{ids(employer)}", owner_id=officer.id)

    assert "There is nothing to do" in page
    assert "carry-out" not in page


def test_an_e_mail_is_previewed_sent_listed_and_stopped(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make(name="Alder Ltd", legal_form=LegalForm.COMPANY)
    ContactFactory.make(employer=employer, name="Dawn Alder", email="dawn@alder.example")
    trader = EmployerFactory.make(name="Beech", legal_form=LegalForm.SOLE_TRADER)
    ContactFactory.make(employer=trader, name="Bea Beech", email="bea@beech.example")
    address = f"/bulk-changes/new?action=email{ids(employer, trader)}"
    assert "Dear {contact name}," in client.get(address).text

    page = preview(client, address, to="main", subject="Open days", body="Dear {contact name}, come and see.")
    words = words_of(page)
    for text in ("1 will get it", "Dawn Alder dawn@alder.example", "1 will not get it", "Bea Beech", "write STOP to"):
        assert text in words
    result = client.get(press(client, page, "carry-out").location).text
    assert stored(OutboxEmail)[0].body.startswith("Dear Dawn Alder, come and see.")
    assert "Send an e-mail" in words_of(client.get("/bulk-changes/").text)

    press(client, result, "undo")
    assert stored(OutboxEmail) == []


def test_more_mail_than_a_day_allows_is_said_before_it_is_pressed(
    client: CarefulClient, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.bulk.views.bulk_email_limit", lambda: 0)
    employer = EmployerFactory.make(legal_form=LegalForm.COMPANY)
    ContactFactory.make(employer=employer, email="dawn@alder.example")

    page = preview(client, f"/bulk-changes/new?action=email{ids(employer)}", to="main", subject="A", body="Come")

    assert "That is 1 e-mail more than may go out" in words_of(page)
    assert "carry-out" not in page


def test_a_change_is_undone_by_who_made_it_or_a_manager_and_its_preview_is_nobody_elses(
    client: CarefulClient, officer: User
) -> None:
    employer = EmployerFactory.make()
    page = preview(client, f"/bulk-changes/new?action=assign{ids(employer)}", owner_id=officer.id)
    (change,) = stored(BulkChange)
    address = f"/bulk-changes/{change.id}"
    client.sign_in(UserFactory.make())
    assert client.get(address).status_code == 404
    client.sign_in(db.session.get_one(User, officer.id))
    press(client, page, "carry-out")

    client.sign_in(UserFactory.make())
    assert "Undo this change" not in client.get(address).text
    assert post(client, f"{address}/undo").status_code == 403
    client.sign_in(UserFactory.make(role=Role.MANAGER))
    press(client, client.get(address).text, "undo")

    assert stored(BulkChange)[0].status is BulkStatus.UNDONE
    assert post(client, f"{address}/undo").status_code == 409


def test_a_page_that_is_out_of_date_changes_nothing(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make()
    page = preview(client, f"/bulk-changes/new?action=assign{ids(employer)}", owner_id=officer.id)
    (change,) = stored(BulkChange)

    assert post(client, f"/bulk-changes/{change.id}/carry-out").status_code == 409
    assert client.post(f"/bulk-changes/{change.id}/discard", data={"submission_key": ""}).status_code == 409
    assert stored(Employer)[0].owner_id is None
    press(client, page, "carry-out")
    assert post(client, f"/bulk-changes/{change.id}/carry-out", version=change.version).status_code == 403


def test_the_latest_changes_are_listed_newest_first(client: CarefulClient, officer: User) -> None:
    assert "Nothing has been changed in bulk yet" in client.get("/bulk-changes/").text
    employer = EmployerFactory.make()
    for action, answers in (
        ("add-tag", {"new_tag": "News"}),
        ("remove-tag", {"tag": "News"}),
        ("assign", {"owner_id": "nobody"}),
    ):
        page = preview(client, f"/bulk-changes/new?action={action}{ids(employer)}", **answers)
        if action != "assign":
            press(client, page, "carry-out")

    words = words_of(client.get("/bulk-changes/").text)

    assert words.index("Take away the tag “News”") < words.index("Add the tag “News”")
    assert "Take from their officers" not in words  # only a preview


def test_a_preview_takes_the_same_statements_for_25_and_for_100_employers(client: CarefulClient, officer: User) -> None:
    def statements(number: int) -> int:
        employers = [EmployerFactory.make() for _ in range(number)]
        address = post(client, f"/bulk-changes/new?action=assign{ids(*employers)}", owner_id=officer.id).location
        with counting_queries() as run:
            client.get(address)
        return len(run)

    assert statements(25) == statements(100)


def test_a_change_older_than_thirty_days_offers_no_undo(
    client: CarefulClient, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    employer = EmployerFactory.make()
    page = preview(client, f"/bulk-changes/new?action=assign{ids(employer)}", owner_id=officer.id)
    address = press(client, page, "carry-out").location
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=31))
    client.sign_in(db.session.get_one(User, officer.id))

    assert "Undo this change" not in client.get(address).text
    assert post(client, f"{address}/undo").status_code == 403
    assert BulkAction.ASSIGN is stored(BulkChange)[0].action


def test_nobody_is_given_to_an_officer_unless_one_is_chosen(client: CarefulClient, officer: User) -> None:
    mine = EmployerFactory.make(name="Alder", owner=officer)
    address = f"/bulk-changes/new?action=assign{ids(mine)}"

    refused = post(client, address)
    page = preview(client, address, owner_id="nobody")
    press(client, page, "carry-out")

    assert "Select an officer, or nobody" in refused.text
    assert stored(Employer)[0].owner_id is None
