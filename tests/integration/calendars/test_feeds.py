"""Feeds that other calendars read."""

import logging
import re
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.calendars.models import CalendarFeed, FeedPurpose
from crm.calendars.services import MOST, Owner, make_feed, make_feed_of_contact
from crm.core import clock
from crm.core.access import Role
from crm.core.clock import LONDON, local_instant
from crm.core.db import db
from crm.core.tokens import hash_token
from crm.interactions.models import Channel, PlanStatus
from crm.opportunities.for_requests.models import PlacesFound
from crm.opportunities.models import Opportunity, OpportunityStatus, Side
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import (
    CalendarFeedFactory,
    ContactFactory,
    EmployerFactory,
    OpportunityFactory,
    PlaceFactory,
    PlanFactory,
    ProviderFactory,
    ProviderMemberFactory,
    RequestFactory,
    SiteFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.support.forms import post

SOON = clock.today() + timedelta(days=7)
NONCE = re.compile(r'nonce="[^"]*"')
ADDRESS = re.compile(r'value="http://localhost(/calendar/feed/[A-Za-z0-9_-]{43}\.ics)"')


@pytest.fixture
def officer(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make(name="Priya Shah"))


def address_of(owner: Any, by: User) -> str:
    return f"/calendar/feed/{make_feed(Owner.of(owner), '', by=by)}.ics"


def on_day(title: str, day: date = SOON, **more: object) -> Opportunity:
    values = {"starts_at": local_instant(day, time(9)), "ends_at": local_instant(day, time(11))}
    return OpportunityFactory.make(title=title, **values | more)


def called_off(title: str, ago: timedelta, **more: object) -> Opportunity:
    return on_day(
        title,
        SOON,
        status=OpportunityStatus.CANCELLED,
        cancelled_side=Side.EMPLOYER,
        cancelled_reason="The van broke",
        cancelled_at=clock.now() - ago,
        **more,
    )


def events(client: CarefulClient, address: str) -> list[Any]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    return Calendar.from_ical(answer.data).walk("VEVENT")


def summaries(client: CarefulClient, address: str) -> list[str]:
    return [str(each["summary"]) for each in events(client, address)]


def test_an_officers_feed_has_their_employers_opportunities_and_their_planned_contacts(
    client: CarefulClient, officer: User
) -> None:
    mine = EmployerFactory.make(owner=officer, name="Alder Joinery")
    on_day("A talk about trains", employer=mine)
    on_day("Somebody else’s")
    on_day("Not open yet", employer=mine, status=OpportunityStatus.DRAFT)
    PlanFactory.make(planned_on=SOON, starts_at=time(14), about="Ring Dana Fisher", officers=[officer], employer=mine)
    PlanFactory.make(planned_on=SOON, about="Any time", officers=[officer], employer=mine, channel=Channel.CALL)
    PlanFactory.make(planned_on=SOON, about="Not mine", employer=mine)

    talk, *plans = events(client, address_of(officer, officer))

    assert talk["summary"] == "A talk about trains – Alder Joinery"
    assert talk["url"].startswith("http://localhost/opportunities/")
    assert [str(each["summary"]) for each in plans] == ["Meeting – Alder Joinery", "Call – Alder Joinery"]
    assert plans[0]["dtstart"].dt.astimezone(LONDON).time() == time(14)
    assert plans[0]["url"].endswith("/edit")
    assert plans[1]["dtstart"].dt == SOON
    assert "Dana" not in client.get(address_of(officer, officer)).text


def test_a_plan_that_was_cancelled_says_so_for_a_while(client: CarefulClient, officer: User) -> None:
    given = {"planned_on": SOON, "officers": [officer], "status": PlanStatus.CANCELLED, "cancelled_reason": "Ill"}
    PlanFactory.make(**given)
    PlanFactory.make(**given, updated_at=clock.now() - timedelta(days=31))

    (plan,) = events(client, address_of(officer, officer))

    assert plan["summary"].startswith("Cancelled: Meeting")
    assert plan["status"] == "CANCELLED"


def test_a_providers_feed_has_what_concerns_its_own_and_no_reference(client: CarefulClient, officer: User) -> None:
    provider = ProviderFactory.make(name="Harbour College")
    person = YoungPersonFactory.make(provider=provider, reference="HC-0001")
    on_day("Arranged for it", provider=provider)
    PlaceFactory.make(opportunity=on_day("With its own in it", SOON + timedelta(days=1)), young_person=person)
    request = RequestFactory.make(provider=provider)
    found = on_day("Found for its request", SOON + timedelta(days=3))
    db.session.add(PlacesFound(request_id=request.id, opportunity_id=found.id, places=1))
    on_day("Theirs")
    leader = ContactFactory.make(name="Dana Fisher")
    on_day("Led", SOON + timedelta(days=2), provider=provider, employer=leader.employer, leader=leader)

    address = address_of(provider, officer)

    assert [each.partition(" – ")[0] for each in summaries(client, address)] == [
        "Arranged for it",
        "With its own in it",
        "Led",
        "Found for its request",
    ]
    text = client.get(address).text
    assert "HC-0001" not in text
    assert "Dana" not in text
    assert "X-WR-CALNAME" in text


def test_an_employers_feed_has_its_own_and_no_address_of_our_pages(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make(name="Alder Joinery")
    on_day("A talk about trains", employer=employer)
    on_day("Somebody else’s")

    (event,) = events(client, address_of(employer, officer))

    assert event["summary"] == "A talk about trains"
    assert "url" not in event
    assert "Young people at Alder Joinery" in client.get(address_of(employer, officer)).text


@pytest.mark.parametrize("role", [Role.PROVIDER, Role.PARTNER])
def test_others_feeds_have_what_they_may_know_about(client: CarefulClient, role: Role) -> None:
    own = ProviderFactory.make()
    on_day("Ours", provider=own)
    on_day("Theirs", SOON + timedelta(days=1))
    person = UserFactory.make(role=role)
    if role is Role.PROVIDER:
        ProviderMemberFactory.make(user=person, provider=own)
    PlanFactory.make(planned_on=SOON, officers=[person])

    seen = [each.partition(" – ")[0] for each in summaries(client, address_of(person, person))]

    assert seen == (["Ours"] if role is Role.PROVIDER else ["Ours", "Theirs"])


def test_what_was_cancelled_says_so_for_a_while_and_the_long_past_is_gone(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make(name="Alder Joinery")
    called_off("Called off", timedelta(days=29), employer=employer)
    called_off("Long ago", timedelta(days=31), employer=employer)
    on_day("Last spring", clock.today() - timedelta(days=62), employer=employer)
    on_day("In two years", clock.today() + timedelta(days=500), employer=employer)

    (event,) = events(client, address_of(employer, officer))

    assert event["summary"] == "Cancelled: Called off"
    assert event["status"] == "CANCELLED"


@pytest.mark.parametrize("day", [date(2027, 3, 26), date(2027, 3, 29), date(2027, 10, 29), date(2027, 11, 1)])
def test_local_times_hold_over_both_clock_changes(client: CarefulClient, officer: User, day: date) -> None:
    employer = EmployerFactory.make()
    on_day("A talk", day, employer=employer)

    (event,) = events(client, address_of(employer, officer))

    assert event["dtstart"].dt.astimezone(LONDON).time() == time(9)
    assert event["dtstart"].params["TZID"] == "Europe/London"


def test_a_calendar_that_has_it_already_is_told_so(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make()
    opportunity = on_day("A talk", employer=employer)
    address = address_of(employer, officer)
    first = client.get(address)

    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    opportunity.title = "Another talk"
    changed = client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert changed.status_code == 200
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Set-Cookie" not in first.headers


def test_when_it_was_last_read_is_written_down_once_a_day(client: CarefulClient, officer: User) -> None:
    address = address_of(officer, officer)

    client.get(address)
    (feed,) = stored(CalendarFeed)
    assert feed.last_used_on == clock.today()
    with counting_queries() as ran:
        client.get(address)

    assert not [each for each in ran if each.startswith("UPDATE")]


def test_a_feed_takes_as_many_statements_whatever_is_in_it(client: CarefulClient, officer: User) -> None:
    employer, address = EmployerFactory.make(owner=officer), address_of(officer, officer)
    client.get(address)

    def statements(rows: int) -> int:
        for number in range(rows):
            on_day(f"Talk {number}", employer=employer, site=SiteFactory.make(employer=employer))
            PlanFactory.make(planned_on=SOON, officers=[officer], employer=employer)
        with counting_queries() as ran:
            events(client, address)
        return len(ran)

    assert statements(25) == statements(75) <= 5


def revoke_it(feed: CalendarFeed) -> None:
    feed.revoked_at = clock.now()


def disable_the_person(feed: CalendarFeed) -> None:
    db.session.get_one(User, feed.user_id).disabled_at = clock.now()


@pytest.mark.parametrize("end", [revoke_it, disable_the_person])
def test_a_feed_that_was_revoked_or_whose_person_is_disabled_opens_nothing(
    client: CarefulClient, officer: User, end: Callable[[CalendarFeed], None]
) -> None:
    address = address_of(officer, officer)
    assert client.get(address).status_code == 200
    wrong = client.get("/calendar/feed/nothing.ics")

    end(db.session.query(CalendarFeed).one())

    dead = client.get(address)
    assert dead.status_code == wrong.status_code == 404
    assert NONCE.sub("", dead.text) == NONCE.sub("", wrong.text)


@pytest.mark.parametrize("purpose", [FeedPurpose.PROVIDER, FeedPurpose.EMPLOYER])
def test_a_feed_ends_when_its_owner_is_archived_and_not_when_the_officer_leaves(
    client: CarefulClient, officer: User, purpose: FeedPurpose
) -> None:
    owner: Any = ProviderFactory.make() if purpose is FeedPurpose.PROVIDER else EmployerFactory.make()
    address = address_of(owner, officer)

    officer.disabled_at = clock.now()
    assert client.get(address).status_code == 200
    owner.archived_at = clock.now()
    if purpose is FeedPurpose.EMPLOYER:
        owner.archived_reason = "Closed"

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("how", ["disabled", "at another provider"])
def test_a_coordinators_feed_of_the_provider_ends_with_them(client: CarefulClient, how: str) -> None:
    member = ProviderMemberFactory.make()
    coordinator, address = member.user, address_of(member.provider, member.user)
    assert client.get(address).status_code == 200

    if how == "disabled":
        coordinator.disabled_at = clock.now()
    else:
        member.provider = ProviderFactory.make()

    assert client.get(address).status_code == 404


def test_a_contacts_feed_ends_when_they_leave(client: CarefulClient) -> None:
    contact = ContactFactory.make()
    address = f"/calendar/feed/{make_feed_of_contact(contact)}.ics"
    assert client.get(address).status_code == 200

    contact.left_at = clock.now()

    assert client.get(address).status_code == 404


def test_no_log_shows_the_token(client: CarefulClient, officer: User, caplog: pytest.LogCaptureFixture) -> None:
    address = address_of(officer, officer)

    with caplog.at_level(logging.INFO):
        logging.getLogger("waitress").info("GET %s 200", address)

    assert "[token].ics" in caplog.text
    assert address not in caplog.text


def test_an_address_is_shown_once_and_only_its_hash_is_kept(client: CarefulClient, officer: User) -> None:
    form = {"submission_key": "a-key", "label": "My phone"}
    made = client.post("/calendar/feeds", data=form)

    found = ADDRESS.search(made.text)
    assert found
    (feed,) = stored(CalendarFeed)
    assert feed.token_hash == hash_token(found[1].removeprefix("/calendar/feed/").removesuffix(".ics"))
    assert made.headers["Cache-Control"] == "no-store"
    assert f'href="webcal://localhost{found[1]}"' in made.text
    assert client.get(found[1]).status_code == 200
    page = client.get("/calendar/feeds").text
    assert "My phone" in page
    assert not ADDRESS.search(page)


def test_a_second_click_makes_no_second_address(client: CarefulClient, officer: User) -> None:
    form = {"submission_key": "a-key", "label": ""}
    client.post("/calendar/feeds", data=form)

    again = client.post("/calendar/feeds", data=form)

    assert (again.status_code, again.headers["Location"]) == (303, "/calendar/feeds")
    assert len(stored(CalendarFeed)) == 1


def test_one_can_have_only_so_many(client: CarefulClient, officer: User) -> None:
    for _ in range(MOST):
        CalendarFeedFactory.make(user_id=officer.id)

    page = client.post("/calendar/feeds", data={"submission_key": "a-key", "label": ""}).text

    assert "There are 10 calendar addresses already." in page
    assert len(stored(CalendarFeed)) == MOST


def test_an_archived_provider_gets_no_address(client: CarefulClient, officer: User) -> None:
    provider = ProviderFactory.make(name="Harbour College", archived_at=clock.now())

    page = client.post(f"/calendar/feeds/provider/{provider.id}", data={"submission_key": "a-key", "label": ""}).text

    assert "Harbour College is archived" in page
    assert stored(CalendarFeed) == []


def test_a_label_is_no_essay(client: CarefulClient, officer: User) -> None:
    page = client.post("/calendar/feeds", data={"submission_key": "a-key", "label": "x" * 61}).text

    assert "Use 60 letters or fewer" in page
    assert stored(CalendarFeed) == []


@pytest.mark.parametrize("kind", ["provider", "employer"])
def test_officers_make_and_revoke_those_of_providers_and_employers(
    client: CarefulClient, officer: User, kind: str
) -> None:
    owner: Any = ProviderFactory.make() if kind == "provider" else EmployerFactory.make()
    path = f"/calendar/feeds/{kind}/{owner.id}"
    made = client.post(path, data={"submission_key": "a-key", "label": "The office"})
    found = ADDRESS.search(made.text)
    (feed,) = stored(CalendarFeed)

    answer = post(client, f"/calendar/feeds/{feed.id}/revoke")
    again = post(client, f"/calendar/feeds/{feed.id}/revoke")

    assert found
    assert (answer.status_code, answer.headers["Location"]) == (302, path)
    assert again.status_code == 409
    assert client.get(found[1]).status_code == 404
    assert "The office" not in client.get(path).text


def test_one_revokes_ones_own(client: CarefulClient, officer: User) -> None:
    feed = CalendarFeedFactory.make(user_id=officer.id)

    assert post(client, f"/calendar/feeds/{feed.id}/revoke").headers["Location"] == "/calendar/feeds"
    assert stored(CalendarFeed)[0].revoked_by_id == officer.id


@pytest.mark.parametrize("role", list(Role))
def test_nobody_reaches_anothers(client: CarefulClient, role: Role) -> None:
    other = ProviderFactory.make()
    feeds = [CalendarFeedFactory.make()]
    if role in {Role.PROVIDER, Role.PARTNER}:
        made_by = UserFactory.make().id
        feeds += [
            CalendarFeedFactory.make(purpose=FeedPurpose.PROVIDER, provider=other, made_by_id=made_by),
            CalendarFeedFactory.make(purpose=FeedPurpose.EMPLOYER, employer=EmployerFactory.make(), made_by_id=made_by),
        ]
    user = UserFactory.make(role=role)
    if role is Role.PROVIDER:
        ProviderMemberFactory.make(user=user)
    client.sign_in(user)

    for feed in feeds:
        assert post(client, f"/calendar/feeds/{feed.id}/revoke").status_code == 404
    if role is Role.PROVIDER:
        assert client.get(f"/calendar/feeds/provider/{other.id}").status_code == 404
    assert all(each.revoked_at is None for each in stored(CalendarFeed))


def test_a_coordinator_makes_those_of_their_provider(client: CarefulClient) -> None:
    member = ProviderMemberFactory.make()
    provider_id, path = member.provider_id, f"/calendar/feeds/provider/{member.provider_id}"
    client.sign_in(member.user)

    assert path in client.get("/calendar/feeds").text
    client.post(path, data={"submission_key": "a-key", "label": "Staff room"})

    (feed,) = stored(CalendarFeed)
    assert feed.provider_id == provider_id
    assert post(client, f"/calendar/feeds/{feed.id}/revoke").headers["Location"] == path


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": FeedPurpose.PROVIDER, "user_id": None},
        {"purpose": FeedPurpose.EMPLOYER, "user_id": None},
        {"user_id": None, "made_by_id": None},
        {"made_by_id": None},
        {"token_hash": "token"},
        {"revoked_by_id": 1},
    ],
)
def test_the_schema_refuses_what_is_no_feed(database: None, wrong: dict[str, object]) -> None:
    user = UserFactory.make(id=1)

    with pytest.raises(IntegrityError):
        CalendarFeedFactory.make(**{"user_id": user.id, "made_by_id": user.id} | wrong)
    db.session.rollback()
