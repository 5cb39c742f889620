"""Administration, as an administrator does it."""

import pytest

from crm.accounts.models import User
from crm.core.access import Role
from crm.reference import queries
from crm.reference.models import Area, Sector, SizeBand
from crm.reference.settings import settings
from tests.conftest import CarefulClient, stored
from tests.factories import AreaFactory, EmployerFactory, UserFactory
from tests.support.forms import post, typed


@pytest.fixture
def administrator(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make(name="Ada Admin", role=Role.ADMIN))


def test_the_first_page_leads_to_lists_settings_and_users(client: CarefulClient, administrator: User) -> None:
    page = client.get("/administration/").text

    for words in ("Sectors", "11 in use", "Areas", "Sizes", "Council’s name", "Group limit", "Users"):
        assert words in page


def test_an_area_is_added_changed_and_its_history_shown(client: CarefulClient, administrator: User) -> None:
    post(client, "/administration/areas/new", name="Hanley", also_known_as="Hanley North\nCity centre")
    (area,) = stored(Area)
    address = f"/administration/areas/{area.id}"
    answers = typed(client.get(address).text)
    post(client, address, **answers | {"name": "Hanley & Shelton", "valid_from": "1 4 2026"})

    assert [(each.name, str(each.valid_from)) for each in stored(Area)] == [("Hanley & Shelton", "2026-04-01")]
    page = client.get(address).text
    assert "Ada Admin" in page
    assert "<del>Hanley</del>" in page
    assert "Hanley North, City centre" in client.get("/administration/areas").text


@pytest.mark.parametrize(
    ("path", "answers", "message"),
    [
        ("areas", {"name": ""}, "Enter a name"),
        ("areas", {"name": "A", "valid_from": "1 4 2026", "valid_to": "1 3 2026"}, "not before the first day"),
        ("sizes", {"name": "A", "fewest": ""}, "Enter the fewest employees, like 10"),
        ("sizes", {"name": "A", "fewest": "9", "most": "3"}, "not below the fewest employees"),
        ("sizes", {"name": "A", "fewest": "9", "most": "30"}, "This overlaps 1–9"),
        ("sectors", {"name": "digital"}, "This list already has digital."),
    ],
)
def test_every_message_says_what_to_do(
    client: CarefulClient, administrator: User, path: str, answers: dict[str, str], message: str
) -> None:
    assert message in post(client, f"/administration/{path}/new", **answers).text


def test_an_edit_that_meets_another_shows_both_and_then_saves(client: CarefulClient, administrator: User) -> None:
    sector = queries.entries(Sector)[0]
    address = f"/administration/sectors/{sector.id}"
    answers = typed(client.get(address).text)
    post(client, address, **answers | {"definition": "Theirs", "submission_key": "first"})

    met = post(client, address, **answers | {"definition": "Mine"})

    assert "Ada Admin saved this while you were editing" in met.text
    post(client, address, **typed(met.text))
    assert stored(Sector)[0].definition == "Mine"


def test_entries_move_and_go_out_of_use_and_those_who_have_them_keep_them(
    client: CarefulClient, administrator: User
) -> None:
    first, second = AreaFactory.make(name="A"), AreaFactory.make(name="B")
    employer = EmployerFactory.make(area=first)

    post(client, f"/administration/areas/{second.id}/move", way="up")
    post(client, f"/administration/areas/{first.id}/use", in_use="no")

    page = client.get("/administration/areas").text
    assert page.index(">B</a>") < page.index(">A</a>")
    assert "Out of use" in page
    assert "A" in client.get(f"/employers/{employer.id}").text
    post(client, f"/administration/areas/{first.id}/use", in_use="yes")
    assert [each.is_in_use for each in stored(Area)] == [True, True]


def test_a_second_click_on_a_button_moves_once(client: CarefulClient, administrator: User) -> None:
    for name in "ABC":
        AreaFactory.make(name=name)
    third = queries.entries(Area)[-1]

    for _ in range(2):
        client.post(f"/administration/areas/{third.id}/move", data={"submission_key": "one", "way": "up"})

    assert [area.name for area in queries.entries(Area)] == ["A", "C", "B"]


def test_a_setting_is_chosen_and_shown_on_every_page(client: CarefulClient, administrator: User) -> None:
    post(client, "/administration/settings/council_name", value="Northmoor Council", version="0")

    assert "Northmoor Council" in client.get("/employers/").text


def test_a_setting_that_cannot_be_is_refused_beside_its_box(client: CarefulClient, administrator: User) -> None:
    response = post(client, "/administration/settings/group_limit", value="lots", version="0")

    assert "Enter a whole number from 1 to 100" in response.text
    assert settings()["group_limit"] == "12"


def test_two_administrators_choosing_at_once_see_both_values(client: CarefulClient, administrator: User) -> None:
    address = "/administration/settings/group_limit"
    post(client, address, value="10", version="0")

    met = post(client, address, value="8", version="0")

    assert "saved this while you were editing" in met.text
    post(client, address, **typed(met.text))
    assert settings()["group_limit"] == "8"


def test_what_does_not_exist_is_not_found(client: CarefulClient, administrator: User) -> None:
    for address in ("sectors/999", "nothing", "settings/nothing"):
        assert client.get(f"/administration/{address}").status_code == 404


def test_a_button_without_its_form_is_out_of_date(client: CarefulClient, administrator: User) -> None:
    band = queries.entries(SizeBand)[0]

    response = client.post(f"/administration/sizes/{band.id}/move", data={"submission_key": "x" * 200})

    assert response.status_code == 409


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_administrators_administer(client: CarefulClient, role: Role) -> None:
    client.sign_in(UserFactory.make(role=role))

    for address in ("", "sectors", "sectors/new", "sectors/1", "settings/group_limit"):
        assert client.get(f"/administration/{address}").status_code == 403
