"""The daily digest: what it says, who gets it, and that nobody gets it twice."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import STAFF, Role
from crm.core.batch import Tally
from crm.core.db import db
from crm.desk.digest.jobs import owe_daily_digests
from crm.desk.digest.models import DigestDay
from crm.desk.my_day.day import Day, day_of
from crm.jobs.housekeeping import forget_old
from crm.notifications.models import OutboxEmail
from crm.pledges.models import PledgeStatus
from crm.reference.services import save_setting
from tests.conftest import CarefulClient, stored
from tests.factories import (
    EmployerFactory,
    FollowUpFactory,
    OpportunityFactory,
    PlanFactory,
    PledgeFactory,
    RequestFactory,
    UserFactory,
)
from tests.integration.answering.answering import a_contact, a_link, a_sent_pledge
from tests.support.forms import post
from tests.support.pages import words_of
from tests.support.racing import at_once

pytestmark = pytest.mark.usefixtures("database")
TODAY = date(2026, 11, 24)  # a Tuesday
MORNING = datetime(2026, 11, 24, 7, 31, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SCHEDULERS = 4


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MORNING)


def busy_officer(**given: object) -> User:
    officer = UserFactory.make(**given)
    FollowUpFactory.make(owner=officer, due_on=TODAY)
    return officer


def run(now: datetime = MORNING) -> Tally:
    db.session.commit()
    return owe_daily_digests(now)


def mails() -> list[OutboxEmail]:
    return stored(OutboxEmail)


def test_the_digest_says_what_is_overdue_due_on_and_waiting_with_links() -> None:
    officer = UserFactory.make(name="Priya Shah", email="priya@council.example")
    employer = EmployerFactory.make(owner=officer, name="Alder Joinery", phone="+441632960001")
    FollowUpFactory.make(owner=officer, employer=employer, what="Ring back", due_on=TODAY - 4 * DAY)
    FollowUpFactory.make(owner=officer, employer=employer, what="Send the form", due_on=TODAY)
    FollowUpFactory.make(owner=officer, employer=employer, what="Far away", due_on=TODAY + DAY)
    PlanFactory.make(
        employer=employer,
        officers=[officer],
        planned_on=TODAY,
        starts_at=time(15, 30),
        about="Dates",
        planned_by_id=officer.id,
    )
    PlanFactory.make(employer=employer, officers=[officer], planned_on=TODAY + DAY)
    for title, days in (("Life in a joinery", 0), ("A talk", 1)):
        begins = MORNING + days * DAY + 2 * HOUR
        OpportunityFactory.make(employer=employer, title=title, starts_at=begins, ends_at=begins + HOUR)
    OpportunityFactory.make(
        employer=employer, title="A long week", starts_at=MORNING - DAY, ends_at=MORNING + 2 * DAY, capacity=6
    )
    PledgeFactory.make(employer=employer, status=PledgeStatus.SENT, sent_on=TODAY - DAY, confirmed_on=None)
    RequestFactory.make()

    tally = run()

    (mail,) = mails()
    assert tally == Tally(done=1)
    assert (mail.key, mail.recipient) == (f"digest:{officer.id}:2026-11-24", "priya@council.example")
    assert mail.subject == "Your day: 1 overdue, 1 due today, 1 planned today, 3 on today or tomorrow"
    assert mail.body == (
        "Good morning Priya Shah,\n\nthis is your Tuesday 24 November 2026.\n\n"
        "Overdue (1)\n- Ring back: Alder Joinery, due 20 November 2026, 01632 960001\n\n"
        "Due today (1)\n- Send the form: Alder Joinery, 01632 960001\n\n"
        "Planned today (1)\n- 3:30pm: Meeting with Alder Joinery: Dates\n\n"
        "On today (2)\n- until 26 November 2026: A long week, Alder Joinery, 0 of 6 places taken\n"
        "- 9:31am: Life in a joinery, Alder Joinery, 0 of 10 places taken\n\n"
        "On tomorrow (1)\n- 9:31am: A talk, Alder Joinery, 0 of 10 places taken\n\n"
        "1 pledge waits for an answer.\n1 request from providers is new.\n"
        "1 employer of yours was not reached for 90 days.\n\n"
        "Everything is here: http://localhost/\n\n"
        "You get this on working days when something is due. Stop it on your account page: http://localhost/account\n"
    )


def test_a_plan_alone_is_reason_enough_also_without_a_time() -> None:
    officer = UserFactory.make()
    PlanFactory.make(officers=[officer], planned_on=TODAY)

    run()

    assert mails()[0].subject == "Your day: 1 planned today"
    assert "- Meeting with Employer" in mails()[0].body


def test_a_long_list_is_cut_and_says_how_many_more_there_are() -> None:
    officer = UserFactory.make()
    for _ in range(13):
        FollowUpFactory.make(owner=officer, due_on=TODAY - DAY)

    run()

    assert "Overdue (13)" in mails()[0].body
    assert "- and 3 more" in mails()[0].body
    assert mails()[0].body.count("Ring back") == 10
    assert mails()[0].subject == "Your day: 13 overdue"


@pytest.mark.parametrize("role", Role)
def test_staff_get_it_and_nobody_else(role: Role) -> None:
    busy_officer(role=role)

    run()

    assert len(mails()) == (role in STAFF)


@pytest.mark.parametrize("given", [{"disabled_at": MORNING}, {"digest_off_at": MORNING}])
def test_who_cannot_sign_in_or_asked_for_none_gets_none(given: dict[str, object]) -> None:
    busy_officer(**given)

    assert run() == Tally()
    assert not mails()


def test_what_only_waits_is_no_reason_for_a_mail() -> None:
    officer = UserFactory.make()
    EmployerFactory.make(owner=officer)
    RequestFactory.make()

    assert run() == Tally()
    assert not mails()


def test_who_had_nothing_to_be_told_is_not_told_later_what_they_planned_themselves() -> None:
    officer = UserFactory.make()
    run()
    FollowUpFactory.make(owner=officer, due_on=TODAY)

    run(MORNING + HOUR)

    assert not mails()


@pytest.mark.parametrize(
    "now",
    [MORNING - timedelta(minutes=2), MORNING.replace(hour=12), MORNING + 4 * DAY],
    ids=["before its time", "after noon", "on a Saturday"],
)
def test_at_other_times_nothing_is_sent_nor_decided(now: datetime) -> None:
    busy_officer()

    assert run(now) == Tally()
    assert not stored(DigestDay)


def test_an_administrator_chooses_the_time() -> None:
    busy_officer()
    save_setting("digest_time", "9am", version=0)

    assert run() == Tally()
    assert run(MORNING.replace(hour=9)) == Tally(done=1)


@pytest.mark.parametrize("text", ["4:59", "12:00", "half seven"])
def test_a_time_that_is_no_morning_cannot_be_chosen(text: str) -> None:
    with pytest.raises(ValueError, match="Enter a time"):
        save_setting("digest_time", text, version=0)


def test_a_restart_sends_nothing_again_and_the_next_day_does() -> None:
    busy_officer()

    tallies = [run(), run(MORNING + HOUR), run(MORNING + DAY)]

    assert tallies == [Tally(done=1), Tally(), Tally(done=1)]
    assert len(mails()) == 2


def test_one_whose_digest_fails_keeps_nobody_else_from_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    unlucky, lucky = busy_officer(), busy_officer()

    def fails_for_one(who: int, today: date, settings: Mapping[str, str]) -> Day:
        if who == unlucky.id:
            raise ValueError("Something unforeseen.")
        return day_of(who, today, settings)

    monkeypatch.setattr("crm.desk.digest.services.day_of", fails_for_one)

    assert run() == Tally(done=1, failed=1)
    monkeypatch.undo()
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    assert run() == Tally(done=1)  # it was not decided, so the next run tries again
    assert {mail.recipient for mail in mails()} == {lucky.email, unlucky.email}


def test_of_several_schedulers_at_the_same_moment_each_officer_gets_one_mail(app: Flask) -> None:
    officers = [busy_officer() for _ in range(5)]
    db.session.commit()

    tallies = at_once(app, *[lambda: owe_daily_digests(MORNING)] * SCHEDULERS)

    assert sum(tally.done for tally in tallies) == len(officers)
    assert sum(tally.failed for tally in tallies) == 0
    assert sorted(mail.recipient for mail in mails()) == sorted(officer.email for officer in officers)


def test_decisions_about_days_long_gone_are_forgotten() -> None:
    officer = UserFactory.make()
    for days in (15, 14, 0):
        db.session.add(DigestDay(user_id=officer.id, day=TODAY - days * DAY))
    db.session.commit()

    forget_old(MORNING)

    assert [each.day for each in stored(DigestDay)] == [TODAY - 14 * DAY, TODAY]


def test_an_officer_stops_the_digest_on_the_account_page_and_has_it_again(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make())
    page = client.get("/account").text

    post(client, "/account/digest", wanted="no")
    stopped = words_of(client.get("/account").text)
    first = stored(User)[0].digest_off_at
    post(client, "/account/digest", wanted="no")
    assert stored(User)[0].digest_off_at == first == MORNING
    post(client, "/account/digest", wanted="yes")

    assert "Stop the daily digest" in page
    assert "you stopped it on 24 November 2026" in stopped
    assert stored(User)[0].digest_off_at is None


def test_a_partner_is_offered_no_digest(client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.PARTNER))

    assert "Daily digest" not in client.get("/account").text
    assert post(client, "/account/digest", wanted="yes").status_code == 403


def test_a_link_that_reached_nobody_is_told_beside_the_rest() -> None:
    officer = UserFactory.make()
    contact = a_contact(EmployerFactory.make(owner=officer))
    FollowUpFactory.make(owner=officer, due_on=TODAY)
    a_link(contact, a_sent_pledge(contact)).link.expires_at = MORNING - DAY
    db.session.commit()

    run()

    assert "1 link to answer a pledge by reached nobody, or ended: look at My day." in mails()[0].body
