"""The worked example of the product's definition, figure by figure."""

from datetime import UTC, date, datetime

import pytest

from crm.fulfilment.counting import CountingPolicy
from crm.fulfilment.headlines import Position, headlines, position
from crm.fulfilment.progress import progress_by_kind
from crm.opportunities.models import Opportunity, Place, PlaceStatus
from crm.pledges.kinds import OpportunityKind
from crm.pledges.models import Pledge
from crm.providers.models import Provider, YoungPerson
from tests.factories import (
    CohortFactory,
    EmployerFactory,
    OpportunityFactory,
    PlaceFactory,
    PledgeFactory,
    PledgeLineFactory,
    ProviderFactory,
    YoungPersonFactory,
)

AS_AT = date(2026, 11, 30)
PLACEMENT, TALK = OpportunityKind.PLACEMENT, OpportunityKind.TALK


def pledge_of(name: str, kind: OpportunityKind, young_people: int, each: int) -> Pledge:
    line = PledgeLineFactory.build(kind=kind, young_people=young_people, each=each)
    return PledgeFactory.make(employer=EmployerFactory.make(name=name), lines=[line])


def attend(pledge: Pledge, *groups: list[YoungPerson]) -> None:
    """Each group takes part in an opportunity of its own, under the pledge's line."""
    [line] = pledge.lines
    for day, group in enumerate(groups, start=2):
        opportunity: Opportunity = OpportunityFactory.make(
            employer=pledge.employer,
            kind=line.kind,
            starts_at=datetime(2026, 11, day, 9, tzinfo=UTC),
            ends_at=datetime(2026, 11, day, 16, tzinfo=UTC),
            capacity=100,
        )
        for person in group:
            made: Place = PlaceFactory.make(
                opportunity=opportunity,
                young_person=person,
                status=PlaceStatus.ATTENDED,
                came=1,
                pledge_line_id=line.id,
            )
            assert made.id


@pytest.fixture
def at(database: None) -> Position:
    """X placement 10 × 3, Y placement 40 × 1, Z talk 15 × 2, and who attended."""
    school: Provider = ProviderFactory.make()
    CohortFactory.make(provider=school, size=100)
    people: list[YoungPerson] = [YoungPersonFactory.make(provider=school) for _ in range(40)]
    x, y, z = pledge_of("X", PLACEMENT, 10, 3), pledge_of("Y", PLACEMENT, 40, 1), pledge_of("Z", TALK, 15, 2)
    with_one, with_two, with_three = people[:6], people[6:9], people[9:10]
    attend(x, with_one + with_two + with_three, with_two + with_three, with_three)
    attend(y, [*people[:5], *people[10:30]])  # five of X’s six with one, and twenty others
    attend(z, people[:15], people[15:30])
    return position(CountingPolicy.usual(AS_AT), AS_AT)


def test_young_people_with_none_one_two_and_three(at: Position) -> None:
    assert at.three_total.distribution == (70, 21, 8, 1)
    assert at.three_total.cohort == 100


def test_what_was_attended_and_what_is_still_needed(at: Position) -> None:
    assert at.delivered.attended == 40
    assert at.three_total.still_needed == 260


def test_live_promises_cover_thirty_of_what_is_needed(at: Position) -> None:
    assert at.promise.remaining == 30
    assert at.shortfall == 230


def test_encounters_are_shown_apart(at: Position) -> None:
    assert at.delivered.encounters == 30
    assert at.promised_encounters.promised == 30
    assert at.promised_encounters.remaining == 0


def test_progress_by_kind(at: Position) -> None:
    by_kind = progress_by_kind(at.lines)

    assert by_kind[PLACEMENT].promised == 70
    assert by_kind[PLACEMENT].attended == 40
    assert by_kind[TALK].attended == 30


def test_headlines_print_the_same_figures(at: Position) -> None:
    printed = {headline.name: headline.value for headline in headlines(at)}

    assert printed["Still needed for 3 each"] == 260
    assert printed["Shortfall"] == 230
    assert printed["Young people who have had 0"] == 70
    assert printed["Young people who have had 3 or more"] == 1
    assert printed["Encounters attended"] == 30
