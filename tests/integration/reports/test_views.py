"""The page of figures and the button that makes the workbook."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from crm.core.access import Role
from crm.opportunities.models import PlaceStatus
from tests.conftest import CarefulClient, counting_queries
from tests.factories import CohortFactory, PlaceFactory, ProviderFactory, UserFactory, YoungPersonFactory


def test_the_page_and_the_workbook_print_the_same_figures(client: CarefulClient) -> None:
    school = ProviderFactory.make(name="Riverside Academy")
    CohortFactory.make(provider=school, size=1234, counted_on=date(2026, 9, 8))
    PlaceFactory.make(young_person=YoungPersonFactory.make(provider=school), status=PlaceStatus.ATTENDED, came=1)
    client.sign_in(UserFactory.make(role=Role.MANAGER))

    page = client.get("/figures/?as_at=2026-11-30").text
    response = client.get("/figures/workbook?as_at=2026-11-30")

    headlines = load_workbook(BytesIO(response.data))["Headlines"]
    response.close()  # as a server does when all is sent
    assert "3,701" in page  # 3 × 1,234 less the one place had
    assert 3701 in [cell.value for cell in headlines["C"]]
    assert "threefold-progress-2026-11-30-internal.xlsx" in response.headers["Content-Disposition"]


def test_a_day_that_cannot_be_read_is_said_beside_the_field_and_stays_typed(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())

    page = client.get("/figures/?as_at=31+February").text

    assert "<title>Error: Figures" in page
    assert 'value="31 February"' in page
    assert client.get("/figures/workbook?as_at=31+February").status_code == 409


@pytest.mark.parametrize("role", [Role.PARTNER, Role.PROVIDER])
def test_figures_about_people_stay_inside_the_council(client: CarefulClient, role: Role) -> None:
    client.sign_in(UserFactory.make(role=role))

    assert client.get("/figures/").status_code == 403
    assert client.get("/figures/workbook").status_code == 403


def test_the_page_costs_the_same_statements_however_many_places(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())

    def statements() -> int:
        with counting_queries() as seen:
            client.get("/figures/?as_at=2026-11-30")
        return len(seen)

    PlaceFactory.make(status=PlaceStatus.ATTENDED, came=1)
    few = statements()
    for _ in range(10):
        PlaceFactory.make(status=PlaceStatus.ATTENDED, came=1)

    assert statements() == few
