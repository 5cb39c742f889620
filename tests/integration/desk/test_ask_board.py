"""The ask board: what providers ask for beside what could meet it."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from html import unescape

import pytest

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.desk.ask_board.fitting import Fit
from crm.desk.ask_board.queries import WantedAsks, asks, how_many_asks
from crm.employers.models import Employer
from crm.opportunities.for_requests.models import PlacesFound
from crm.opportunities.for_requests.services import find_places
from crm.opportunities.models import Opportunity, OpportunityStatus, Side
from crm.opportunities.particulars import OpportunityYearGroup
from crm.opportunities.services import add_headcount, cancel_opportunity
from crm.pledges.kinds import Mode, OpportunityKind
from crm.pledges.models import Pledge, PledgeLineYearGroup, PledgeStatus
from crm.providers.models import Provider, YearGroup
from crm.providers.requests.models import Request, RequestStatus, RequestYearGroup
from crm.providers.requests.services import decline
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import (
    AreaFactory,
    EmployerFactory,
    OpportunityFactory,
    PledgeFactory,
    PledgeLineFactory,
    ProviderFactory,
    ProviderMemberFactory,
    RequestFactory,
    SectorFactory,
    SiteFactory,
    UserFactory,
)
from tests.integration.opportunities.arranging import arranged
from tests.support.forms import post, typed
from tests.support.pages import words_of

TODAY = clock.today()
SOON, LATER = TODAY + timedelta(days=10), TODAY + timedelta(days=60)
VISITS = OpportunityKind.WORKPLACE_VISIT


@pytest.fixture
def officer(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make(name="Priya Shah"))


def asked(**given: object) -> Request:
    return RequestFactory.make(**{"wanted_by": LATER, "young_people": 8, **given})


def promise(employer: Employer | None = None, **given: object) -> Pledge:
    """A pledge in force of thirty visits over these months, but for what is given."""
    window = {"window_starts_on": TODAY - timedelta(days=30), "window_ends_on": LATER}
    line = PledgeLineFactory.build(**{"kind": VISITS, "young_people": 30, "each": 1, **window, **given})
    return PledgeFactory.make(employer=employer or EmployerFactory.make(), lines=[line], confirmed_on=TODAY)


def fits_of(officer: User, request: Request) -> Sequence[Fit]:
    db.session.expire_all()
    board = {ask.request.id: ask.fits for ask in asks(officer, WantedAsks(), TODAY, limit=None)}
    return board[request.id]


def test_live_promises_and_open_opportunities_stand_beside_a_request(officer: User) -> None:
    request = asked()
    promise(EmployerFactory.make(name="Promises Ltd"))
    arranged(first_day=SOON, employer=EmployerFactory.make(name="Arranges Ltd"), capacity=9)

    fits = fits_of(officer, request)

    assert [(each.offer.employer, each.places) for each in fits] == [("Arranges Ltd", 8), ("Promises Ltd", 8)]


def test_what_is_not_live_full_past_or_anothers_is_not_offered(officer: User) -> None:
    request = asked()
    sent = promise()
    sent.status = PledgeStatus.WITHDRAWN
    sent.ended_on, sent.ended_reason = TODAY, "Closed"
    promise(kind=OpportunityKind.TALK)
    promise(young_people=None)
    arranged(first_day=TODAY - timedelta(days=3))
    arranged(first_day=SOON, provider_id=ProviderFactory.make().id)
    full = arranged(first_day=SOON, capacity=2)
    add_headcount(full, ProviderFactory.make(), 2)
    cancel_opportunity(arranged(first_day=SOON), side=Side.COUNCIL, reason="Snow")

    assert fits_of(officer, request) == []


def test_remaining_is_what_a_line_promised_less_what_is_booked_and_found_places_are_not_offered_twice(
    officer: User,
) -> None:
    request, other = asked(), asked()
    employer = EmployerFactory.make()
    promise(employer)
    visit = arranged(first_day=SOON, employer=employer, capacity=12)
    add_headcount(visit, ProviderFactory.make(), 4)
    find_places(other, visit, 5, by=officer, at=clock.now())

    promised, visit_fit = fits_of(officer, request)  # all eight before three

    assert (visit_fit.offer.left, visit_fit.places) == (3, 3)
    assert (promised.offer.left, promised.offer.of) == (26, 30)
    assert "8 places of theirs already scheduled and not taken yet" in promised.cautions


def test_what_is_arranged_for_another_provider_uses_up_a_promise_too(officer: User) -> None:
    request, employer = asked(), EmployerFactory.make()
    promise(employer)
    arranged(first_day=SOON, employer=employer, provider_id=ProviderFactory.make().id, capacity=6)

    (promised,) = fits_of(officer, request)

    assert "6 places of theirs already scheduled and not taken yet" in promised.cautions


def test_where_what_and_for_whom_come_from_the_line_or_else_from_the_employer(officer: User) -> None:
    digital, care, north = SectorFactory.make(name="Digital 2"), SectorFactory.make(name="Care"), AreaFactory.make()
    request = asked(
        provider=ProviderFactory.make(area=north),
        sectors=[digital],
    )
    employer = EmployerFactory.make(name="Both Ltd", sectors=[digital], area_id=north.id)
    promise(employer)
    own = promise(
        EmployerFactory.make(name="Own Ltd", sectors=[digital], quiet_until=SOON, quiet_reason="Stocktaking"),
        sectors=[care],
        year_groups=[PledgeLineYearGroup(year_group=YearGroup.YEAR_10)],
        mode=Mode.ONLINE,
    )
    own.lines[0].site = SiteFactory.make(employer=own.employer, area_id=AreaFactory.make().id)

    first, second = fits_of(officer, request)

    assert first.offer.employer == "Both Ltd"
    assert "in Digital 2, as asked" in first.reasons
    assert f"in {north.name}, where they are" in first.reasons
    assert second.cautions == ("another sector: Care", f"not to be contacted before {SOON.day} {SOON:%B %Y}")
    assert "online, so nobody travels" in second.reasons


def test_promises_of_next_year_are_offered_for_what_is_wanted_by_then(officer: User) -> None:
    next_summer = date(TODAY.year + 2, 6, 30)
    request = asked(wanted_by=next_summer)
    later = promise(EmployerFactory.make(name="Next Ltd"), window_ends_on=next_summer)
    later.academic_year_name = f"{TODAY.year + 1}/{(TODAY.year + 2) % 100:02}"

    assert [each.offer.employer for each in fits_of(officer, request)] == ["Next Ltd"]


def test_the_board_shows_what_waits_soonest_first_and_what_fell_through(officer: User) -> None:
    late, fell, met, declined = (asked(young_people=2, wanted_by=LATER - timedelta(days=n)) for n in range(4))
    decline(declined, reason="None")
    lost, kept = arranged(first_day=SOON), arranged(first_day=SOON)
    find_places(fell, lost, 2, by=officer, at=clock.now())
    find_places(met, kept, 2, by=officer, at=clock.now())
    cancel_opportunity(lost, side=Side.EMPLOYER, reason="Closed")

    board = asks(officer, WantedAsks(), TODAY, limit=None)

    assert [(each.request.id, each.fell_through) for each in board] == [(fell.id, True), (late.id, False)]
    assert how_many_asks(officer, WantedAsks()) == 2


def test_the_board_is_narrowed(client: CarefulClient, officer: User) -> None:
    school = ProviderFactory.make(name="Priory School")
    asked(provider=school, words="Builders")
    asked(kind=OpportunityKind.TALK, words="Carers", taken_by=officer, taken_at=clock.now(), status="taken")

    def shown(query: str) -> set[str]:
        page = words_of(client.get(f"/requests/board/?{query}").text)
        return {words for words in ("Builders", "Carers") if words in page}

    assert shown("") == {"Builders", "Carers"}
    assert shown(f"provider={school.id}") == {"Builders"}
    assert shown("kind=talk") == {"Carers"}
    assert shown("mine=y") == {"Carers"}
    assert shown("kind=nonsense") == {"Builders", "Carers"}
    assert "No requests match." in client.get("/requests/board/?kind=placement").text


def test_an_empty_board_says_so(client: CarefulClient, officer: User) -> None:
    assert "No provider waits for places." in client.get("/requests/board/").text


def test_the_board_takes_as_many_statements_for_a_hundred_requests_as_for_twenty_five(
    client: CarefulClient, officer: User
) -> None:
    counts = []
    for more in (25, 75):
        for number in range(more):
            asked(wanted_by=LATER + timedelta(days=number % 5))
            promise()
            OpportunityFactory.make(
                kind=VISITS,
                provider=None,
                starts_at=clock.start_of_day(SOON),
                ends_at=clock.start_of_day(SOON) + timedelta(hours=2),
            )
        client.get("/requests/board/?per_page=100")
        with counting_queries() as statements:
            page = client.get("/requests/board/?per_page=100")
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 32
    assert page.text.count("app-ask__fits") == 100


def test_an_officer_gives_places_until_the_request_is_met_and_takes_some_back(
    client: CarefulClient, officer: User
) -> None:
    request, visit = asked(young_people=4), arranged(first_day=SOON, title="A morning inside", capacity=5)
    path = f"/requests/board/{request.id}/opportunities/{visit.id}"

    some = client.get(post(client, path, places="3").location).text
    assert "3 places found in A morning inside. 3 of 4 places are found so far." in some
    met = client.get(post(client, path, places="1").location).text
    assert "That makes 4 of 4, so the request is met." in met
    assert stored(Request)[0].status is RequestStatus.MET
    path = f"/requests/board/found/{stored(PlacesFound)[0].id}/take-back"
    back = client.get(post(client, path).location).text

    assert "Taken back. 0 of 4 places are found so far." in back
    assert stored(Request)[0].status is RequestStatus.TAKEN
    assert post(client, path).status_code == 404


@pytest.mark.parametrize(("places", "why"), [("", "Enter how many places"), ("6", "Enter a number from 1 to 5")])
def test_places_that_cannot_be_given_are_refused(client: CarefulClient, officer: User, places: str, why: str) -> None:
    request, visit = asked(), arranged(first_day=SOON)

    answer = post(client, f"/requests/board/{request.id}/opportunities/{visit.id}", places=places)

    assert answer.status_code == 409
    assert why in answer.text
    assert stored(PlacesFound) == []


def test_the_provider_sees_what_came_of_its_request_and_not_what_else_there_is(client: CarefulClient) -> None:
    school = ProviderFactory.make()
    request = asked(provider=school, young_people=4)
    promise(EmployerFactory.make(name="Secret Promise Ltd"))
    visit = arranged(first_day=SOON, title="A morning inside", capacity=900)
    client.sign_in(db.session.get_one(User, ProviderMemberFactory.make(provider=school).user_id))
    before = client.get(f"/requests/{request.id}").text
    find_places(request, visit, 4, by=UserFactory.make(), at=clock.now())
    add_headcount(visit, school, 3)

    after = client.get(f"/requests/{request.id}").text

    assert "Nothing yet. An officer looks for an employer" in before
    assert "4 of 4 places found." in words_of(after)
    assert "A morning inside" in after
    assert "Secret Promise Ltd" not in before + after
    assert "900" not in words_of(after)
    assert client.get(f"/opportunities/{visit.id}").status_code == 200


def test_a_draft_is_for_staff_until_it_is_open_and_says_for_whom_it_is(client: CarefulClient, officer: User) -> None:
    school = ProviderFactory.make(name="Priory School")
    request, visit = asked(provider=school, young_people=4), arranged(first_day=SOON, title="Not certain yet")
    find_places(request, visit, 4, by=officer, at=clock.now())
    add_headcount(visit, school, 1)
    visit.status = OpportunityStatus.DRAFT

    page = words_of(client.get(f"/opportunities/{visit.id}").text)
    client.sign_in(db.session.get_one(User, ProviderMemberFactory.make(provider=school).user_id))

    assert "Request of Priory School : 4 places, 3 not taken yet" in page
    assert "Not certain yet" not in client.get(f"/requests/{request.id}").text


def test_a_provider_has_no_board(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.PROVIDER))

    assert client.get("/requests/board/").status_code == 403


def test_a_withdrawn_request_without_anything_says_so(client: CarefulClient) -> None:
    school: Provider = ProviderFactory.make()
    request = asked(provider=school, status=RequestStatus.WITHDRAWN)
    client.sign_in(db.session.get_one(User, ProviderMemberFactory.make(provider=school).user_id))

    assert "Nothing was arranged from this request." in client.get(f"/requests/{request.id}").text


def scheduling(client: CarefulClient, link: str, **answers: str) -> str:
    """What the officer reads after scheduling what a promise's link fills in."""
    filled_in = typed(client.get(link).text) | {"starts": "10am", "ends": "midday", "first_day": f"{SOON:%d %m %Y}"}
    sent = client.post(link, data=filled_in | answers)
    return client.get(sent.location).text if sent.location else sent.text


