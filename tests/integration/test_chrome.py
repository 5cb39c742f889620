"""What every page shows around its content."""

from tests.conftest import CarefulClient
from tests.factories import UserFactory


def test_a_page_for_anybody_says_how_accessible_the_service_is(client: CarefulClient) -> None:
    page = client.get("/accessibility").text

    assert "Accessibility statement" in page
    assert 'href="/privacy"' in page


def test_a_host_that_is_not_ours_is_refused_with_a_page_even_to_somebody_signed_in(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())

    response = client.get("/privacy", headers={"Host": "evil.example"})

    assert response.status_code == 400
    assert "evil.example" not in response.text
