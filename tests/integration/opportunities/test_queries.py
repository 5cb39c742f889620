"""What other pages ask about opportunities."""

from datetime import timedelta

import pytest

from crm.core import clock
from crm.core.errors import NotFound
from crm.opportunities.models import Side
from crm.opportunities.queries import (
    booked_for_employer,
    get_opportunity,
    get_place,
    past_and_unmarked,
    places_for_line_ids,
    upcoming,
)
from crm.opportunities.services import add_headcount, add_place_for, cancel_opportunity, mark_delivered
from crm.pledges.kinds import OpportunityKind
from tests.factories import (
    EmployerFactory,
    PledgeFactory,
    PledgeLineFactory,
    ProviderFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.integration.opportunities.arranging import arranged

pytestmark = pytest.mark.usefixtures("database")
TODAY = clock.today()


def test_what_an_employer_has_booked_is_what_is_still_to_come() -> None:
    employer = EmployerFactory.make()
    later = arranged(employer=employer, first_day=TODAY + timedelta(days=9))
    running = arranged(employer=employer, first_day=TODAY - timedelta(days=2), last_day=TODAY)
    arranged(employer=employer, first_day=TODAY - timedelta(days=2))
    arranged(first_day=TODAY + timedelta(days=1))
    cancelled = arranged(employer=employer, first_day=TODAY + timedelta(days=3))
    cancel_opportunity(cancelled, side=Side.EMPLOYER, reason="Fire")

    assert [row.id for row in booked_for_employer(employer.id)] == [running.id, later.id]


def test_upcoming_is_open_soonest_first_and_of_one_officer_if_asked() -> None:
    officer = UserFactory.make()
    mine = arranged(employer=EmployerFactory.make(owner=officer), first_day=TODAY + timedelta(days=4))
    soon = arranged(first_day=TODAY)
    arranged(first_day=TODAY + timedelta(days=40))
    delivered = arranged(first_day=TODAY)
    mark_delivered(delivered)

    assert [row.id for row in upcoming(officer, days=30)] == [soon.id, mine.id]
    assert [row.id for row in upcoming(officer, owner_id=officer.id)] == [mine.id]
    assert len(upcoming(officer, limit=1)) == 1


def test_what_has_ended_waits_for_its_register() -> None:
    officer = UserFactory.make()
    ended = arranged(first_day=TODAY - timedelta(days=1))
    arranged(first_day=TODAY + timedelta(days=1))

    assert [row.id for row in past_and_unmarked(officer)] == [ended.id]
    assert past_and_unmarked(officer, owner_id=officer.id) == []


def test_places_are_found_by_the_line_they_fulfil() -> None:
    employer = EmployerFactory.make()
    line = PledgeLineFactory.build(kind=OpportunityKind.WORKPLACE_VISIT)
    PledgeFactory.make(employer=employer, lines=[line])
    visit = arranged(employer=employer)
    person = add_place_for(visit, YoungPersonFactory.make())
    group = add_headcount(visit, ProviderFactory.make(), 2)
    add_place_for(arranged(), YoungPersonFactory.make())

    rows = places_for_line_ids([line.root_id])

    assert [(row.place_id, row.seats, row.opportunity_id) for row in rows] == [
        (person.id, 1, visit.id),
        (group.id, 2, visit.id),
    ]


def test_what_is_not_there_is_not_found() -> None:
    officer = UserFactory.make()

    with pytest.raises(NotFound):
        get_opportunity(999, viewer=officer)
    with pytest.raises(NotFound):
        get_place(999, viewer=officer)
