"""A promise from the telephone call to its last version: what is attended stays attended whatever becomes of it."""

from datetime import UTC, date, datetime, time

import pytest

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.employers.models import Employer
from crm.fulfilment.counting import CountingPolicy
from crm.fulfilment.delivery import delivered
from crm.opportunities import services as opportunities
from crm.opportunities.models import Place
from crm.pledges.kinds import OpportunityKind
from crm.pledges.models import Pledge, PledgeLine
from crm.providers.models import Provider
from tests.conftest import CarefulClient, stored
from tests.factories import EmployerFactory, ProviderFactory, UserFactory

A_DAY = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: A_DAY)


def post(client: CarefulClient, address: str, **data: str) -> str:
    """The page that a form leads to. Each form is a new one."""
    key = str(len(data)) + address
    step = address.rpartition("/")[2]
    prefixed = {f"{step}-submission_key": key, "submission_key": key, "csrf_token": ""}
    return client.post(address, data=prefixed | data, follow_redirects=True).text


def test_progress_carries_on_through_versions_and_outlives_a_withdrawal(client: CarefulClient) -> None:
    manager = client.sign_in(UserFactory.make(role=Role.MANAGER))
    employer, provider = EmployerFactory.make(name="Alder Joinery"), ProviderFactory.make()
    line = {"lines-0-kind": "placement", "lines-0-young_people": "2", "lines-0-each": "3", "lines-0-line_id": ""}

    post(client, f"/pledges/new?employer_id={employer.id}", academic_year="2026/27", signatory="", note="", **line)
    [pledge_id] = [pledge.id for pledge in stored(Pledge)]
    post(client, f"/pledges/{pledge_id}/send", **{"send-on": "1 10 2026"})
    post(client, f"/pledges/{pledge_id}/confirm", **{"confirm-on": "5 10 2026"})

    four_come(employer, provider, manager)

    assert "4 of 6 places attended" in client.get(f"/pledges/{pledge_id}").text

    second_id = next_version_for_three(client, pledge_id, line)
    post(client, f"/pledges/{second_id}/send", **{"send-on": "1 12 2026"})
    page = post(client, f"/pledges/{second_id}/confirm", **{"confirm-on": "2 12 2026"})

    assert "4 of 9 places attended" in page
    assert "Replaced" in page

    page = post(
        client, f"/pledges/{second_id}/withdraw", **{"withdraw-on": "1 2 2027", "withdraw-reason": "Moving away"}
    )

    assert "What was attended still counts as delivered" in page
    assert 'data-label="Attended">4<' in page
    as_at = clock.today()
    assert delivered(CountingPolicy.usual(as_at), as_at).attended == 4
    assert stored(Place)[0].came == 4


def four_come(employer: Employer, provider: Provider, manager: User) -> None:
    details = opportunities.OpportunityDetails(
        kind=OpportunityKind.PLACEMENT, first_day=date(2026, 11, 9), starts=time(9), ends=time(15), capacity=4
    )
    opportunity = opportunities.schedule_opportunity(db.session.merge(employer), details, scheduled_by=manager)
    place = opportunities.add_headcount(opportunity, provider, 4)
    opportunities.mark_attendance(opportunity, {place.id: opportunities.headcount(4)})


def next_version_for_three(client: CarefulClient, pledge_id: int, line: dict[str, str]) -> int:
    """Begin the next version and let it be for three young people instead of two."""
    assert "Change the pledge" in post(client, f"/pledges/{pledge_id}/next-version")
    second = stored(Pledge)[-1]
    second_id, version = int(second.id), str(second.version)
    line_id = next(str(each.id) for each in stored(PledgeLine) if each.pledge_id == second_id)
    changed = line | {"lines-0-young_people": "3", "lines-0-line_id": line_id}
    post(client, f"/pledges/{second_id}/edit", version=version, signatory="", note="", **changed)
    return second_id
