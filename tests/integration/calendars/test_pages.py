"""The calendar by month, by week and as a list."""

from datetime import date, time, timedelta

import pytest

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.clock import local_instant
from crm.opportunities.models import Opportunity, OpportunityStatus, Side
from crm.pledges.kinds import OpportunityKind
from tests.conftest import CarefulClient, counting_queries
from tests.factories import (
    AreaFactory,
    ClosedDayFactory,
    EmployerFactory,
    OpportunityFactory,
    PlanFactory,
    ProviderFactory,
    ProviderMemberFactory,
    TermFactory,
    UserFactory,
)

VIEWS = ("/calendar/", "/calendar/week", "/calendar/list")
DAY = date(2031, 3, 12)  # a Wednesday, neither today nor near it
ON = f"?on={DAY}"


@pytest.fixture
def officer(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make(name="Priya Shah"))


def on_day(title: str, day: date = DAY, **more: object) -> Opportunity:
    values = {"starts_at": local_instant(day, time(9)), "ends_at": local_instant(day, time(11))}
    return OpportunityFactory.make(title=title, **values | more)


@pytest.mark.parametrize("path", VIEWS)
def test_every_view_shows_what_is_on_and_leads_to_it(client: CarefulClient, officer: User, path: str) -> None:
    opportunity = on_day("A talk about trains")

    page = client.get(path + ON).text

    assert "A talk about trains" in page
    assert f'href="/opportunities/{opportunity.id}"' in page
    assert "9am" in page


@pytest.mark.parametrize("path", VIEWS)
def test_today_is_marked_with_a_word(client: CarefulClient, officer: User, path: str) -> None:
    assert '<strong class="app-day__today">Today</strong>' in client.get(path).text
    assert "app-day__today" not in client.get(f"{path}?on=2035-01-15").text


@pytest.mark.parametrize(
    ("path", "earlier", "later", "here"),
    [
        ("/calendar/", "2031-02-01", "2031-04-01", "2031-03-01"),
        ("/calendar/week", "2031-03-03", "2031-03-17", "2031-03-10"),
        ("/calendar/list", "2031-02-12", "2031-04-09", "2031-03-12"),
    ],
)
def test_one_goes_on_and_back_and_the_filters_stay(
    client: CarefulClient, officer: User, path: str, earlier: str, later: str, here: str
) -> None:
    page = client.get(f"{path}{ON}&kind=talk").text

    for link in (f"{path}?on={earlier}", f"{path}?on={later}", f"/calendar/week?on={here}"):
        assert f'href="{link}&amp;kind=talk"' in page


def test_what_is_no_day_shows_today_and_other_nonsense_is_left_out(client: CarefulClient, officer: User) -> None:
    page = client.get("/calendar/week?on=yesteryear&kind=banquet&provider=x&area=x&employer=x")

    assert page.status_code == 200
    assert "app-day__today" in page.text


def test_the_day_is_kept_in_the_box_and_is_no_filter(client: CarefulClient, officer: User) -> None:
    page = client.get(f"/calendar/week{ON}").text

    assert 'value="12 3 2031"' in page
    assert "Remove this filter" not in page


def test_many_on_one_day_are_counted_and_lead_to_the_day(client: CarefulClient, officer: User) -> None:
    for number in range(7):
        on_day(f"Talk number {number}")

    month, week = client.get(f"/calendar/{ON}").text, client.get(f"/calendar/week{ON}").text

    assert "Talk number 3" in month
    assert "Talk number 4" not in month
    assert "and 3 more" in month
    assert f'href="/calendar/week?on={DAY}#' in month
    assert "Talk number 6" in week


def test_one_more_than_fits_is_shown_rather_than_counted(client: CarefulClient, officer: User) -> None:
    for number in range(5):
        on_day(f"Talk number {number}")

    assert "Talk number 4" in client.get(f"/calendar/{ON}").text


def test_the_filters_narrow_it(client: CarefulClient, officer: User) -> None:
    area, provider = AreaFactory.make(), ProviderFactory.make()
    mine = EmployerFactory.make(owner=officer, area=area, name="Alder Joinery")
    wanted = on_day("A talk about trains", employer=mine, provider=provider, kind=OpportunityKind.TALK)
    on_day("Somebody else’s", kind=OpportunityKind.PLACEMENT)

    for narrowed in (
        "mine=y",
        "kind=talk",
        f"provider={provider.id}",
        f"employer={wanted.employer_id}",
        f"area={area.id}",
        "q=alder",
    ):
        page = client.get(f"/calendar/week{ON}&{narrowed}").text
        assert "A talk about trains" in page, narrowed
        assert "Somebody else" not in page, narrowed
    assert "Nothing on these days matches." in client.get(f"/calendar/week{ON}&q=nobody").text
    assert "Clear the filters" in client.get(f"/calendar/week{ON}&q=nobody").text
    assert "Only those with Alder Joinery" in client.get(f"/calendar/week{ON}&employer={mine.id}").text


