"""Said by itself around an opportunity: each step once, whatever restarts, and not where something is in the way."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.batch import Tally
from crm.core.db import committing, db
from crm.core.errors import Conflict
from crm.interactions.models import FollowUp
from crm.links.models import EmployerLink, LinkPurpose
from crm.notifications.models import OutboxEmail
from crm.opportunities.models import Opportunity, OpportunityStatus, Side
from crm.opportunities.services import cancel_opportunity, open_opportunity
from crm.pledges.kinds import OpportunityKind
from crm.reference.models import Setting
from crm.reminders import jobs
from crm.reminders.jobs import send_reminders, tell_owners_of_unfilled
from crm.reminders.models import Reminder
from crm.reminders.services import decide, resume_reminders, stop_reminders, tell_of_unfilled
from tests.conftest import stored
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    OpportunityFactory,
    PlaceFactory,
    ProviderFactory,
    ProviderMemberFactory,
    SeriesFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.support.racing import at_once

pytestmark = pytest.mark.usefixtures("database")
STARTS = datetime(2026, 12, 10, 9, 30, tzinfo=UTC)
EIGHT = datetime(2026, 12, 10, 8, 0, tzinfo=UTC)  # of the day itself
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SCHEDULERS = 4


class Clock:
    """What time it is for the test."""

    now = EIGHT - 30 * DAY


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moving = Clock()
    monkeypatch.setattr(clock, "now", lambda: moving.now)
    return moving


def a_visit(*, seats: int = 2, coordinators: int = 1, **more: Any) -> Opportunity:
    """To Alder Joinery, owned by Priya Shah, on 10 December 2026, with young people of Elm School."""
    officer = UserFactory.make(name="Priya Shah", email="priya@council.example")
    employer = EmployerFactory.make(name="Alder Joinery", owner=officer)
    provider = ProviderFactory.make(name="Elm School", email="office@elm.example")
    for number in range(coordinators):
        user = UserFactory.make(role=Role.PROVIDER, name=f"Coordinator {number}", email=f"c{number}@elm.example")
        ProviderMemberFactory.make(provider=provider, user=user)
    values: dict[str, object] = {
        "leader": ContactFactory.make(employer=employer, name="Dana", email="dana@alder.example"),
        "title": "A look behind the lathe",
        "kind": OpportunityKind.WORKPLACE_VISIT,
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(hours=3),
    }
    opportunity = OpportunityFactory.make(employer=employer, provider=provider, taken=seats, **{**values, **more})
    for number in range(seats):
        person = YoungPersonFactory.make(provider=provider, reference=f"SECRET-{number}")
        PlaceFactory.make(opportunity=opportunity, young_person=person)
    db.session.commit()
    return opportunity


def tick(time: Clock, now: datetime) -> Tally:
    time.now = now
    db.session.rollback()
    return send_reminders(now)


def decided() -> list[tuple[str, str, str, str | None]]:
    return [(each.step.value, each.party.value, each.outcome.value, each.reason) for each in stored(Reminder)]


def test_a_clock_that_moves_by_half_hours_says_each_thing_once(time: Clock) -> None:
    a_visit()

    for half_hours in range(48 * 10):
        tick(time, EIGHT - 8 * DAY + half_hours * timedelta(minutes=30))

    assert decided() == [
        ("first", "employer", "sent", None),
        ("first", "provider", "sent", None),
        ("last", "employer", "sent", None),
        ("last", "provider", "sent", None),
        ("register", "provider", "sent", None),
        ("feedback", "employer", "sent", None),
        ("feedback", "provider", "sent", None),
    ]
    assert [(each.decided_at - EIGHT).days for each in stored(Reminder)] == [-7, -7, -1, -1, 0, 1, 1]
    assert [mail.recipient for mail in stored(OutboxEmail)] == [
        *["dana@alder.example", "c0@elm.example"] * 2,
        "c0@elm.example",
        *["dana@alder.example", "c0@elm.example"],
    ]


def test_mails_name_no_young_person_and_no_speaker_and_lead_to_the_right_pages(time: Clock) -> None:
    visit = a_visit()

    for days in (-7, 0, 1):
        tick(time, EIGHT + days * DAY)

    mails = stored(OutboxEmail)
    assert not any("SECRET" in mail.body or "Dana" in mail.subject for mail in mails)
    to_school = [mail for mail in mails if mail.recipient == "c0@elm.example"]
    assert not any("Dana" in mail.body for mail in to_school)
    assert [mail.subject for mail in to_school] == [
        "Coming up: workplace visit on Thursday 10 December 2026",
        "Who came? Workplace visit on Thursday 10 December 2026",
        "How did it go? Workplace visit on Thursday 10 December 2026",
    ]
    assert "When: Thursday 10 December 2026, 9:30am to 12:30pm" in to_school[0].body
    assert f"/opportunities/{visit.id}/register\n" in to_school[1].body
    first, feedback = (mail for mail in mails if mail.recipient == "dana@alder.example")
    assert "Places taken: 2 of 10, with Elm School" in first.body
    assert "/hub/{token:" in first.body
    assert f"/said/{visit.id}" in feedback.body
    assert (first.sender_name, first.reply_to) == ("Priya Shah, Your council", "priya@council.example")
    assert "/stop/" in (first.unsubscribe or "")
    assert [link.purpose for link in stored(EmployerLink)] == [LinkPurpose.HUB, LinkPurpose.STOP]  # one serves all


def test_the_hour_and_the_days_are_settings(time: Clock) -> None:
    for name, value in {"reminder_time": "9:15", "first_reminder_days": "3"}.items():
        db.session.add(Setting(name=name, value=value))
    a_visit()
    quarter_past_nine = EIGHT - 3 * DAY + timedelta(minutes=75)

    assert [tick(time, quarter_past_nine - MINUTE), tick(time, quarter_past_nine)] == [Tally(), Tally(done=1)]
    assert [row[0] for row in decided()] == ["first", "first"]


def test_after_a_long_sleep_only_what_still_matters_is_said(time: Clock) -> None:
    a_visit()

    tick(time, EIGHT + 10 * DAY)

    assert [(step, outcome) for step, _, outcome, _ in decided()] == [
        ("first", "skipped"),
        ("first", "skipped"),
        ("last", "skipped"),
        ("last", "skipped"),
        ("register", "skipped"),
        ("feedback", "sent"),
        ("feedback", "sent"),
    ]
    assert decided()[0][3] == "Too late to matter: it was due on 3 December 2026."


def test_what_is_arranged_at_short_notice_is_announced_once(time: Clock) -> None:
    a_visit()

    tick(time, EIGHT - 3 * DAY)
    tick(time, EIGHT - 1 * DAY)

    assert [(step, outcome) for step, party, outcome, _ in decided() if party == "employer"] == [
        ("first", "skipped"),
        ("last", "sent"),
    ]


def test_what_is_cancelled_or_a_draft_is_not_announced(time: Clock) -> None:
    a_visit(status=OpportunityStatus.DRAFT)
    visit = a_visit_of_nobody()
    time.now = EIGHT - 8 * DAY
    with committing():
        cancel_opportunity(db.session.get_one(Opportunity, visit.id), side=Side.EMPLOYER, reason="Fire")

    tick(time, EIGHT - 7 * DAY)

    assert decided() == [("first", "employer", "skipped", "It was cancelled.")]
    assert stored(OutboxEmail) == []


def a_visit_of_nobody() -> Opportunity:
    employer = EmployerFactory.make(name="Birch")
    leader = ContactFactory.make(employer=employer, email="eve@birch.example")
    visit = OpportunityFactory.make(
        employer=employer, provider=None, leader=leader, starts_at=STARTS, ends_at=STARTS + timedelta(hours=3)
    )
    db.session.commit()
    return visit


def test_another_day_is_announced_anew_and_another_hour_is_not(time: Clock) -> None:
    visit = a_visit()
    tick(time, EIGHT - 7 * DAY)

    with committing():
        moved = db.session.get_one(Opportunity, visit.id)
        moved.starts_at, moved.ends_at = STARTS + timedelta(hours=1), STARTS + timedelta(hours=3)
    same_day = tick(time, EIGHT - 7 * DAY + MINUTE)
    with committing():
        moved = db.session.get_one(Opportunity, visit.id)
        moved.starts_at, moved.ends_at = STARTS + 7 * DAY, STARTS + 7 * DAY + timedelta(hours=3)
    tick(time, EIGHT)

    assert same_day == Tally()
    assert [(each.step.value, each.about_on) for each in stored(Reminder) if each.party.value == "employer"] == [
        ("first", date(2026, 12, 10)),
        ("first", date(2026, 12, 17)),
    ]


def test_a_provider_without_a_sign_in_is_told_at_its_own_address_and_asked_nothing(time: Clock) -> None:
    a_visit(coordinators=0)

    for days in (-7, 0):
        tick(time, EIGHT + days * DAY)

    (mail,) = [mail for mail in stored(OutboxEmail) if "elm.example" in mail.recipient]
    assert mail.recipient == "office@elm.example"
    assert "/opportunities/" not in mail.body
    assert ("register", "provider", "skipped", "Nobody at Elm School can sign in.") in decided()


def test_an_officer_stops_them_for_one_opportunity_and_lets_them_go_on(time: Clock) -> None:
    visit, officer = a_visit(seats=0), stored(User)[0]
    time.now = EIGHT - 8 * DAY
    with committing():
        stop_reminders(db.session.get_one(Opportunity, visit.id), by=db.session.get_one(User, officer.id))
    with pytest.raises(Conflict, match="A colleague has stopped"), committing():
        stop_reminders(db.session.get_one(Opportunity, visit.id), by=db.session.get_one(User, officer.id))

    tick(time, EIGHT - 7 * DAY)
    with committing():
        resume_reminders(db.session.get_one(Opportunity, visit.id))
    tick(time, EIGHT - DAY)

    assert [(step, outcome, reason) for step, party, outcome, reason in decided() if party == "employer"] == [
        ("first", "skipped", "Priya Shah stopped the reminders."),
        ("last", "sent", None),
    ]
    with pytest.raises(Conflict, match="not stopped"), committing():
        resume_reminders(db.session.get_one(Opportunity, visit.id))


def test_a_batch_is_bounded_and_what_begins_first_goes_first(time: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "MOST_AT_ONCE", 2)
    for _ in range(3):
        a_visit_of_nobody()

    assert [tick(time, EIGHT - 7 * DAY).done for _ in range(3)] == [2, 1, 0]


@pytest.mark.rounds(3)
def test_of_schedulers_at_once_one_says_each_thing(app: Flask, time: Clock) -> None:
    a_visit()
    time.now = EIGHT - 7 * DAY

    tallies = at_once(app, *[lambda: send_reminders(time.now)] * SCHEDULERS)

    assert sum(tally.done for tally in tallies) == 1
    assert [tally.failed for tally in tallies] == [0] * SCHEDULERS
    assert len(stored(Reminder)) == len(stored(OutboxEmail)) == 2


def test_the_database_refuses_a_second_decision_about_the_same(time: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever decided without the lock: the schema has the last word."""
    visit = a_visit()
    tick(time, EIGHT - 7 * DAY)
    monkeypatch.setattr("crm.reminders.services.due", lambda planned, *_: planned[:1])

    with committing():
        again = decide(visit.id, now=time.now)

    assert again is False
    assert len(stored(Reminder)) == len(stored(OutboxEmail)) == 2