def test_accepting_a_promise_schedules_an_opportunity_with_the_request_filled_in(
    client: CarefulClient, officer: User
) -> None:
    care = SectorFactory.make(name="Care")
    request = asked(young_people=4, sectors=[care], year_groups=[RequestYearGroup(year_group=YearGroup.YEAR_10)])
    promise()
    board = client.get("/requests/board/").text
    link = unescape(re.search(r'href="(/opportunities/new[^"]*employer[^"]*)"', board)[1])  # type: ignore[index]

    form = client.get(link).text
    page = scheduling(client, link)

    assert "Eight who like to build things." in form
    assert "4 places found for the request of" in page
    assert "which is met." in page
    (opportunity,) = stored(Opportunity)
    assert (opportunity.kind, opportunity.capacity, opportunity.provider_id) == (VISITS, 4, request.provider_id)
    assert [row.year_group for row in stored(OpportunityYearGroup)] == [YearGroup.YEAR_10]
    assert stored(Request)[0].status is RequestStatus.MET


def test_what_is_scheduled_for_a_request_must_be_what_was_asked_for(client: CarefulClient, officer: User) -> None:
    request, employer = asked(), EmployerFactory.make()
    link = f"/opportunities/new?employer={employer.id}&request={request.id}&kind=workplace_visit&capacity=3"

    page = scheduling(client, link, kind="talk")

    assert "The request is for workplace visits, and this is something else." in page
    assert stored(Opportunity) == []
    assert "3 places found for the request of" in scheduling(client, link)
    assert stored(Request)[0].status is RequestStatus.TAKEN


def test_the_request_is_carried_past_the_choice_of_an_employer(client: CarefulClient, officer: User) -> None:
    request = asked()

    page = client.get(f"/opportunities/new?request={request.id}").text

    assert f'name="request" value="{request.id}"' in page
