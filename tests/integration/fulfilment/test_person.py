"""One young person's standing, and that it agrees with everybody's."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from crm.core import clock
from crm.core.access import Role
from crm.fulfilment.counting import CountingPolicy
from crm.fulfilment.person import person_standing
from crm.fulfilment.three import three_opportunities
from crm.opportunities.models import Opportunity, OpportunityStatus, PlaceStatus, Side
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import YoungPerson
from tests.conftest import CarefulClient, counting_queries
from tests.factories import (
    EmployerFactory,
    OpportunityFactory,
    PlaceFactory,
    ProviderFactory,
    ProviderMemberFactory,
    SectorFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.support.pages import words_of

TODAY = date(2026, 11, 25)
POLICY = CountingPolicy.usual(TODAY)

pytestmark = pytest.mark.usefixtures("database")


def an_opportunity(day: date, **given: object) -> Opportunity:
    starts = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return OpportunityFactory.make(starts_at=starts, ends_at=starts + timedelta(hours=6), **given)


def attended(person: YoungPerson, day: date, **given: object) -> Opportunity:
    opportunity = an_opportunity(day, **given)
    PlaceFactory.make(opportunity=opportunity, young_person=person, status=PlaceStatus.ATTENDED, came=1)
    return opportunity


def test_each_place_stands_in_one_list() -> None:
    person = YoungPersonFactory.make()
    counted = attended(person, date(2026, 10, 5))
    talk = attended(person, date(2026, 10, 6), kind=OpportunityKind.TALK)
    earlier = attended(person, date(2026, 5, 5))
    booked = an_opportunity(date(2026, 12, 7))
    PlaceFactory.make(opportunity=booked, young_person=person)
    ended = an_opportunity(date(2026, 11, 2))
    PlaceFactory.make(opportunity=ended, young_person=person, status=PlaceStatus.NO_SHOW)
    cancelled = an_opportunity(
        date(2026, 12, 8),
        status=OpportunityStatus.CANCELLED,
        cancelled_side=Side.EMPLOYER,
        cancelled_reason="Moved",
        cancelled_at=datetime(2026, 11, 20, tzinfo=UTC),
    )
    PlaceFactory.make(
        opportunity=cancelled,
        young_person=person,
        status=PlaceStatus.CANCELLED,
        ended_side=Side.EMPLOYER,
        ended_reason="Moved",
    )

    with counting_queries() as statements:
        found = person_standing(person.id, POLICY, TODAY)

    lists = (found.counted, found.besides, found.earlier, found.booked, found.lost, found.waiting)
    titles = [[place.opportunity_id for place in each] for each in lists]
    assert titles == [[counted.id], [talk.id], [earlier.id], [booked.id], [ended.id, cancelled.id], []]
    assert (found.towards, found.has_all) == (1, False)
    assert len(statements) == 1


@pytest.mark.parametrize("different", [1, 2])
@pytest.mark.parametrize(("places", "employers"), [(0, 1), (1, 1), (2, 1), (3, 1), (3, 2), (4, 1), (4, 2), (5, 3)])
def test_it_counts_as_the_figures_count_everybody(places: int, employers: int, different: int) -> None:
    policy = replace(POLICY, different_employers=different)
    person, hosts = YoungPersonFactory.make(), [EmployerFactory.make() for _ in range(employers)]
    for number in range(places):
        attended(person, date(2026, 10, 1) + timedelta(days=number), employer=hosts[number % employers])

    mine = person_standing(person.id, policy, TODAY)

    everybody = [row.with_some for row in three_opportunities(policy, TODAY)]
    expected = next((at for at, people in enumerate(everybody[0], start=1) if people), 0) if everybody else 0
    assert mine.towards == expected


def test_the_page_says_where_a_young_person_stands(client: CarefulClient) -> None:
    person = YoungPersonFactory.make(reference="AB-1")
    user = UserFactory.make(role=Role.PROVIDER)
    ProviderMemberFactory.make(user=user, provider=person.provider)
    attended(person, date(2026, 10, 5), title="A week at Alder’s")
    client.sign_in(user)

    words = words_of(client.get(f"/young-people/{person.id}").text)

    assert "1 of 3" in words
    assert "A week at Alder’s" in words
    assert "Not kept: the reference is enough" in words
    assert client.get(f"/young-people/{person.id + 1}").status_code == 404


def test_what_would_fit_comes_best_first_with_its_reason(
    client: CarefulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    sector = SectorFactory.make(name="Falconry")
    person = YoungPersonFactory.make(sectors=[sector])
    visit = {"kind": OpportunityKind.WORKPLACE_VISIT, "capacity": 3, "provider": None}
    an_opportunity(date(2026, 12, 7), title="Plain visit", **visit)
    an_opportunity(date(2026, 12, 9), title="A digital visit", sectors=[sector], **visit)
    an_opportunity(date(2026, 12, 9), title="A full visit", **{**visit, "taken": 3})
    an_opportunity(date(2026, 12, 9), title="A visit of others", **{**visit, "provider": ProviderFactory.make()})
    an_opportunity(date(2026, 12, 9), title="A talk", kind=OpportunityKind.TALK)
    an_opportunity(date(2026, 11, 25), title="A visit today", **visit)
    client.sign_in(UserFactory.make())
    address = f"/young-people/{person.id}"

    words = words_of(client.get(address).text)

    fitting = words[words.index("What would fit next") : words.index("About")]
    assert fitting.index("A digital visit") < fitting.index("Plain visit")
    assert "What is booked or offered is counted here as had." in fitting
    assert "interested in Falconry" in fitting
    for title in ("A full visit", "A visit of others", "A talk", "A visit today"):
        assert title not in fitting
    for number in range(3):
        attended(person, date(2026, 10, 1) + timedelta(days=number))
    assert "What would fit next" not in client.get(address).text


def test_the_page_takes_the_same_statements_however_much_is_open(
    client: CarefulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    person = YoungPersonFactory.make()
    client.sign_in(UserFactory.make())

    def statements_with(more: int) -> int:
        for number in range(more):
            day = date(2026, 12, 1) + timedelta(days=number)
            an_opportunity(day, kind=OpportunityKind.WORKPLACE_VISIT, provider=None)
            attended(person, date(2026, 10, 1) + timedelta(days=number), kind=OpportunityKind.TALK)
        with counting_queries() as statements:
            client.get(f"/young-people/{person.id}")
        return len(statements)

    assert statements_with(2) == statements_with(25)
