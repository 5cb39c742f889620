"""Chasing by itself: each step once, whatever restarts, and not where something is in the way."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from crm.accounts.models import User
from crm.answering import jobs
from crm.answering.asking import FIRST, LAST, SECOND
from crm.answering.chasing import TOO_LATE
from crm.answering.jobs import chase_unanswered, tell_of_lapsed
from crm.answering.models import PledgeChaser
from crm.answering.services import give_answer, recall, send
from crm.answering.services.chasing import chase, tell_of_lapse
from crm.audit.queries import history_of
from crm.core import clock
from crm.core.batch import Tally
from crm.core.db import committing, db
from crm.employers.models import Contact, Employer, LegalForm
from crm.interactions.models import FollowUp
from crm.links.models import EmployerLink, LinkPurpose
from crm.notifications.models import EmailStatus, OutboxEmail
from crm.pledges.models import Pledge, PledgeStatus
from crm.pledges.queries import get_pledge
from tests.conftest import counting_queries, stored
from tests.factories import ContactFactory, EmployerFactory, PledgeFactory, PledgeLineFactory, UserFactory
from tests.integration.answering.answering import YES, link_and_pledge
from tests.integration.answering.test_telling import opens
from tests.support.racing import at_once

pytestmark = pytest.mark.usefixtures("database")
SENT_AT = datetime(2026, 11, 2, 10, 30, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SCHEDULERS, ROUNDS = 4, 5


class Clock:
    """What time it is for the test."""

    def __init__(self) -> None:
        self.now = SENT_AT


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moving = Clock()
    monkeypatch.setattr(clock, "now", lambda: moving.now)
    return moving


def a_pledge_out(*names: str) -> Pledge:
    """Sent by link to people of one employer at 10:30 on 2 November 2026."""
    officer = UserFactory.make(name="Priya Shah")
    employer = EmployerFactory.make(name="Alder Joinery", legal_form=LegalForm.COMPANY, owner=officer)
    contacts = [
        ContactFactory.make(employer=employer, name=name, email=f"{name.casefold()}@alder.example")
        for name in names or ("Dana",)
    ]
    pledge = PledgeFactory.make(
        employer=employer,
        status=PledgeStatus.DRAFT,
        confirmed_on=None,
        lines=[PledgeLineFactory.build(young_people=2)],
    )
    db.session.commit()
    loaded = get_pledge(pledge.id, viewer=officer)
    with committing():
        send(loaded, contacts, by=officer)
    return pledge


def tick(time: Clock, after: timedelta) -> Tally:
    time.now = SENT_AT + after
    db.session.rollback()
    return chase_unanswered(time.now)


def decided() -> list[tuple[int, str, str | None]]:
    return [(each.step, each.outcome.value, each.reason) for each in stored(PledgeChaser)]


def chasers() -> list[OutboxEmail]:
    return [mail for mail in stored(OutboxEmail) if mail.key.startswith("pledge-chaser")]


def test_nothing_is_due_a_minute_before_and_one_reminder_a_week_later(time: Clock) -> None:
    a_pledge_out()

    early, on_time, again = tick(time, 7 * DAY - MINUTE), tick(time, 7 * DAY), tick(time, 7 * DAY + MINUTE)

    assert (early, on_time, again) == (Tally(), Tally(done=1), Tally())
    assert decided() == [(FIRST, "sent", None)]
    assert len(chasers()) == 1


def test_a_reminder_says_when_it_was_asked_and_opens_the_link_as_the_first_mail_still_does(time: Clock) -> None:
    pledge = a_pledge_out()
    first_mail = stored(OutboxEmail)[0]

    tick(time, 7 * DAY)

    (mail,) = chasers()
    assert mail.key == f"pledge-chaser:{stored(PledgeChaser)[0].link_id}:1"
    assert "On 2 November 2026 we sent you the pledge of Alder Joinery" in mail.body
    assert mail.subject == "Your pledge to young people for 2026/27: please answer"
    assert mail.sender_name == "Priya Shah, Your council"
    for each in (first_mail, mail):
        assert opens(each, LinkPurpose.ANSWER, "answer")
    assert stored(Pledge)[0].reminded_on == date(2026, 11, 9)
    change = history_of("pledge", pledge.id)[0]
    assert (change.actor, change.reason) == ("Threefold", "Reminded by itself, because it was not answered")


def test_all_three_go_out_by_a_clock_that_moves_hour_by_hour(time: Clock) -> None:
    a_pledge_out()

    for hours in range(24 * 30):
        tick(time, timedelta(hours=hours))

    assert decided() == [(FIRST, "sent", None), (SECOND, "sent", None), (LAST, "sent", None)]
    assert [each.decided_at.day for each in stored(PledgeChaser)] == [9, 16, 27]
    assert "The link stops working after 30 November 2026" in chasers()[-1].body
    assert "A “not this year” helps us too." in chasers()[1].body


def test_after_a_long_sleep_only_the_latest_goes_out(time: Clock) -> None:
    a_pledge_out()

    tick(time, 26 * DAY)

    assert decided() == [(FIRST, "skipped", TOO_LATE), (SECOND, "skipped", TOO_LATE), (LAST, "sent", None)]
    assert len(chasers()) == 1


def test_everybody_who_was_asked_is_reminded(time: Clock) -> None:
    a_pledge_out("Dana", "Eve")

    assert tick(time, 7 * DAY) == Tally(done=2)
    assert {mail.recipient for mail in chasers()} == {"dana@alder.example", "eve@alder.example"}


def test_a_batch_is_bounded_and_the_longest_due_go_first(time: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "MOST_AT_ONCE", 2)
    a_pledge_out("Dana", "Eve", "Finn")

    assert [tick(time, 7 * DAY).done for _ in range(3)] == [2, 1, 0]


def test_an_answer_ends_the_chasing(time: Clock) -> None:
    a_pledge_out()
    link = next(each for each in stored(EmployerLink) if each.purpose is LinkPurpose.ANSWER)
    with committing():
        give_answer(*link_and_pledge(link.id), YES)

    assert tick(time, 7 * DAY) == Tally()


def test_what_was_answered_just_before_is_left_alone(time: Clock) -> None:
    a_pledge_out()
    link = next(each for each in stored(EmployerLink) if each.purpose is LinkPurpose.ANSWER)
    with committing():
        give_answer(*link_and_pledge(link.id), YES)

    with committing():
        chased = chase(link.id, now=SENT_AT + 7 * DAY)

    assert not chased
    assert not decided()


def test_a_recalled_pledge_is_not_chased(time: Clock) -> None:
    pledge = a_pledge_out()
    officer = stored(User)[0]
    with committing():
        recall(get_pledge(pledge.id, viewer=officer), by=officer)

    assert tick(time, 7 * DAY) == Tally()


def objects(contact: Contact) -> None:
    contact.objected_on, contact.objected_how = date(2026, 11, 5), "by phone"


def leaves(contact: Contact) -> None:
    contact.left_at = SENT_AT


def wants_peace(contact: Contact) -> None:
    employer = db.session.get_one(Employer, contact.employer_id)
    employer.quiet_until, employer.quiet_reason = date(2026, 11, 12), "Stocktaking"


def is_archived(contact: Contact) -> None:
    employer = db.session.get_one(Employer, contact.employer_id)
    employer.archived_at, employer.archived_reason = SENT_AT, "Closed"


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (objects, "They objected to e-mail on 5 November 2026 (by phone)."),
        (leaves, "They no longer work there."),
        (wants_peace, "They asked to be left in peace until 12 November 2026."),
        (is_archived, "The employer is archived."),
    ],
)
def test_where_something_is_in_the_way_the_step_is_skipped_with_the_reason(
    time: Clock, happens: object, reason: str
) -> None:
    a_pledge_out()
    happens(stored(Contact)[0])  # type: ignore[operator]  # each is a function
    db.session.commit()

    assert tick(time, 7 * DAY) == Tally(done=1)
    assert decided() == [(FIRST, "skipped", reason)]
    assert not chasers()


def test_who_cannot_be_reached_is_not_chased(time: Clock) -> None:
    a_pledge_out()
    db.session.query(OutboxEmail).update({"status": EmailStatus.FAILED, "last_error": "550 No such mailbox"})
    db.session.commit()

    tick(time, 7 * DAY)

    assert decided() == [(FIRST, "skipped", "The last e-mail to them could not be delivered.")]


def test_what_was_skipped_is_not_made_up_for_later(time: Clock) -> None:
    a_pledge_out()
    wants_peace(stored(Contact)[0])
    db.session.commit()
    tick(time, 7 * DAY)

    tick(time, 11 * DAY)
    tick(time, 14 * DAY)

    assert [(step, outcome) for step, outcome, _ in decided()] == [(FIRST, "skipped"), (SECOND, "sent")]


def test_of_schedulers_at_once_one_sends_each_reminder(app: Flask, time: Clock) -> None:
    for _ in range(ROUNDS):
        a_pledge_out("Dana", "Eve")
        time.now = SENT_AT + 7 * DAY
        begun = len(chasers())

        tallies = at_once(app, *[lambda: chase_unanswered(time.now)] * SCHEDULERS)

        assert sum(each.done for each in tallies) == 2
        assert not any(each.failed for each in tallies)
        assert len(chasers()) == begun + 2
        time.now = SENT_AT
    assert len(decided()) == 2 * ROUNDS


def test_a_second_decision_about_a_step_is_refused_by_the_database_and_sends_nothing(
    time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_pledge_out()
    tick(time, 7 * DAY)
    monkeypatch.setattr("crm.answering.services.chasing._decided", lambda _link: ())
    monkeypatch.setattr("crm.answering.chasing.REST", timedelta())

    with committing():
        again = chase(stored(PledgeChaser)[0].link_id, now=time.now)

    assert not again
    assert len(chasers()) == 1


def test_what_is_due_is_one_question_however_many_links_wait(time: Clock) -> None:
    a_pledge_out(*[f"N{number}" for number in range(25)])
    time.now = SENT_AT + DAY

    with counting_queries() as statements:
        chase_unanswered(time.now)

    assert len([each for each in statements if each.startswith("SELECT")]) <= 3  # settings, links


# The end of the last link -------------------------------------------------------------------------------------------


def told() -> list[FollowUp]:
    return stored(FollowUp)


def at_the_end(time: Clock, after: timedelta = 29 * DAY) -> Tally:
    time.now = SENT_AT + after
    db.session.rollback()
    return tell_of_lapsed(time.now)


def test_when_the_last_link_ended_who_asked_is_to_ring_them_once(time: Clock) -> None:
    a_pledge_out("Dana", "Eve")

    early, on_time, again = at_the_end(time, 28 * DAY), at_the_end(time), at_the_end(time, 35 * DAY)

    assert (early, on_time, again) == (Tally(), Tally(done=1), Tally())
    (step,) = told()
    assert step.what == "Ring them: they have not answered the pledge for 2026/27, and their link has ended"
    assert (step.due_on, step.owner_id) == (date(2026, 12, 1), stored(User)[0].id)


def test_while_somebody_can_still_answer_nobody_is_to_ring(time: Clock) -> None:
    a_pledge_out("Dana", "Eve")
    first = next(each for each in stored(EmployerLink) if each.purpose is LinkPurpose.ANSWER)
    first.expires_at = SENT_AT + DAY
    db.session.commit()

    assert at_the_end(time, 2 * DAY) == Tally()
    with committing():
        assert not tell_of_lapse(first.pledge_id, now=time.now)


def test_they_are_not_to_be_rung_before_they_want_to_be_nor_at_the_weekend(time: Clock) -> None:
    a_pledge_out()
    at_the_end(time, timedelta(days=33))  # a Saturday
    assert told()[0].due_on == date(2026, 12, 7)

    a_pledge_out()
    for employer in stored(Employer):
        employer.quiet_until, employer.quiet_reason = date(2027, 1, 11), "Stocktaking"
    db.session.commit()
    for link in stored(EmployerLink):
        link.expires_at = SENT_AT
    db.session.commit()
    at_the_end(time)

    assert told()[-1].due_on == date(2027, 1, 11)


def test_where_nobody_looks_after_the_employer_it_waits_for_somebody_who_does(time: Clock) -> None:
    a_pledge_out()
    for user in stored(User):
        user.disabled_at = SENT_AT
    db.session.commit()
    nobody = at_the_end(time)
    officer_id = UserFactory.make().id
    db.session.commit()
    stored(Employer)[0].owner_id = officer_id
    db.session.commit()

    somebody = at_the_end(time)

    assert (nobody, somebody) == (Tally(), Tally(done=1))


def test_an_archived_employer_or_an_answered_pledge_is_nobodys_task(time: Clock) -> None:
    a_pledge_out()
    (employer,) = stored(Employer)
    employer.archived_at, employer.archived_reason = SENT_AT, "Closed"
    db.session.commit()
    archived = at_the_end(time)
    (employer,) = stored(Employer)
    employer.archived_at = employer.archived_reason = None
    db.session.commit()
    stored(Pledge)[0].status = PledgeStatus.DRAFT
    db.session.commit()

    assert (archived, at_the_end(time)) == (Tally(), Tally())


def test_of_schedulers_at_once_one_gives_the_task(app: Flask, time: Clock) -> None:
    a_pledge_out()
    time.now = SENT_AT + 29 * DAY

    tallies = at_once(app, *[lambda: tell_of_lapsed(time.now)] * SCHEDULERS)

    assert sum(each.done for each in tallies) == 1
    assert len(told()) == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_an_answer_and_a_reminder_at_once_leave_nothing_that_still_asks(app: Flask, time: Clock, _round: int) -> None:
    a_pledge_out("Dana", "Eve")
    first = next(each for each in stored(EmployerLink) if each.purpose is LinkPurpose.ANSWER)
    link_id, time.now = first.id, SENT_AT + 7 * DAY

    def answers() -> Tally:
        with committing():
            give_answer(*link_and_pledge(link_id), YES)
        return Tally()

    tallies = at_once(app, answers, *[lambda: chase_unanswered(time.now)] * 3)

    assert not any(each.failed for each in tallies)
    assert [each.status for each in stored(Pledge)] == [PledgeStatus.CONFIRMED]
    assert not [mail.key for mail in stored(OutboxEmail) if mail.key.startswith(("pledge-link", "pledge-chaser"))]