def unfilled(time: Clock, now: datetime) -> Tally:
    time.now = now
    db.session.rollback()
    return tell_owners_of_unfilled(now)


def test_an_offer_with_free_places_becomes_the_owners_next_step_after_21_days_once(time: Clock) -> None:
    a_visit(created_at=EIGHT - 30 * DAY)

    early, on_time, again = (
        unfilled(time, EIGHT - 9 * DAY - MINUTE),
        unfilled(time, EIGHT - 9 * DAY),
        unfilled(time, EIGHT - 8 * DAY),
    )

    assert (early, on_time, again) == (Tally(), Tally(done=1), Tally())
    (step,) = stored(FollowUp)
    assert step.what == "Find young people for “A look behind the lathe” on 10 December 2026: 8 of 10 places are free"
    assert step.due_on == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("owner", "reason"),
    [
        (None, "The employer has no owner."),
        ({"name": "Priya Shah", "disabled_at": STARTS}, "Priya Shah, who owns the employer, cannot sign in."),
    ],
)
def test_where_nobody_owns_the_employer_that_is_written_down(
    time: Clock, owner: dict[str, object] | None, reason: str
) -> None:
    employer = EmployerFactory.make(owner=UserFactory.make(**owner) if owner else None)
    OpportunityFactory.make(employer=employer, starts_at=STARTS, ends_at=STARTS + DAY, created_at=EIGHT - 30 * DAY)
    db.session.commit()

    unfilled(time, EIGHT - 5 * DAY)

    assert decided() == [("unfilled", "owner", "skipped", reason)]
    assert stored(FollowUp) == []


