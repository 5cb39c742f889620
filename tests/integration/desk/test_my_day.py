"""My day: whom to chase, what is on, what waits."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.core import clock
from crm.core.access import Role
from crm.desk.my_day.queries import on_soon, open_pledges
from crm.opportunities.models import OpportunityStatus, Side
from crm.pledges.models import PledgeStatus
from tests.conftest import CarefulClient, counting_queries
from tests.factories import (
    EmployerFactory,
    FollowUpFactory,
    InteractionFactory,
    OpportunityFactory,
    PledgeFactory,
    RequestFactory,
    SiteCheckFactory,
    SiteFactory,
    UserFactory,
)

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


def squeezed(page: str) -> str:
    return " ".join(page.split())


def test_next_steps_stand_under_when_they_are_due_the_most_overdue_first(client: CarefulClient) -> None:
    me = client.sign_in(UserFactory.make())
    for what, days in (("Week", 7), ("Today", 0), ("Yesterday", -1), ("Long ago", -20), ("Far", 8)):
        FollowUpFactory.make(owner=me, what=f"{what} step", due_on=TODAY + days * DAY)
    FollowUpFactory.make(what="Somebody else’s step")

    page = client.get("/").text

    places = [page.index(text) for text in ("Long ago step", "Yesterday step", "Today step", "Week step", "Far step")]
    assert places == sorted(places)
    assert "2 overdue</strong> · 1 today · 1 in the next 7 days · 1 later" in squeezed(page)
    assert "Somebody else’s step" not in page


def test_what_was_done_today_can_be_undone_there(client: CarefulClient) -> None:
    me = client.sign_in(UserFactory.make())
    today = FollowUpFactory.make(owner=me, what="Done just now", done_at=NOON, done_by_id=me.id)
    FollowUpFactory.make(owner=me, what="Done yesterday", done_at=NOON - DAY, done_by_id=me.id)

    page = client.get("/").text

    assert f"/follow-ups/{today.id}/reopen" in page
    assert "Done yesterday" not in page


def test_an_empty_day_says_so_in_every_part(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())

    page = client.get("/").text

    for words in (
        "Nothing to chase.",
        "Nothing is on today or tomorrow.",
        "No drafts, and no pledge waits for an answer.",
        "Every employer of yours was reached in the last 90 days.",
    ):
        assert words in page


def test_a_day_shows_what_is_on_what_waits_and_who_is_quiet(client: CarefulClient) -> None:
    me = client.sign_in(UserFactory.make())
    employer = EmployerFactory.make(owner=me, name="Alder Joinery", phone="+441632960114")
    OpportunityFactory.make(employer=employer, title="Life in a joinery", starts_at=NOON, ends_at=NOON + HOUR)
    PledgeFactory.make(employer=employer, status=PledgeStatus.SENT, sent_on=TODAY - 9 * DAY, confirmed_on=None)
    InteractionFactory.make(employer=employer, happened_on=TODAY - 91 * DAY)

    page = squeezed(client.get("/").text)

    assert "Life in a joinery" in page
    assert "Today, midday" in page
    assert "2026/27 · sent 9 days ago" in page
    assert "Last reached 25 Aug 2026" in page
    assert page.count('href="tel:+441632960114"') == 2  # at the pledge and among the quiet
    assert "1 employer<" in page


def test_a_manager_looks_at_a_colleagues_day_and_stays_there(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.MANAGER))
    step = FollowUpFactory.make(owner=UserFactory.make(name="Ben Holt"), what="Ben’s step", due_on=TODAY)

    page = client.get(f"/?officer={step.owner_id}").text

    assert "Ben Holt’s day" in page
    assert "Ben’s step" in page
    assert f'name="next" value="/?officer={step.owner_id}#steps"' in page


def test_an_officer_has_only_their_own_day(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())

    assert client.get(f"/?officer={UserFactory.make().id}").status_code == 403


@pytest.mark.parametrize("role", [Role.PARTNER, Role.PROVIDER])
def test_only_staff_have_a_day_to_look_at(client: CarefulClient, role: Role) -> None:
    client.sign_in(UserFactory.make(role=Role.MANAGER))

    assert client.get(f"/?officer={UserFactory.make(role=role).id}").status_code == 404


def test_an_odd_officer_in_the_address_is_oneself(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())

    assert '<h1 class="govuk-heading-l">My day</h1>' in client.get("/?officer=x").text


@pytest.mark.parametrize(("role", "led_to"), [(Role.PARTNER, "/employers/"), (Role.PROVIDER, "/opportunities/")])
def test_others_are_led_to_what_is_theirs(client: CarefulClient, role: Role, led_to: str) -> None:
    client.sign_in(UserFactory.make(role=role))

    assert client.get("/").location == led_to


def test_a_full_day_asks_as_many_questions_as_an_empty_one(client: CarefulClient) -> None:
    me = client.sign_in(UserFactory.make(role=Role.MANAGER))
    client.get("/")
    with counting_queries() as empty:
        client.get("/")
    for number in range(30):
        employer = EmployerFactory.make(owner=me)
        FollowUpFactory.make(owner=me, employer=employer, due_on=TODAY + (number - 10) * DAY)
        OpportunityFactory.make(employer=employer, starts_at=NOON, ends_at=NOON + HOUR)
        PledgeFactory.make(employer=employer, status=PledgeStatus.DRAFT, confirmed_on=None)
        SiteCheckFactory.make(site=SiteFactory.make(employer=employer), valid_to=TODAY)
        RequestFactory.make()

    with counting_queries() as full:
        client.get("/")

    assert len(empty) == len(full) <= 15


def test_on_soon_is_today_tomorrow_and_what_lasts(database: None) -> None:
    me = UserFactory.make()
    mine = EmployerFactory.make(owner=me)

    def arranged(title: str, begins: datetime, ends: datetime, **given: object) -> None:
        OpportunityFactory.make(
            employer=given.pop("employer", mine), title=title, starts_at=begins, ends_at=ends, **given
        )

    arranged("lasts", NOON - 3 * DAY, NOON + DAY)
    arranged("this morning", NOON - 3 * HOUR, NOON - 2 * HOUR, status=OpportunityStatus.DELIVERED)
    arranged("tomorrow night", NOON + DAY + 11 * HOUR, NOON + DAY + 12 * HOUR)
    arranged("nobody’s", NOON, NOON + HOUR, employer=EmployerFactory.make())
    arranged("yesterday", NOON - DAY, NOON - DAY + HOUR)
    arranged("the day after", NOON + 2 * DAY, NOON + 3 * DAY)
    arranged("a colleague’s", NOON, NOON + HOUR, employer=EmployerFactory.make(owner=UserFactory.make()))
    arranged("a draft", NOON, NOON + HOUR, status=OpportunityStatus.DRAFT)
    fell_through = {"cancelled_side": Side.EMPLOYER, "cancelled_reason": "Flood", "cancelled_at": NOON}
    arranged("cancelled", NOON, NOON + HOUR, status=OpportunityStatus.CANCELLED, **fell_through)

    assert [row.title for row in on_soon(me.id, TODAY)] == ["lasts", "this morning", "nobody’s", "tomorrow night"]


def test_the_register_is_opened_from_the_first_day_on_and_printed_the_day_before(client: CarefulClient) -> None:
    mine = EmployerFactory.make(owner=client.sign_in(UserFactory.make()))
    today = OpportunityFactory.make(employer=mine, starts_at=NOON, ends_at=NOON + HOUR)
    tomorrow, empty = (
        OpportunityFactory.make(employer=mine, starts_at=NOON + DAY, ends_at=NOON + DAY + HOUR, taken=taken)
        for taken in (1, 0)
    )

    page = client.get("/").text

    assert f'"/opportunities/{today.id}/register"' in page
    assert f'"/opportunities/{tomorrow.id}/register"' not in page
    assert f'"/opportunities/{tomorrow.id}/register/print"' in page
    assert f"/opportunities/{empty.id}/register" not in page


def test_pledges_wait_while_they_are_drafts_or_unanswered(database: None) -> None:
    me = UserFactory.make()
    draft = PledgeFactory.make(employer=EmployerFactory.make(owner=me), status=PledgeStatus.DRAFT, confirmed_on=None)
    sent = PledgeFactory.make(status=PledgeStatus.SENT, sent_on=TODAY, recorded_by=me, confirmed_on=None)
    PledgeFactory.make(employer=EmployerFactory.make(owner=me))
    PledgeFactory.make(status=PledgeStatus.DRAFT, confirmed_on=None)

    assert [row.id for row in open_pledges(me.id)] == [sent.id, draft.id]
