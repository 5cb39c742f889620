"""Saving views of lists."""

import pytest

from crm.accounts.models import User
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile, NotFound
from crm.lists import queries, services
from crm.lists.models import ListName, SavedView
from crm.lists.services import ViewDetails
from tests.conftest import stored
from tests.factories import SavedViewFactory, UserFactory

EMPLOYERS = ListName.EMPLOYERS


@pytest.fixture
def officer(database: None) -> User:
    return UserFactory.make()


def save(owner: User, name: str, query: str = "", **details: bool) -> SavedView:
    return services.save_view(EMPLOYERS, ViewDetails(name=name, **details), query=query, owner=owner)


def test_a_view_keeps_what_the_list_knows_and_nothing_else(officer: User) -> None:
    save(officer, "Mine", "sector=2&sector=1&q=&page=4&utm=x&sort=-name&per_page=100&columns=name")
    db.session.commit()

    assert stored(SavedView)[0].query == "columns=name&per_page=100&sector=1&sector=2&sort=-name"


def test_views_above_a_list_are_mine_first_then_the_teams(officer: User) -> None:
    colleague, partner = UserFactory.make(), UserFactory.make(role=Role.PARTNER)
    SavedViewFactory.make(owner=colleague, name="Private")
    SavedViewFactory.make(owner=colleague, name="Team", is_shared=True, is_default=True)
    SavedViewFactory.make(owner=officer, name="zebra")
    SavedViewFactory.make(owner=officer, name="Ant", is_default=True)
    SavedViewFactory.make(owner=officer, name="Log", list_name=ListName.CONTACT_LOG)

    rows = queries.views_of(EMPLOYERS, viewer=officer)

    assert [(row.name, row.is_mine, row.is_default) for row in rows] == [
        ("Ant", True, True),
        ("zebra", True, False),
        ("Team", False, False),
    ]
    assert queries.views_of(EMPLOYERS, viewer=partner) == []
    assert len(queries.every_view(officer)) == 4
    assert queries.every_view(partner) == []


def test_anothers_private_view_cannot_be_known_of(officer: User) -> None:
    private = SavedViewFactory.make()

    with pytest.raises(NotFound):
        queries.get_view(private.id, viewer=officer)


def test_two_views_of_one_list_and_person_have_two_names(officer: User) -> None:
    first = save(officer, "Quiet")
    other = save(officer, "Loud")
    save(UserFactory.make(), "Quiet")

    with pytest.raises(Conflict, match="a view called quiet already"):
        save(officer, "quiet")
    with pytest.raises(Conflict, match="a view called Loud already"):
        services.change_view(first, ViewDetails(name="Loud"), version=first.version)
    services.change_view(other, ViewDetails(name="LOUD", is_shared=True), version=other.version)

    assert (other.name, other.is_shared) == ("LOUD", True)


def test_a_list_opens_with_one_view(officer: User) -> None:
    first, second = save(officer, "First", is_default=True), save(officer, "Second", is_default=True)

    assert (first.is_default, second.is_default) == (False, True)
    services.change_view(first, ViewDetails(name="First", is_default=True), version=first.version)
    assert (first.is_default, second.is_default) == (True, False)


def test_a_view_is_pointed_elsewhere_and_deleted_unless_it_was_saved_since(officer: User) -> None:
    view = save(officer, "Quiet", "quiet=90")

    services.point_view(view, query="?quiet=30&page=2".lstrip("?"), version=view.version)
    assert view.query == "quiet=30"
    with pytest.raises(EditedMeanwhile):
        services.point_view(view, query="", version=1)
    with pytest.raises(EditedMeanwhile):
        services.delete_view(view, version=1)
    with pytest.raises(EditedMeanwhile):
        services.change_view(view, ViewDetails(name="Other"), version=1)
    services.delete_view(view, version=view.version)
    db.session.commit()

    assert stored(SavedView) == []


def test_nobody_keeps_more_views_than_can_be_told_apart(officer: User) -> None:
    for number in range(services.MOST_VIEWS):
        SavedViewFactory.make(owner=officer, name=f"View {number}")

    with pytest.raises(Conflict, match="You have 50 views"):
        save(officer, "One more")


def test_a_name_that_was_taken_a_moment_ago_is_refused_by_the_database(
    officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(officer, "Quiet")
    monkeypatch.setattr(services, "_refuse_taken_name", lambda *_: None)  # as if both had looked at once

    with pytest.raises(Conflict, match="another view of this name a moment ago"):
        save(officer, "Quiet")