def test_mine_has_the_contacts_an_officer_planned(client: CarefulClient, officer: User) -> None:
    colleague = UserFactory.make()
    PlanFactory.make(planned_on=DAY, about="Dates for the spring", officers=[officer])
    PlanFactory.make(planned_on=DAY, about="I look after this", planned_by_id=officer.id, officers=[colleague])
    PlanFactory.make(planned_on=DAY, about="Between others", planned_by_id=colleague.id, officers=[colleague])

    mine, all_of_them = client.get(f"/calendar/list{ON}&mine=y").text, client.get(f"/calendar/list{ON}").text

    assert "Dates for the spring" in mine
    assert "I look after this" in mine
    assert "Between others" not in mine
    assert "Dates for the spring" not in all_of_them


def test_plans_are_narrowed_by_employer_area_and_name_and_have_no_kind(client: CarefulClient, officer: User) -> None:
    area = AreaFactory.make()
    employer = EmployerFactory.make(name="Alder Joinery", area=area)
    PlanFactory.make(planned_on=DAY, about="Dates for the spring", officers=[officer], employer=employer)
    PlanFactory.make(planned_on=DAY, about="Not this one", officers=[officer])

    for narrowed in (f"employer={employer.id}", f"area={area.id}", "q=alder"):
        page = client.get(f"/calendar/list{ON}&mine=y&{narrowed}").text
        assert "Dates for the spring" in page, narrowed
        assert "Not this one" not in page, narrowed
    assert "Dates for the spring" not in client.get(f"/calendar/list{ON}&mine=y&kind=talk").text


def test_drafts_are_for_officers_and_what_was_cancelled_is_for_nobody(client: CarefulClient, officer: User) -> None:
    on_day("Not open yet", status=OpportunityStatus.DRAFT)
    on_day(
        "Called off", status=OpportunityStatus.CANCELLED, cancelled_side=Side.EMPLOYER, cancelled_reason="The van broke"
    )

    seen_by_officer = client.get(f"/calendar/week{ON}").text
    client.sign_in(UserFactory.make(role=Role.PARTNER))
    seen_by_partner = client.get(f"/calendar/week{ON}").text

    assert "<strong>Draft</strong>" in seen_by_officer
    assert "Not open yet" not in seen_by_partner
    assert "Called off" not in seen_by_officer


def test_partners_see_that_something_is_on_and_nothing_of_people(client: CarefulClient) -> None:
    on_day("A talk about trains", taken=3)
    partner = client.sign_in(UserFactory.make(role=Role.PARTNER))
    PlanFactory.make(planned_on=DAY, about="Dates for the spring", officers=[partner])

    page = client.get(f"/calendar/week{ON}&mine=y").text

    assert "A talk about trains" in page
    assert "taken" not in page
    assert "Dates for the spring" not in page


def test_a_provider_sees_what_concerns_its_own_and_its_closed_days(client: CarefulClient) -> None:
    own = ProviderFactory.make(name="Harbour College")
    ClosedDayFactory.make(provider=own, first_day=DAY, last_day=DAY, reason="Staff training")
    ClosedDayFactory.make(first_day=DAY, last_day=DAY, reason="Flood")
    on_day("Ours", provider=own)
    theirs = on_day("Theirs")
    client.sign_in(ProviderMemberFactory.make(provider=own).user)

    page = client.get(f"/calendar/week{ON}").text
    asked_for_another = client.get(
        f"/calendar/week{ON}&provider={theirs.provider_id}&employer={theirs.employer_id}"
    ).text

    assert "Ours" in page
    assert "Theirs" not in page + asked_for_another
    assert "Calendar of Harbour College" in page
    assert "Closed: Staff training" in page
    assert "Flood" not in page + asked_for_another


def test_terms_and_bank_holidays_are_said(client: CarefulClient, officer: User) -> None:
    TermFactory.make(name="Spring, first half", first_day=date(2027, 1, 4), last_day=date(2027, 2, 12))

    page = client.get("/calendar/?on=2027-01-10").text

    assert "Spring, first half begins" in page
    assert "New Year’s Day" in page or "New Year&#39;s Day" in page
    assert "days outside term time" in page


def test_the_page_says_when_there_is_more_than_it_can_show(
    client: CarefulClient, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.calendars.queries.days.MOST_ROWS", 1)
    on_day("First")
    on_day("Second")

    page = client.get(f"/calendar/week{ON}").text

    assert "There is more than one page can show." in page
    assert "Second" not in page


def test_a_month_takes_as_many_statements_whatever_is_on(client: CarefulClient, officer: User) -> None:
    first = clock.today().replace(day=1)

    def statements(rows: int) -> int:
        for number in range(rows):
            day = first + timedelta(days=number % 28)
            on_day(f"Talk {number}", day)
            PlanFactory.make(planned_on=day, officers=[officer])
        with counting_queries() as ran:
            assert client.get("/calendar/?mine=y").status_code == 200
        return len(ran)

    client.get("/calendar/?mine=y")
    assert statements(25) == statements(75)