@pytest.mark.parametrize(
    "changed",
    [{"capacity": 2}, {"status": OpportunityStatus.DRAFT}, {"starts_at": EIGHT - 9 * DAY, "ends_at": EIGHT - 8 * DAY}],
)
def test_what_is_full_a_draft_or_past_is_nobodys_next_step(time: Clock, changed: dict[str, Any]) -> None:
    visit = a_visit(seats=2, coordinators=0, created_at=EIGHT - 60 * DAY, **changed)

    tally = unfilled(time, EIGHT - 5 * DAY)
    with committing():
        seen_meanwhile = tell_of_unfilled(visit.id, now=time.now)

    assert (tally, seen_meanwhile) == (Tally(), False)


@pytest.mark.rounds(3)
def test_of_schedulers_at_once_one_gives_the_next_step(app: Flask, time: Clock) -> None:
    a_visit(created_at=EIGHT - 60 * DAY)
    time.now = EIGHT - 5 * DAY

    tallies = at_once(app, *[lambda: tell_owners_of_unfilled(time.now)] * SCHEDULERS)

    assert (sum(tally.done for tally in tallies), sum(tally.failed for tally in tallies)) == (1, 0)
    assert len(stored(FollowUp)) == 1


def a_series(meetings: int) -> list[Opportunity]:
    """Weekly, from 10 December 2026 on, each with one mentee of ten places."""
    first = a_visit(seats=1, created_at=EIGHT - 60 * DAY)
    series = SeriesFactory.make(employer=first.employer, kind=first.kind)
    made = [first]
    for number in range(1, meetings):
        at = STARTS + 7 * number * DAY
        made.append(
            OpportunityFactory.make(
                employer=first.employer,
                provider=first.provider,
                leader=first.leader,
                series=series,
                series_number=number + 1,
                starts_at=at,
                ends_at=at + timedelta(hours=1),
                taken=1,
                created_at=EIGHT - 60 * DAY,
            )
        )
    first.series, first.series_number = series, 1
    db.session.commit()
    return made


