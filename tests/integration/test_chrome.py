"""What every page shows around its content."""

import pytest

from crm.core.access import Role
from tests.conftest import CarefulClient
from tests.factories import EmployerFactory, UserFactory


def test_a_page_for_anybody_says_how_accessible_the_service_is(client: CarefulClient) -> None:
    page = client.get("/accessibility").text

    assert "Accessibility statement" in page
    assert 'href="/privacy"' in page


def test_a_host_that_is_not_ours_is_refused_with_a_page_even_to_somebody_signed_in(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())

    response = client.get("/privacy", headers={"Host": "evil.example"})

    assert response.status_code == 400
    assert "evil.example" not in response.text


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("/contact-log/?channel=call", "/contact-log/new?next=/contact-log/?channel%3Dcall"),
        ("/employers/{employer}", "/contact-log/new?employer={employer}&amp;next=/employers/{employer}"),
        ("/employers/{employer}/edit", "/contact-log/new?employer={employer}&amp;next=/employers/{employer}/edit"),
    ],
)
def test_a_contact_is_logged_from_every_page_and_leads_back_there(
    client: CarefulClient, page: str, address: str
) -> None:
    client.sign_in(UserFactory.make())
    employer = EmployerFactory.make().id

    shown = client.get(page.format(employer=employer)).text

    assert shown.count(f'href="{address.format(employer=employer)}"') == 2  # the button and the shortcut
    assert "app-log-button" in shown


def test_the_page_on_which_a_contact_is_logged_does_not_offer_itself(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())

    assert "app-log-button" not in client.get("/contact-log/new").text


def test_who_may_not_log_a_contact_is_offered_neither_button_nor_shortcut(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.PARTNER))

    page = client.get("/employers/").text

    assert "app-log-button" not in page
    assert 'data-keys="n ' not in page
    assert 'data-keys="/"' in page
