"""What the page says of meaning, programmes, volunteers and cancelling."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from crm.accounts.models import User
from crm.core import clock
from crm.opportunities.models import Opportunity, Side
from crm.opportunities.particulars import Part, Programme
from crm.opportunities.queries import get_opportunity, leaders_days
from crm.opportunities.services import Lists, cancel_opportunity
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import YearGroup
from tests.conftest import CarefulClient, counting_queries
from tests.factories import ContactFactory, UserFactory
from tests.integration.opportunities.arranging import arranged

NEXT_WEEK = clock.today() + timedelta(days=7)
TALK = OpportunityKind.TALK


@pytest.fixture
def officer(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make(name="Priya Shah"))


def test_the_parts_are_said_and_the_rest_is_worked_out(client: CarefulClient, officer: User) -> None:
    talk = arranged(kind=TALK, first_day=NEXT_WEEK)
    address, seen = f"/opportunities/{talk.id}/meaningful", talk.version
    said = {"purpose": "yes", "outcomes": "yes", "interaction": "yes", "reflection": "no", "feedback": "yes"}

    page = client.get(address).text
    client.post(address, data=said | {"submission_key": "a", "version": str(seen)})
    again = client.post(address, data=said | {"submission_key": "b", "version": str(seen), "purpose": ""}).text

    parts = {row.part: row.present for row in get_opportunity(talk.id, viewer=officer).parts}
    assert "The 4 parts of Gatsby benchmark 5" in page
    assert parts == {Part.PURPOSE: True, Part.OUTCOMES: True, Part.INTERACTION: True, Part.REFLECTION: False}
    assert "saved this while you were editing" in again
    assert "Time to reflect" in client.get(f"/opportunities/{talk.id}").text


def test_a_cancelled_one_is_not_asked_about(client: CarefulClient, officer: User) -> None:
    talk = arranged(kind=TALK, first_day=NEXT_WEEK)
    cancel_opportunity(talk, side=Side.PROVIDER, reason="Mock exams")

    assert client.get(f"/opportunities/{talk.id}/meaningful").status_code == 409


def test_the_notice_is_said_before_and_after_cancelling(client: CarefulClient, officer: User) -> None:
    talk = arranged(kind=TALK, first_day=NEXT_WEEK)

    asked = client.get(f"/opportunities/{talk.id}/cancel").text
    cancel_opportunity(talk, side=Side.PROVIDER, reason="Mock exams")

    assert "7 days’ notice" in asked
    assert "7 days’ notice" in client.get(f"/opportunities/{talk.id}").text


@pytest.mark.parametrize(
    ("programme", "hours", "words"),
    [
        (Programme.T_LEVEL, Decimal(300), "Hours: 300 per person; a T Level asks for at least 315"),
        (Programme.T_LEVEL, None, "Hours: not known yet"),
        (Programme.DWP, Decimal(60), "no figure adds them to anything"),
    ],
)
def test_a_programme_says_what_the_figures_make_of_it(
    client: CarefulClient, officer: User, programme: Programme, hours: Decimal | None, words: str
) -> None:
    placed = arranged(programme=programme, hours=hours, first_day=NEXT_WEEK, last_day=NEXT_WEEK + timedelta(days=9))

    assert words in client.get(f"/opportunities/{placed.id}").text


def leads(days: int, **given: object) -> Opportunity:
    """Somebody leads one talk a day for so many days. Returns the last."""
    speaker = ContactFactory.make(name="Dawn Reyes")
    talks = [
        arranged(employer=speaker.employer, kind=TALK, leader_id=speaker.id, first_day=NEXT_WEEK + timedelta(days=day))
        for day in range(days - 1)
    ]
    assert len(talks) == days - 1
    last = NEXT_WEEK + timedelta(days=days)
    return arranged(employer=speaker.employer, leader_id=speaker.id, first_day=last, **{"kind": TALK} | given)


@pytest.mark.parametrize(("days", "prompted"), [(3, False), (4, True)])
def test_the_fourth_day_in_30_is_prompted_with_a_link_and_nothing_is_refused(
    client: CarefulClient, officer: User, days: int, prompted: bool
) -> None:
    page = client.get(f"/opportunities/{leads(days).id}").text

    assert f"With young people on {days} days in 30" in page
    assert ("Keeping children safe in education" in page) is prompted


ADULTS = Lists(year_groups=frozenset({YearGroup.AGED_18_TO_24}))


@pytest.mark.usefixtures("database")
def test_what_is_for_adults_or_cancelled_is_not_counted() -> None:
    last = leads(4)
    given: dict[str, Any] = {"employer": last.employer, "leader_id": last.leader_id, "kind": TALK}
    arranged(first_day=NEXT_WEEK + timedelta(days=6), lists=ADULTS, **given)
    off = arranged(first_day=NEXT_WEEK + timedelta(days=8), **given)
    cancel_opportunity(off, side=Side.EMPLOYER, reason="Ill")

    found = leaders_days(last)

    assert found is not None
    assert found.count == 4
    assert leaders_days(off) is None


@pytest.mark.usefixtures("database")
def test_nothing_is_counted_of_what_nobody_leads_or_is_for_adults_alone() -> None:
    assert leaders_days(leads(4, lists=ADULTS)) is None
    assert leaders_days(arranged(kind=TALK, first_day=NEXT_WEEK)) is None


@pytest.mark.usefixtures("database")
def test_counting_days_takes_one_statement() -> None:
    last = leads(6)

    with counting_queries() as queries:
        leaders_days(last)

    assert len(queries) == 1
