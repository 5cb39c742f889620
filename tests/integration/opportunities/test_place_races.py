"""Who is first when many want the same place at the same moment: by services, and over HTTP through a server."""

import http.client
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from secrets import token_urlsafe
from threading import Barrier, Thread
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from waitress.server import create_server

from crm.accounts.services.sign_ins import begin_sign_in
from crm.core import clock
from crm.core.db import db
from crm.opportunities.models import HOLDS_A_SEAT, Opportunity, Place, PlaceStatus, Side
from crm.opportunities.queries.lines import places_for_line_ids
from crm.opportunities.services import (
    Adding,
    add_place_for,
    add_places_by_reference,
    confirm_places,
    edit_opportunity,
    end_place,
    end_places,
    lapse_offer,
    offer_places,
)
from crm.pledges.kinds import OpportunityKind
from crm.pledges.models import PledgeLine
from crm.providers.models import Provider, YoungPerson
from tests.conftest import stored
from tests.factories import (
    EmployerFactory,
    PledgeFactory,
    PledgeLineFactory,
    ProviderFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.integration.opportunities.arranging import arranged, details, seats_held
from tests.support.racing import DONE, kind_of, saved_at_once

SOON = clock.today() + timedelta(days=30)
LATER = SOON + timedelta(days=300)
LAST_PLACE = "That was the last place: somebody else has taken it, and this opportunity is full now."
Answers = list[tuple[int, str]]


def people_of(school: Provider, number: int) -> list[int]:
    return [YoungPersonFactory.make(provider=school, reference=f"R-{each}").id for each in range(number)]


def opportunity(number: int) -> Opportunity:
    return db.session.get_one(Opportunity, number)


@pytest.mark.rounds(1)
def test_of_a_hundred_who_book_the_last_place_one_gets_it(app: Flask, database: None) -> None:
    visit, people = arranged(first_day=SOON, capacity=1).id, people_of(ProviderFactory.make(), 100)
    db.session.commit()

    def book(person: int) -> Callable[[], object]:
        return lambda: add_place_for(opportunity(visit), db.session.get_one(YoungPerson, person))

    outcomes = Counter(saved_at_once(app, *map(book, people)))

    assert outcomes == {DONE: 1, LAST_PLACE: 99}
    assert stored(Opportunity)[0].taken == 1 == seats_held(visit)


@pytest.mark.rounds(1)
def test_of_a_hundred_who_book_the_last_place_over_http_one_gets_it_and_nobody_an_error(
    app: Flask, database: None
) -> None:
    visit, school = arranged(first_day=SOON, capacity=1).id, ProviderFactory.make()
    people_of(school, 100)
    common = {"provider": school.id, "year_group": "", "how": "confirmed"}
    asked = [{**common, "submission_key": token_urlsafe(24), "references": f"R-{each}"} for each in range(100)]
    session = session_of(app)

    with served(app) as port:
        answers = posted_at_once(port, f"/opportunities/{visit}/places", asked, session)

    statuses = Counter(status for status, _ in answers)
    assert statuses == {302: 1, 200: 99}
    assert all(LAST_PLACE in page for status, page in answers if status == 200)
    assert stored(Opportunity)[0].taken == 1 == seats_held(visit)


@pytest.mark.rounds(1)
@pytest.mark.parametrize("chosen", [False, True])
def test_of_fifty_who_book_on_a_line_of_three_three_do_unless_over_delivery_is_chosen(
    app: Flask, database: None, chosen: bool
) -> None:
    employer, kind = EmployerFactory.make(), OpportunityKind.WORKPLACE_VISIT
    window = {"window_starts_on": SOON - timedelta(days=100), "window_ends_on": LATER}
    line = PledgeLineFactory.build(kind=kind, young_people=3, each=1, **window)
    PledgeFactory.make(employer=employer, lines=[line])
    visits = [arranged(employer=employer, first_day=SOON, capacity=50).id for _ in range(2)]
    people, root = people_of(ProviderFactory.make(), 50), line.id
    db.session.commit()

    def book(number: int, person: int) -> Callable[[], object]:
        return lambda: add_place_for(
            opportunity(visits[number % 2]),
            db.session.get_one(YoungPerson, person),
            db.session.get_one(PledgeLine, root),
            over_delivery=chosen and number < 5,
        )

    outcomes = Counter(saved_at_once(app, *(book(*each) for each in enumerate(people))))

    linked = stored(Place)
    assert len(linked) == outcomes[DONE] == len(places_for_line_ids([root]))
    assert sum(not place.is_over_delivery for place in linked) == 3
    assert sum(place.is_over_delivery for place in linked) <= (5 if chosen else 0)
    assert set(outcomes) - {DONE} == {
        "This promise has 0 left. Choose another line, or say that what is more than promised counts as over-delivery."
    }


@pytest.mark.rounds(2)
def test_while_places_are_freed_and_added_who_waits_moves_up_once_and_every_seat_is_counted(
    app: Flask, database: None
) -> None:
    school = ProviderFactory.make()
    people_of(school, 40)
    visit, provider = arranged(first_day=SOON, capacity=10).id, school.id
    first = "\n".join(f"R-{each}" for each in range(20))
    add_places_by_reference(opportunity(visit), school, first, adding=Adding(rest_waits=True))
    db.session.commit()
    held = [place.id for place in stored(Place) if place.status is PlaceStatus.CONFIRMED]

    def end(place: int) -> Callable[[], object]:
        def ending() -> object:
            return end_places(opportunity(visit), [place], side=Side.PROVIDER, reason="Ill")

        return ending

    def add(number: int) -> Callable[[], object]:
        return lambda: add_places_by_reference(
            opportunity(visit),
            db.session.get_one(Provider, provider),
            f"R-{number}",
            adding=Adding(rest_waits=True),
        )

    def widen() -> None:
        found = opportunity(visit)
        db.session.refresh(found, ["employer"])
        edit_opportunity(found, details(first_day=SOON, capacity=12), seen_version=found.version)

    actions = [step for number, place in enumerate(held) for step in (end(place), add(20 + number))]
    saved_at_once(app, *actions, widen, told=kind_of)

    places = stored(Place)
    found = stored(Opportunity)[0]
    live = [place.young_person_id for place in places if place.ended_from is None]
    waiting = [place for place in places if place.status is PlaceStatus.WAITLISTED]
    assert found.taken == sum(place.seats for place in places if place.status in HOLDS_A_SEAT) == found.capacity
    assert len(live) == len(set(live)) == 20  # of thirty, ten ended
    moved = [place for place in places if place.moved_up_at is not None]
    assert max(place.waiting_since for place in moved) <= min(place.waiting_since for place in waiting)


@pytest.mark.rounds(3)
def test_an_offer_is_confirmed_or_ended_or_lapses_but_only_one_of_these(app: Flask, database: None) -> None:
    school = ProviderFactory.make()
    people_of(school, 2)
    visit = arranged(first_day=SOON, capacity=1)
    offered = Adding(status=PlaceStatus.OFFERED, rest_waits=True)
    add_places_by_reference(visit, school, "R-0\nR-1", adding=offered)
    db.session.commit()
    number, place = visit.id, stored(Place)[0].id

    def end() -> object:
        found = db.session.get_one(Place, place)
        db.session.refresh(found, ["opportunity"])
        return end_place(found, side=Side.PROVIDER, reason="Ill")

    def lapse() -> object:
        return lapse_offer(place, LATER)

    saved_at_once(app, end, lapse, lambda: confirm_places(opportunity(number), [place]), end, lapse, told=kind_of)

    first, second = stored(Place)
    assert stored(Opportunity)[0].taken == 1 == seats_held(number)
    if first.status is PlaceStatus.CONFIRMED:
        assert second.status is PlaceStatus.WAITLISTED
    else:
        assert first.status in {PlaceStatus.DECLINED, PlaceStatus.WITHDRAWN}
        assert second.status is PlaceStatus.OFFERED


@pytest.mark.rounds(2)
def test_two_officers_who_offer_the_same_requests_offer_each_once(app: Flask, database: None) -> None:
    school = ProviderFactory.make()
    people_of(school, 6)
    visit = arranged(first_day=SOON, capacity=4)
    asked = Adding(status=PlaceStatus.REQUESTED)
    add_places_by_reference(visit, school, "\n".join(f"R-{each}" for each in range(6)), adding=asked)
    db.session.commit()
    number, ids = visit.id, [place.id for place in stored(Place)]

    def offer() -> object:
        return offer_places(opportunity(number), ids, rest_waits=True)

    outcomes = Counter(saved_at_once(app, *[offer] * 6, told=kind_of))

    assert outcomes[DONE] >= 1
    assert Counter(place.status for place in stored(Place)) == {PlaceStatus.OFFERED: 4, PlaceStatus.WAITLISTED: 2}
    assert stored(Opportunity)[0].taken == 4 == seats_held(number)


def session_of(app: Flask) -> str:
    """The cookie of an officer who has signed in."""
    token = begin_sign_in(UserFactory.make(), at=clock.now())
    db.session.commit()
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    return f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps({'_user_id': token})}"


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """The application behind the server it is installed with. Yields the port."""
    db.session.rollback()
    server = create_server(app, host="127.0.0.1", port=0, threads=16, connection_limit=200)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        server.close()
        thread.join(5)


def posted_at_once(port: int, path: str, forms: list[dict[str, object]], session: str) -> Answers:
    """Status and page for each form, all sent at the same moment, each over a connection of its own."""
    ready = Barrier(len(forms))
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": session, "Host": "localhost"}

    def post(form: dict[str, object]) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        try:
            connection.connect()
            ready.wait()
            connection.request("POST", path, urlencode(form), headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(post, forms))
