"""A mail to an employer that was given up becomes somebody's next step, once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from crm.accounts.models import User
from crm.core.access import Role
from crm.core.batch import Tally
from crm.core.db import committing, db
from crm.desk.undelivered import services
from crm.desk.undelivered.jobs import follow_up_undelivered
from crm.employers.models import Employer
from crm.interactions.models import FollowUp
from crm.notifications.models import EmailStatus, OutboxEmail
from crm.notifications.services import enqueue
from tests.conftest import stored
from tests.factories import EmployerFactory, UserFactory
from tests.support.racing import at_once

pytestmark = pytest.mark.usefixtures("database")
NOW = datetime(2026, 11, 2, 23, 30, tzinfo=UTC)
TODAY = date(2026, 11, 2)


def given_up(employer_id: int | None, *, number: int = 1, error: str = "550 no such mailbox", **more: str) -> int:
    """A mail about an employer that will not be tried again."""
    with committing():
        mail = enqueue(
            key=f"reason:{number}",
            recipient="kim@alder.example",
            subject="Words",
            body="Hello",
            employer_id=employer_id,
            reply_to=more.get("reply_to"),
        )
        mail.status, mail.last_error = EmailStatus.FAILED, error
    return mail.id


def an_employer(owner: User | None) -> Employer:
    return EmployerFactory.make(owner=owner)


def steps() -> list[tuple[int, int, str]]:
    return [(step.employer_id, step.owner_id, step.what) for step in stored(FollowUp)]


def test_the_owner_is_asked_to_see_to_a_mail_that_could_not_be_delivered() -> None:
    owner = UserFactory.make()
    employer = an_employer(owner)
    given_up(employer.id)

    assert follow_up_undelivered(NOW) == Tally(done=1)

    what = "E-mail to kim@alder.example could not be delivered: 550 no such mailbox. Check the address or ring them."
    assert steps() == [(employer.id, owner.id, what)]
    assert stored(FollowUp)[0].due_on == TODAY
    assert stored(OutboxEmail)[0].followed_up_at == NOW


def test_it_is_asked_once_however_often_the_job_runs_and_the_mail_fails() -> None:
    given_up(an_employer(UserFactory.make()).id)
    follow_up_undelivered(NOW)

    again = follow_up_undelivered(NOW + timedelta(minutes=1))

    assert again == Tally()
    assert len(steps()) == 1


def test_two_schedulers_at_the_same_moment_ask_once(app: Flask) -> None:
    employer_id = an_employer(UserFactory.make()).id
    for number in range(10):
        given_up(employer_id, number=number)

    tallies = at_once(app, *(lambda: follow_up_undelivered(NOW) for _ in range(2)))

    assert sum(tally.done for tally in tallies) == len(steps()) == 10


def test_where_the_step_cannot_be_saved_the_mail_stays_to_be_followed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    given_up(an_employer(UserFactory.make()).id)

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(services, "add_follow_up", fail)
    assert follow_up_undelivered(NOW) == Tally(failed=1)
    monkeypatch.undo()

    assert follow_up_undelivered(NOW) == Tally(done=1)


@pytest.mark.parametrize("status", [status for status in EmailStatus if status is not EmailStatus.FAILED])
def test_only_what_was_given_up_is_followed_up(status: EmailStatus) -> None:
    email_id = given_up(an_employer(UserFactory.make()).id)
    with committing():
        mail = db.session.get_one(OutboxEmail, email_id)
        mail.status, mail.sent_at = status, NOW if status is EmailStatus.SENT else None

    assert follow_up_undelivered(NOW) == Tally()
    with committing():
        assert not services.follow_up(email_id, now=NOW)
    assert steps() == []


def test_a_mail_about_no_employer_is_nobodys_next_step() -> None:
    UserFactory.make(role=Role.MANAGER)
    email_id = given_up(None)

    assert follow_up_undelivered(NOW) == Tally()
    with committing():
        assert not services.follow_up(email_id, now=NOW)


def test_an_employer_that_is_gone_leaves_nothing_to_do() -> None:
    UserFactory.make(role=Role.MANAGER)
    given_up(12345)

    assert follow_up_undelivered(NOW) == Tally()
    assert steps() == []
    assert stored(OutboxEmail)[0].followed_up_at == NOW


def test_a_merged_employer_is_the_one_it_was_merged_into() -> None:
    owner = UserFactory.make()
    last = an_employer(owner)
    between = an_employer(None)
    first = EmployerFactory.make(archived_at=NOW, archived_reason="Merged", merged_into_id=between.id)
    between.archived_at, between.archived_reason, between.merged_into_id = NOW, "Merged", last.id
    db.session.flush()
    given_up(first.id)

    follow_up_undelivered(NOW)

    assert [step[:2] for step in steps()] == [(last.id, owner.id)]


def test_without_an_owner_who_can_sign_in_whoever_wrote_is_asked() -> None:
    UserFactory.make(role=Role.MANAGER)
    wrote = UserFactory.make(email="priya@council.example")
    given_up(an_employer(UserFactory.make(disabled_at=NOW)).id, reply_to="Priya@council.example")

    follow_up_undelivered(NOW)

    assert [step[1] for step in steps()] == [wrote.id]


def test_otherwise_a_manager_is_asked_before_an_administrator() -> None:
    UserFactory.make(email="gone@council.example", disabled_at=NOW)
    UserFactory.make(role=Role.ADMIN)
    UserFactory.make(role=Role.MANAGER, disabled_at=NOW)
    manager = UserFactory.make(role=Role.MANAGER)
    UserFactory.make(role=Role.MANAGER)
    UserFactory.make(role=Role.PARTNER)
    given_up(an_employer(None).id, reply_to="gone@council.example")

    follow_up_undelivered(NOW)

    assert [step[1] for step in steps()] == [manager.id]


def test_while_nobody_can_be_asked_it_waits() -> None:
    UserFactory.make(role=Role.OFFICER)
    given_up(an_employer(None).id)
    assert follow_up_undelivered(NOW) == Tally()
    administrator = UserFactory.make(role=Role.ADMIN)
    db.session.commit()

    assert follow_up_undelivered(NOW) == Tally(done=1)

    assert [step[1] for step in steps()] == [administrator.id]


@pytest.mark.parametrize(
    ("address", "error", "ending"),
    [
        ("kim@alder.example", "x" * 500, "x…. Check the address or ring them."),
        (f"{'k' * 60}@{'a' * 150}.example", "550\r\n5.1.1  no\nsuch mailbox. ", "550 5.1.1 no such mailbox. Check the"),
        ("kim@alder.example", "", "no reason was given. Check the address or ring them."),
    ],
)
def test_whatever_the_mail_server_said_it_is_one_line_that_fits(address: str, error: str, ending: str) -> None:
    what = services.what_to_do(OutboxEmail(recipient=address, last_error=error))

    assert ending in what
    assert len(what) <= 255
    assert "\n" not in what
