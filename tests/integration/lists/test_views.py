"""Saved views, as an officer uses them."""

import re
from html import unescape

import pytest

from crm.accounts.models import User
from crm.core.access import Role
from crm.core.db import db
from crm.lists.addresses import KNOWN
from crm.lists.models import ListName, SavedView
from tests.conftest import CarefulClient, stored
from tests.factories import EmployerFactory, SavedViewFactory, UserFactory
from tests.support.forms import post, typed
from tests.support.pages import words_of


@pytest.fixture
def officer(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make(name="Priya"))


def test_what_is_shown_is_saved_and_stands_above_the_list(client: CarefulClient, officer: User) -> None:
    EmployerFactory.make(name="Alder")
    page = client.get("/employers/?pledge=none&sort=-name&columns=name,owner&page=1&per_page=50").text
    save = unescape(re.findall(r'href="(/views/new/[^"]+)"', page)[0])

    answer = post(client, save, name="To ask", query=unescape(str(typed(client.get(save).text)["query"])))

    assert answer.location == "/employers/?columns=name%2Cowner&per_page=50&pledge=none&sort=-name"
    page = client.get(answer.location).text
    assert re.search(r'<a class="app-view" href="[^"]+" aria-current="page">To ask</a>', page)
    assert "Save this view" not in page


def test_the_whole_list_and_what_we_bring_are_always_offered(client: CarefulClient, officer: User) -> None:
    words = words_of(client.get("/employers/?view=all").text)

    assert "All My employers No contact in 90 days No pledge this year" in words


def test_a_list_opens_with_the_view_its_reader_chose_and_all_still_shows_all(
    client: CarefulClient, officer: User
) -> None:
    SavedViewFactory.make(owner=officer, query="owner=me", is_default=True)
    SavedViewFactory.make(query="owner=nobody", is_default=True, is_shared=True)

    assert client.get("/employers/").location == "/employers/?owner=me"
    assert client.get("/employers/?view=all").status_code == 200
    assert client.get("/employers/?sort=name").status_code == 200


def test_a_short_address_leads_to_the_list(client: CarefulClient, officer: User) -> None:
    view = SavedViewFactory.make(owner=officer, list_name=ListName.CONTACT_LOG, query="channel=call")

    assert client.get(f"/views/{view.id}").location == "/contact-log/?channel=call"


def test_a_view_is_pointed_at_what_is_shown_now(client: CarefulClient, officer: User) -> None:
    view = SavedViewFactory.make(owner=officer, name="Quiet", query="quiet=90")

    answers = typed(client.get("/views/new/employers?query=quiet%3D30").text)
    post(client, "/views/new/employers", **answers | {"instead": str(view.id)})

    assert [(each.name, each.query) for each in stored(SavedView)] == [("Quiet", "quiet=30")]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "Enter a name for the view, like My construction firms"),
        ("x" * 61, "The name must be 60 characters or fewer"),
        ("quiet", "There is a view called quiet already"),
    ],
)
def test_every_message_says_what_to_do(client: CarefulClient, officer: User, name: str, message: str) -> None:
    SavedViewFactory.make(owner=officer, name="Quiet")

    assert message in post(client, "/views/new/employers", name=name, query="quiet=30").text


def test_a_view_is_renamed_and_shared_and_deleted_after_asking(client: CarefulClient, officer: User) -> None:
    view = SavedViewFactory.make(owner=officer, name="Quiet")

    answers = typed(client.get(f"/views/{view.id}/edit").text)
    post(client, f"/views/{view.id}/edit", **answers | {"name": "Silent", "is_shared": "y", "is_default": "y"})
    (saved,) = stored(SavedView)
    assert (saved.name, saved.is_shared, saved.is_default) == ("Silent", True, True)

    page = client.get(f"/views/{view.id}/delete").text
    assert "for the whole team" in page
    post(client, f"/views/{view.id}/delete", **typed(page))
    assert stored(SavedView) == []


def test_a_view_saved_by_two_shows_both_versions(client: CarefulClient, officer: User) -> None:
    view = SavedViewFactory.make(owner=UserFactory.make(), name="Quiet", is_shared=True)
    client.sign_in(UserFactory.make(role=Role.MANAGER, name="Ruth"))
    answers = typed(client.get(f"/views/{view.id}/edit").text)
    post(client, f"/views/{view.id}/edit", **answers | {"name": "Silent"})

    page = post(client, f"/views/{view.id}/edit", **answers | {"name": "Hushed", "submission_key": "another"})

    assert "Ruth saved this while you were editing" in page.text
    post(client, f"/views/{view.id}/edit", **typed(page.text))
    assert stored(SavedView)[0].name == "Hushed"


def test_a_colleagues_view_can_be_opened_and_not_changed(client: CarefulClient, officer: User) -> None:
    view = SavedViewFactory.make(name="Theirs", is_shared=True, query="owner=nobody")
    private = SavedViewFactory.make(name="Private")

    page = words_of(client.get("/views/").text)
    assert "Theirs" in page
    assert "Private" not in page
    assert client.get(f"/views/{view.id}").status_code == 302
    assert client.get(f"/views/{view.id}/edit").status_code == 403
    assert client.get(f"/views/{view.id}/delete").status_code == 403
    assert client.get(f"/views/{private.id}").status_code == 404


def test_with_which_view_a_list_opens_is_its_owners_business(client: CarefulClient, officer: User) -> None:
    view = SavedViewFactory.make(owner=officer, is_shared=True, is_default=True)
    client.sign_in(UserFactory.make(role=Role.MANAGER))

    page = client.get(f"/views/{view.id}/edit").text
    assert "Open the list with it" not in page
    post(client, f"/views/{view.id}/edit", **typed(page) | {"name": "Renamed"})

    db.session.expire_all()
    assert (stored(SavedView)[0].name, stored(SavedView)[0].is_default) == ("Renamed", True)


def test_a_partner_has_no_views(client: CarefulClient, officer: User) -> None:
    SavedViewFactory.make(name="Theirs", is_shared=True)
    client.sign_in(UserFactory.make(role=Role.PARTNER))

    assert "app-views" not in client.get("/employers/").text
    assert client.get("/views/").status_code == 403


def test_there_is_no_list_of_another_name(client: CarefulClient, officer: User) -> None:
    assert client.get("/views/new/secrets").status_code == 404
    assert "No views yet" in client.get("/views/").text


@pytest.mark.parametrize("list_name", ListName)
def test_a_view_knows_every_filter_of_its_list(client: CarefulClient, officer: User, list_name: ListName) -> None:
    path = {"employers.index": "/employers/", "interactions.index": "/contact-log/", "pledges.index": "/pledges/"}
    page = client.get(path.get(KNOWN[list_name].endpoint, "/opportunities/") + "?view=all").text
    form = page[page.index('class="app-filters__form"') :]
    asked = set(re.findall(r'<(?:input|select)[^>]* name="([\w-]+)"', form[: form.index("</form>")]))

    assert asked - KNOWN[list_name].filters <= {"sort"}
