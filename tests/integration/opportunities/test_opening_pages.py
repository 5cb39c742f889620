"""The buttons and forms between draft and open, and who is shown what."""

from datetime import timedelta

from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.opportunities.services import Lists
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import YearGroup
from tests.conftest import CarefulClient
from tests.factories import EmployerFactory, UserFactory
from tests.integration.opportunities.arranging import arranged
from tests.integration.opportunities.test_opening import checked_site, placement

NEXT_WEEK = clock.today() + timedelta(days=7)
KEY = {"submission_key": "a-key"}


def status_of(opportunity_id: int) -> OpportunityStatus:
    db.session.rollback()
    return db.session.get_one(Opportunity, opportunity_id).status


def test_an_officer_exempts_a_placement_and_opens_it(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(name="Priya Shah"))
    waiting = placement().id

    page = client.get(f"/opportunities/{waiting}").text
    refused = client.post(f"/opportunities/{waiting}/open", data=KEY | {"submission_key": "first"})
    asked = client.get(f"/opportunities/{waiting}/exempt").text
    client.post(f"/opportunities/{waiting}/exempt", data=KEY | {"reason": "Broker’s letter seen"})
    client.post(f"/opportunities/{waiting}/open", data=KEY | {"submission_key": "second"})
    exempt = client.get(f"/opportunities/{waiting}").text

    assert "This cannot open yet" in page
    assert refused.location == f"/opportunities/{waiting}"
    assert "Employers’ liability insurance: not started" in asked
    assert status_of(waiting) is OpportunityStatus.OPEN
    assert "Broker’s letter seen" in exempt
    assert "Take the exemption back" not in exempt


def test_a_manager_takes_an_exemption_back(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.MANAGER))
    waiting = placement().id
    client.post(f"/opportunities/{waiting}/exempt", data=KEY | {"reason": "Broker’s letter seen"})

    again = client.post(f"/opportunities/{waiting}/exempt", data={"submission_key": "b", "reason": "Once more"})
    page = client.get(f"/opportunities/{waiting}").text
    client.post(f"/opportunities/{waiting}/take-back-exemption", data={"submission_key": "c"})

    assert "exempt already" in again.text
    assert "Take the exemption back" in page
    assert "This cannot open yet" in client.get(f"/opportunities/{waiting}").text


def test_a_manager_lets_years_7_to_9_take_part_and_an_officer_is_told_to_ask_one(client: CarefulClient) -> None:
    block = placement(checked_site(), lists=Lists(year_groups=frozenset({YearGroup.YEAR_9}))).id
    client.sign_in(UserFactory.make())
    page = client.get(f"/opportunities/{block}").text
    client.sign_in(UserFactory.make(role=Role.MANAGER))
    asked = client.get(f"/opportunities/{block}/allow-block").text
    client.post(f"/opportunities/{block}/allow-block", data=KEY | {"reason": "A pilot with their school"})
    again = client.post(f"/opportunities/{block}/allow-block", data={"submission_key": "b", "reason": "Once more"})

    assert "Ask a manager" in page
    assert "for Year 10 and above" in asked
    assert "A pilot with their school" in client.get(f"/opportunities/{block}").text
    assert "allowed already" in again.text


def test_a_draft_is_the_staffs_alone(client: CarefulClient) -> None:
    draft = arranged(first_day=NEXT_WEEK, as_draft=True, title="Not agreed yet").id
    client.sign_in(UserFactory.make(role=Role.PARTNER))

    assert client.get(f"/opportunities/{draft}").status_code == 404
    assert "Not agreed yet" not in client.get("/opportunities/").text


def test_an_open_opportunity_becomes_a_draft_again(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    visit = arranged(first_day=NEXT_WEEK).id

    client.post(f"/opportunities/{visit}/draft", data=KEY)

    assert status_of(visit) is OpportunityStatus.DRAFT


def test_who_schedules_a_placement_without_checks_is_told_that_it_is_a_draft(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    employer = EmployerFactory.make().id
    given = {
        **KEY,
        "kind": OpportunityKind.PLACEMENT.value,
        "first_day": f"{NEXT_WEEK:%d %m %Y}",
        "starts": "9am",
        "ends": "3pm",
        "capacity": "3",
        "mode": "in_person",
        "site": "",
        "leader": "",
        "provider": "",
    }

    page = client.post(f"/opportunities/new?employer={employer}", data=given, follow_redirects=True).text

    assert "Saved as a draft" in page
    assert "Choose the employer’s site" in page
