"""What is said often: the buttons of the log form, and the page where an administrator changes them."""

import pytest

from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile
from crm.interactions.due import Due
from crm.interactions.models import Channel, Outcome, QuickEntry
from crm.interactions.queries.quick_entries import get_quick_entry, quick_entries
from crm.interactions.services import (
    QuickEntryDetails,
    add_quick_entry,
    change_quick_entry,
    move_quick_entry,
    offer_quick_entry,
)
from tests.conftest import CarefulClient, stored
from tests.factories import UserFactory
from tests.support.forms import post

pytestmark = pytest.mark.usefixtures("database")

THANKS = QuickEntryDetails(
    name="Said thanks",
    summary="Thanked them.",
    channel=Channel.EMAIL,
    outcome=Outcome.SENT,
    next_step="Ask again",
    due=Due.WEEK,
)
ADDRESS = "/administration/quick-entries"


def names() -> list[str]:
    return [entry.name for entry in quick_entries()]


def test_there_are_a_few_to_begin_with() -> None:
    assert names()[:2] == ["No answer", "Left message"]


def test_a_new_one_comes_last() -> None:
    add_quick_entry(THANKS)

    entry = quick_entries()[-1]
    assert (entry.name, entry.channel, entry.outcome) == ("Said thanks", Channel.EMAIL, Outcome.SENT)
    assert (entry.summary, entry.next_step, entry.due) == ("Thanked them.", "Ask again", Due.WEEK)


@pytest.mark.parametrize("name", ["No answer", "no ANSWER"])
def test_two_buttons_do_not_say_the_same(name: str) -> None:
    with pytest.raises(Conflict, match="is called"):
        add_quick_entry(QuickEntryDetails(name=name, summary="Rang."))


def test_of_two_added_at_once_with_one_name_the_second_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.interactions.services.quick_entries._refuse_taken_name", lambda *_: None)

    with pytest.raises(Conflict, match="is called No answer already"):
        add_quick_entry(QuickEntryDetails(name="No answer", summary="Rang."))


def test_one_is_changed_and_keeps_its_name() -> None:
    entry = quick_entries()[0]

    change_quick_entry(entry, QuickEntryDetails(name=entry.name, summary="Nobody there."), seen=entry.version)

    assert (entry.summary, entry.channel, entry.next_step) == ("Nobody there.", None, None)


def test_one_that_somebody_else_changed_meanwhile_is_left_as_it_is() -> None:
    entry = quick_entries()[0]

    with pytest.raises(EditedMeanwhile):
        change_quick_entry(entry, THANKS, seen=entry.version - 1)


@pytest.mark.parametrize(("place", "up", "first"), [(1, True, "Left message"), (0, True, "No answer")])
def test_one_moves_up_but_not_beyond_the_end(place: int, up: bool, first: str) -> None:
    move_quick_entry(quick_entries()[place], up=up)

    assert names()[0] == first


def test_one_moves_down() -> None:
    move_quick_entry(quick_entries()[0], up=False)

    assert names()[:2] == ["Left message", "No answer"]


def test_one_out_of_use_is_not_offered() -> None:
    entry = quick_entries()[0]

    offer_quick_entry(entry, in_use=False)

    assert entry not in quick_entries(in_use_only=True)
    assert entry in quick_entries()


# Pages --------------------------------------------------------------------------------------------------------------


def answers(**others: object) -> dict[str, object]:
    return {
        "name": "Said thanks",
        "channel": "",
        "outcome": "",
        "summary": "Thanked them.",
        "next_step": "",
        "due": "",
    } | others


def test_an_administrator_adds_one(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.ADMIN))

    assert "Words on the button" in client.get(f"{ADDRESS}/new").text
    answer = post(client, f"{ADDRESS}/new", **answers(channel="email", next_step="Ask again", due="week"))

    assert answer.location == f"{ADDRESS}/"
    assert stored(QuickEntry)[-1].next_step == "Ask again"
    assert "Said thanks" in client.get(f"{ADDRESS}/").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Enter the words on the button"),
        ({"name": "x" * 41}, "Shorten the words on the button"),
        ({"name": "No answer"}, "is called No answer already"),
        ({"summary": ""}, "Enter what is written into the log"),
        ({"due": "week"}, "say what it is; or leave both"),
        ({"next_step": "Ring"}, "say what it is; or leave both"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_added(client: CarefulClient, wrong: dict[str, object], said: str) -> None:
    client.sign_in(UserFactory.make(role=Role.ADMIN))
    before = len(stored(QuickEntry))

    page = post(client, f"{ADDRESS}/new", **answers(**wrong)).text

    assert said in page
    assert len(stored(QuickEntry)) == before


def test_an_administrator_changes_one(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.ADMIN))
    entry = quick_entries()[0]
    address, version = f"{ADDRESS}/{entry.id}", entry.version

    assert "Rang, no answer." in client.get(address).text
    answer = post(client, address, **answers(version=version))

    assert answer.location == f"{ADDRESS}/"
    assert get_quick_entry(entry.id).name == "Said thanks"
    assert "changed quick entry" in client.get(address).text


def test_a_name_that_is_taken_is_refused_beside_the_box(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.ADMIN))
    entry = quick_entries()[0]

    page = post(client, f"{ADDRESS}/{entry.id}", **answers(name="Not now", version=entry.version)).text

    assert "is called Not now already" in page


def test_the_loser_of_two_edits_sees_both(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.ADMIN))
    entry = quick_entries()[0]
    address, version = f"{ADDRESS}/{entry.id}", entry.version
    post(client, address, **answers(summary="Theirs", version=version))

    page = post(client, address, **answers(summary="Mine", version=version)).text

    assert "saved this while you were editing" in page
    assert "Theirs" in page
    assert "Mine" in page


def test_an_administrator_orders_them_and_takes_one_out_of_use(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.ADMIN))
    first = quick_entries()[0].id

    post(client, f"{ADDRESS}/{first}/move", way="down")
    post(client, f"{ADDRESS}/{first}/use", in_use="no")

    db.session.expire_all()
    assert names()[1] == "No answer"
    assert not get_quick_entry(first).is_in_use
    assert "Out of use" in client.get(f"{ADDRESS}/").text
    post(client, f"{ADDRESS}/{first}/use", in_use="yes")
    db.session.expire_all()
    assert get_quick_entry(first).is_in_use


def test_one_that_is_not_there_is_not_found(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.ADMIN))

    assert client.get(f"{ADDRESS}/999999").status_code == 404


def test_without_any_the_page_says_what_to_do(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.ADMIN))
    for entry in quick_entries():
        db.session.delete(entry)

    assert "Add the first" in client.get(f"{ADDRESS}/").text
