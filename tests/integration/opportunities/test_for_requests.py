"""Finding places for providers' requests, and taking that back."""

from datetime import timedelta

import pytest
from flask import Flask

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict, NotFound
from crm.opportunities.for_requests.models import PlacesFound
from crm.opportunities.for_requests.queries import (
    answered_by,
    answers_to,
    found_for,
    get_places_found,
    spoken_for,
)
from crm.opportunities.for_requests.services import find_places, free_for_requests, take_back
from crm.opportunities.models import Opportunity, Side
from crm.opportunities.queries import get_opportunity
from crm.opportunities.services import add_headcount, add_place_for, cancel_opportunity
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import Provider
from crm.providers.requests.models import Request, RequestStatus
from crm.providers.requests.services import decline
from tests.conftest import stored
from tests.factories import ProviderFactory, ProviderMemberFactory, RequestFactory, UserFactory, YoungPersonFactory
from tests.integration.opportunities.arranging import arranged
from tests.support.racing import DONE, saved_at_once

SOON = clock.today() + timedelta(days=10)
NEXT = SOON + timedelta(days=7)


@pytest.fixture
def officer(database: None) -> User:
    return UserFactory.make()


def asked_for(school: Provider | None = None, **given: object) -> Request:
    return RequestFactory.make(provider=school or ProviderFactory.make(), **given)


def find(request: Request, opportunity: Opportunity, places: int, officer: User) -> PlacesFound:
    return find_places(request, opportunity, places, by=officer, at=clock.now())


def test_a_request_is_met_once_enough_places_are_found_and_becomes_the_officers(officer: User) -> None:
    request = asked_for(young_people=8)

    find(request, arranged(first_day=SOON), 5, officer)
    assert (request.status, request.taken_by_id) == (RequestStatus.TAKEN, officer.id)
    find(request, arranged(first_day=NEXT), 3, officer)

    assert request.status is RequestStatus.MET
    assert found_for([request.id]) == {request.id: 8}
    assert [found.places for found in answers_to(request.id)] == [5, 3]


def test_more_places_in_the_same_opportunity_add_to_those_found_before(officer: User) -> None:
    request, visit = asked_for(young_people=4), arranged(first_day=SOON)

    find(request, visit, 1, officer)
    find(request, visit, 3, officer)

    assert [found.places for found in answered_by(visit.id)] == [4]
    assert request.status is RequestStatus.MET


def test_places_found_for_one_provider_are_not_offered_to_another_until_they_are_taken(officer: User) -> None:
    school, visit = ProviderFactory.make(), arranged(first_day=SOON, capacity=10)
    find(asked_for(school), visit, 6, officer)

    add_place_for(visit, YoungPersonFactory.make(provider=school))
    add_headcount(visit, school, 2)
    add_headcount(visit, ProviderFactory.make(), 1)

    assert spoken_for([visit.id]) == {visit.id: {school.id: 3}}
    assert free_for_requests(visit) == 3
    with pytest.raises(Conflict, match="from 1 to 3"):
        find(asked_for(), visit, 4, officer)
    add_headcount(visit, school, 5)
    assert spoken_for([visit.id]) == {visit.id: {school.id: 0}}


@pytest.mark.parametrize("places", [0, -1, 6])
def test_no_more_places_are_found_than_are_free(officer: User, places: int) -> None:
    with pytest.raises(Conflict, match="from 1 to 5"):
        find(asked_for(), arranged(first_day=SOON), places, officer)


def test_what_is_over_of_another_kind_or_another_providers_answers_nothing(officer: User) -> None:
    over = arranged(first_day=SOON)
    cancel_opportunity(over, side=Side.COUNCIL, reason="Snow")

    with pytest.raises(Conflict, match="is cancelled"):
        find(asked_for(), over, 1, officer)
    with pytest.raises(Conflict, match="The request is for talks"):
        find(asked_for(kind=OpportunityKind.TALK), arranged(first_day=SOON), 1, officer)
    with pytest.raises(Conflict, match="another provider"):
        find(asked_for(), arranged(first_day=SOON, provider_id=ProviderFactory.make().id), 1, officer)


def test_nothing_is_found_for_a_declined_request(officer: User) -> None:
    request = asked_for()
    decline(request, reason="No railway takes visits")

    with pytest.raises(Conflict, match="declined"):
        find(request, arranged(first_day=SOON), 1, officer)


def test_taking_places_back_leaves_the_request_to_be_worked_on(officer: User) -> None:
    request = asked_for(young_people=2)
    found = find(request, arranged(first_day=SOON), 2, officer)

    take_back(get_places_found(found.id), by=officer, at=clock.now())

    assert request.status is RequestStatus.TAKEN
    assert stored(PlacesFound) == []
    with pytest.raises(NotFound):
        get_places_found(found.id)


def test_what_is_cancelled_is_found_no_longer(officer: User) -> None:
    request, visit = asked_for(young_people=2), arranged(first_day=SOON)
    find(request, visit, 2, officer)

    cancel_opportunity(visit, side=Side.EMPLOYER, reason="Closed for good")

    assert found_for([request.id]) == {}


def test_a_coordinator_sees_what_was_found_for_a_request_of_its_own(officer: User) -> None:
    school, visit = ProviderFactory.make(), arranged(first_day=SOON)
    member = db.session.get_one(User, ProviderMemberFactory.make(provider=school).user_id)
    stranger = db.session.get_one(User, ProviderMemberFactory.make().user_id)
    find(asked_for(school), visit, 1, officer)

    assert get_opportunity(visit.id, viewer=member) is visit
    with pytest.raises(NotFound):
        get_opportunity(visit.id, viewer=stranger)


def test_two_officers_who_find_half_each_at_once_meet_the_request_between_them(app: Flask, officer: User) -> None:
    request, by = asked_for(young_people=4).id, officer.id
    visits = [arranged(first_day=SOON).id, arranged(first_day=NEXT).id]
    db.session.commit()

    outcomes = saved_at_once(app, *[lambda visit=visit: _find_two(request, visit, by) for visit in visits])

    assert outcomes == [DONE, DONE]
    assert stored(Request)[0].status is RequestStatus.MET


def test_of_two_officers_who_give_the_last_places_to_different_requests_one_is_told(app: Flask, officer: User) -> None:
    requests, by = [asked_for().id, asked_for().id], officer.id
    visit = arranged(first_day=SOON, capacity=3).id
    db.session.commit()

    outcomes = saved_at_once(app, *[lambda request=request: _find_two(request, visit, by) for request in requests])

    assert outcomes.count(DONE) == 1
    assert sum("from 1 to 1" in outcome for outcome in outcomes) == 1
    assert len(stored(PlacesFound)) == 1


def _find_two(request: int, visit: int, officer: int) -> object:
    asked, opportunity = db.session.get_one(Request, request), db.session.get_one(Opportunity, visit)
    return find(asked, opportunity, 2, db.session.get_one(User, officer))
