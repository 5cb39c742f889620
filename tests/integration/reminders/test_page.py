"""On the page of an opportunity: what is said by itself, and what to ask the employer for next."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.interactions.models import FollowUp
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.opportunities.queries import get_opportunity
from crm.pledges.kinds import OpportunityKind
from crm.reminders.jobs import send_reminders
from crm.reminders.next_step import plan_small_step
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    OpportunityFactory,
    PlaceFactory,
    ProviderFactory,
    ProviderMemberFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.support.racing import DONE, saved_at_once

pytestmark = pytest.mark.usefixtures("database")
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
STARTS = datetime(2026, 12, 10, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def officer() -> User:
    return UserFactory.make(name="Priya Shah")


@pytest.fixture
def talk(officer: User) -> Opportunity:
    """To come, by Dana of Alder Joinery, for Elm School, where nobody can sign in."""
    employer = EmployerFactory.make(name="Alder Joinery", owner=officer)
    made = OpportunityFactory.make(
        employer=employer,
        leader=ContactFactory.make(employer=employer, name="Dana", email="dana@alder.example"),
        provider=ProviderFactory.make(name="Elm School", email="office@elm.example"),
        kind=OpportunityKind.TALK,
        starts_at=STARTS,
        ends_at=STARTS + timedelta(hours=1),
        created_at=NOW - timedelta(days=15),
        taken=1,
    )
    PlaceFactory.make(opportunity=made, young_person=YoungPersonFactory.make(provider=made.provider))
    db.session.commit()
    return made


def lines(page: str) -> list[str]:
    """The rows of the reminders, each as one line of text."""
    block = page.partition('id="reminders"')[2].partition("</section>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", block.partition("<tbody>")[2], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def test_it_says_what_will_be_sent_when_to_whom_and_what_not_and_why(
    client: CarefulClient, officer: User, talk: Opportunity
) -> None:
    client.sign_in(officer)

    assert lines(client.get(f"/opportunities/{talk.id}").text) == [
        "First reminder Dana 3 December 2026 at 8am To be sent",
        "First reminder Elm School 3 December 2026 at 8am To be sent",
        "Free places, to the owner as a next step Priya Shah 7 December 2026 at 10am To be sent",
        "Last reminder Dana 9 December 2026 at 8am To be sent",
        "Last reminder Elm School 9 December 2026 at 8am To be sent",
        "Who came, please Elm School 10 December 2026 at 8am Will be skipped Nobody at Elm School can sign in.",
        "How it went, please Dana 11 December 2026 at 8am To be sent",
        "How it went, please Elm School 11 December 2026 at 8am Will be skipped Nobody at Elm School can sign in.",
    ]


def test_what_was_decided_stays_on_the_page_beside_what_is_to_come(
    client: CarefulClient, officer: User, talk: Opportunity, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = NOW + timedelta(days=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    send_reminders(later)
    client.sign_in(officer)

    shown = lines(client.get(f"/opportunities/{talk.id}").text)

    assert shown[0] == (
        "First reminder Dana 7 December 2026 at 10am Skipped Too late to matter: it was due on 3 December 2026."
    )
    assert shown[2].endswith("To be sent")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"status": OpportunityStatus.DRAFT}, "Nothing is sent while it is a draft."),
        (
            {
                "status": OpportunityStatus.CANCELLED,
                "cancelled_side": "employer",
                "cancelled_reason": "Fire",
                "cancelled_at": NOW,
            },
            "It was cancelled, so nothing more is sent.",
        ),
        (
            {"starts_at": NOW - timedelta(days=90), "ends_at": NOW - timedelta(days=89)},
            "Nothing was sent by itself, and nothing is due any more.",
        ),
    ],
)
def test_where_nothing_is_sent_it_says_so(
    client: CarefulClient, officer: User, talk: Opportunity, changed: dict[str, object], told: str
) -> None:
    for name, value in changed.items():
        setattr(talk, name, value)
    db.session.commit()
    client.sign_in(officer)

    page = client.get(f"/opportunities/{talk.id}").text

    assert told in page
    assert lines(page) == []


def test_one_press_stops_them_and_one_lets_them_go_on(client: CarefulClient, officer: User, talk: Opportunity) -> None:
    client.sign_in(officer)
    address = f"/opportunities/{talk.id}/reminders"

    stopped = client.post(f"{address}/stop", follow_redirects=True).text
    resumed = client.post(f"{address}/resume", follow_redirects=True).text

    assert "Priya Shah stopped them on" in stopped
    assert all("Will be skipped Priya Shah stopped the reminders." in line for line in lines(stopped))
    assert "stopped them" not in resumed
    assert "To be sent" in lines(resumed)[0]


@pytest.mark.parametrize("role", [Role.PARTNER, Role.PROVIDER])
def test_only_staff_see_whom_we_write_to(client: CarefulClient, talk: Opportunity, role: Role) -> None:
    user = UserFactory.make(role=role)
    if role is Role.PROVIDER:
        ProviderMemberFactory.make(user=user, provider=talk.provider)
    client.sign_in(user)

    assert 'id="reminders"' not in client.get(f"/opportunities/{talk.id}").text


def test_the_block_asks_as_little_after_many_reminders_of_many_providers(
    client: CarefulClient, officer: User, talk: Opportunity
) -> None:
    client.sign_in(officer)
    address = f"/opportunities/{talk.id}"
    client.get(address)
    with counting_queries() as few:
        client.get(address)
    for _ in range(5):
        member = ProviderMemberFactory.make()
        PlaceFactory.make(opportunity=talk, young_person=YoungPersonFactory.make(provider=member.provider))
    db.session.commit()
    send_reminders(STARTS - timedelta(days=1))

    with counting_queries() as many:
        client.get(address)

    assert len(many) == len(few)


@pytest.fixture
def given(talk: Opportunity) -> Opportunity:
    """The talk, delivered."""
    talk.starts_at, talk.ends_at = NOW - timedelta(days=2), NOW - timedelta(days=2, hours=-1)
    talk.status = OpportunityStatus.DELIVERED
    db.session.commit()
    return talk


def test_after_a_talk_a_visit_is_suggested_and_one_press_makes_it_the_owners_next_step(
    client: CarefulClient, given: Opportunity
) -> None:
    client.sign_in(UserFactory.make(name="Another officer"))
    page = client.get(f"/opportunities/{given.id}").text

    after = client.post(f"/opportunities/{given.id}/next-step/workplace_visit", follow_redirects=True).text

    assert "Ask for a workplace visit" in page
    assert "They have given 1 talk. A workplace visit would be the next small step: they have given none yet." in page
    (step,) = stored(FollowUp)
    assert (step.what, step.due_on, step.owner_id) == (
        "Ask for a workplace visit",
        date(2026, 12, 8),
        given.employer.owner_id,
    )
    assert "It is a next step already, due 8 December 2026." in after
    assert "Make it a next step" not in after


def test_who_wants_peace_is_asked_when_it_is_over_and_where_nobody_owns_them_by_who_pressed(
    client: CarefulClient, given: Opportunity
) -> None:
    presser = UserFactory.make()
    given.employer.owner, given.employer.quiet_until = None, date(2027, 1, 11)
    given.employer.quiet_reason = "Stocktaking"
    db.session.commit()
    client.sign_in(presser)

    client.post(f"/opportunities/{given.id}/next-step/workplace_visit")

    assert [(step.due_on, step.owner_id) for step in stored(FollowUp)] == [(date(2027, 1, 11), presser.id)]


def test_no_other_words_become_a_next_step(client: CarefulClient, officer: User, given: Opportunity) -> None:
    client.sign_in(officer)

    assert client.post(f"/opportunities/{given.id}/next-step/party").status_code == 404
    assert stored(FollowUp) == []


@pytest.mark.rounds(2)
def test_of_two_officers_who_press_at_once_one_makes_it_a_next_step(
    app: Flask, officer: User, given: Opportunity
) -> None:
    opportunity_id, officer_id = given.id, officer.id

    def press() -> object:
        by = db.session.get_one(User, officer_id)
        opportunity = get_opportunity(opportunity_id, viewer=by)
        return plan_small_step(opportunity, OpportunityKind.WORKPLACE_VISIT, by=by, today=date(2026, 12, 1))

    told = saved_at_once(app, press, press)

    assert sorted(told) == sorted([DONE, "A colleague has made this a next step already."])
    assert len(stored(FollowUp)) == 1


def test_before_you_call_says_the_next_small_step(client: CarefulClient, officer: User, given: Opportunity) -> None:
    client.sign_in(officer)

    for address in (f"/employers/{given.employer_id}", f"/contact-log/new?employer={given.employer_id}"):
        panel = client.get(address).text.partition('id="before-you-call"')[2].partition("</section>")[0]
        assert "<strong>Ask for a workplace visit</strong>" in panel