def test_the_employer_of_a_series_hears_early_once_before_every_meeting_and_is_asked_once(time: Clock) -> None:
    meetings = a_series(3)

    for days in range(-8, 18):
        tick(time, EIGHT + days * DAY)

    numbers = {meeting.id: number for number, meeting in enumerate(meetings, 1)}
    sent = [each for each in stored(Reminder) if each.party.value == "employer" and each.outcome.value == "sent"]
    assert [(each.step.value, numbers[each.opportunity_id]) for each in sent] == [
        ("first", 1),
        ("last", 1),
        ("last", 2),
        ("last", 3),
        ("feedback", 3),
    ]


def test_free_places_in_a_series_are_one_next_step(time: Clock) -> None:
    a_series(3)

    tallies = [unfilled(time, EIGHT - days * DAY) for days in (5, 4)]

    assert tallies == [Tally(done=1), Tally()]
    assert len(stored(FollowUp)) == 1


def test_a_draft_counts_from_when_it_was_opened(time: Clock) -> None:
    visit = a_visit(seats=0, status=OpportunityStatus.DRAFT, leader=None, created_at=EIGHT - 60 * DAY)
    time.now = EIGHT - 25 * DAY
    with committing():
        open_opportunity(db.session.get_one(Opportunity, visit.id))

    early, on_time = unfilled(time, EIGHT - 4 * DAY - MINUTE), unfilled(time, EIGHT - 4 * DAY)

    assert (early, on_time) == (Tally(), Tally(done=1))
