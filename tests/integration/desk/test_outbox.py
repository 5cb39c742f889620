"""What managers see of e-mail, and what they can do about it."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from crm.core import clock
from crm.core.access import Role
from crm.core.db import committing, db
from crm.core.errors import Conflict, NotFound
from crm.core.tokens import minted
from crm.core.web import mailed_link
from crm.notifications import services
from crm.notifications.jobs import send_due_emails
from crm.notifications.models import EmailStatus, OutboxEmail
from crm.notifications.senders import message_id
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import EmployerFactory, UserFactory
from tests.support.racing import at_once

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def manager(client: CarefulClient) -> CarefulClient:
    client.sign_in(UserFactory.make(role=Role.MANAGER, name="Priya Shah"))
    return client


def a_mail(
    number: int = 1, status: EmailStatus = EmailStatus.QUEUED, *, with_link: bool = False, **changes: object
) -> int:
    with committing():
        link = mailed_link("accounts.choose_password", minted()) if with_link else "what only Jo should read"
        mail = services.enqueue(
            key=f"reason:{number}", recipient=f"jo{number}@alder.example", subject=f"Words {number}", body=f"{link}\n"
        )
        mail.status = status
        mail.sent_at = NOW if status is EmailStatus.SENT else None
        if mail.is_over:
            services.forget_secrets(mail)
        for name, value in changes.items():
            setattr(mail, name, value)
    return mail.id


def the_mail() -> OutboxEmail:
    (mail,) = stored(OutboxEmail)
    assert isinstance(mail, OutboxEmail)
    return mail


def press(client: CarefulClient, email_id: int, what: str, key: str = "once") -> str:
    answer = client.post(f"/outbox/{email_id}/{what}", data={"submission_key": key}, follow_redirects=True)
    return answer.text


def test_a_manager_reaches_the_outbox_beside_the_contact_log(manager: CarefulClient) -> None:
    assert 'href="/outbox/"' in manager.get("/contact-log/").text


def test_the_list_says_of_every_mail_how_it_stands_and_why(manager: CarefulClient) -> None:
    for number, status in enumerate(EmailStatus):
        a_mail(number, status, last_error="550 no such mailbox" if status is EmailStatus.FAILED else None)

    page = manager.get("/outbox/").text

    for state in EmailStatus:
        assert f"{state.label} (1)" in page
        assert f">{state.label}</strong>" in page
    assert "550 no such mailbox" in page
    assert "jo0@alder.example" in page
    assert "what only Jo should read" not in page
    assert page.index("Words 4") < page.index("Words 0")


def test_it_says_when_a_mail_is_tried_next(manager: CarefulClient) -> None:
    email_id = a_mail(attempts=2, last_error="451 later", next_attempt_at=NOW + timedelta(minutes=15))

    for address in ("/outbox/", f"/outbox/{email_id}"):
        page = manager.get(address).text
        assert "ried next" in page
        assert "9:15am" in page
        assert "451 later" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("state=failed", [2]),
        ("state=nonsense", [1, 2, 3]),
        ("words=JO3", [3]),
        ("words=words+alder", [1, 2, 3]),
        ("words=words+2", [2]),
        ("words=_%25", []),
        ("words=jo2&state=queued", []),
    ],
)
def test_the_list_is_narrowed_by_state_and_by_words(manager: CarefulClient, asked: str, found: list[int]) -> None:
    for number, status in ((1, EmailStatus.QUEUED), (2, EmailStatus.FAILED), (3, EmailStatus.SENT)):
        a_mail(number, status)

    page = manager.get(f"/outbox/?{asked}").text

    assert [number for number in (1, 2, 3) if f"Words {number}" in page] == found
    assert ("No e-mail matches these filters." in page) is (not found)


def test_an_empty_outbox_says_so(manager: CarefulClient) -> None:
    assert "No e-mail was written in the last 90 days." in manager.get("/outbox/").text


def test_the_list_asks_the_database_as_often_for_many_as_for_few(manager: CarefulClient) -> None:
    counts = []
    for last in (25, 100):
        for number in range(last - 25 if last == 25 else 25, last):
            a_mail(number)
        with counting_queries() as statements:
            assert manager.get("/outbox/?per_page=100").status_code == 200
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 9


@pytest.mark.parametrize(("minutes", "warned"), [(9, False), (11, True)])
def test_a_scheduler_that_does_not_run_is_noticed(manager: CarefulClient, minutes: int, warned: bool) -> None:
    a_mail(1, next_attempt_at=NOW - timedelta(minutes=minutes))
    a_mail(2, EmailStatus.FAILED, next_attempt_at=NOW - timedelta(days=1))

    assert ("An e-mail has been waiting since" in manager.get("/outbox/").text) is warned


def test_a_mail_without_a_secret_can_be_read(manager: CarefulClient) -> None:
    employer = EmployerFactory.make(name="Alder Joinery")
    email_id = a_mail(
        sender_name="Tobi Okafor", reply_to="tobi@council.example", employer_id=employer.id, followed_up_at=NOW
    )

    page = manager.get(f"/outbox/{email_id}").text

    assert "what only Jo should read" in page
    assert "Tobi Okafor" in page
    assert "tobi@council.example" in page
    assert f'href="/employers/{employer.id}">Alder Joinery</a>' in page
    assert message_id("reason:1").strip("<>") in page


@pytest.mark.parametrize("status", [EmailStatus.QUEUED, EmailStatus.SENDING])
def test_a_mail_with_a_link_that_will_work_is_its_recipients_alone(manager: CarefulClient, status: EmailStatus) -> None:
    email_id = a_mail(status=status, with_link=True)

    page = manager.get(f"/outbox/{email_id}").text

    assert "for its recipient alone" in page
    assert "/password/" not in page
    assert "{token" not in page


def test_when_it_has_gone_out_it_can_be_read_without_its_link(manager: CarefulClient) -> None:
    email_id = a_mail(status=EmailStatus.SENT, with_link=True)

    page = manager.get(f"/outbox/{email_id}").text

    assert "http://localhost/password/…" in page
    assert "Try again" not in page


@pytest.mark.parametrize("status", [EmailStatus.FAILED, EmailStatus.STOPPED])
def test_what_was_given_up_is_tried_again_from_the_beginning_under_its_message_id(
    manager: CarefulClient, status: EmailStatus
) -> None:
    email_id = a_mail(status=status, attempts=8, last_error="550 no", followed_up_at=NOW)
    before = message_id(the_mail().key)
    assert "Try again" in manager.get(f"/outbox/{email_id}").text

    assert "queued again" in press(manager, email_id, "again")

    mail = the_mail()
    assert (mail.status, mail.attempts, mail.next_attempt_at) == (EmailStatus.QUEUED, 0, NOW)
    assert message_id(mail.key) == before
    assert send_due_emails(NOW).done == 1
    assert the_mail().status is EmailStatus.SENT


@pytest.mark.parametrize("status", [EmailStatus.FAILED, EmailStatus.STOPPED])
def test_what_lost_its_link_has_to_be_sent_anew(manager: CarefulClient, status: EmailStatus) -> None:
    email_id = a_mail(status=status, with_link=True)

    page = manager.get(f"/outbox/{email_id}").text

    assert "Send a new one where it was sent from" in page
    assert "Try again" not in page
    assert services.LOST_LINK in press(manager, email_id, "again")
    assert the_mail().status is status


@pytest.mark.parametrize("status", [EmailStatus.QUEUED, EmailStatus.SENDING, EmailStatus.SENT])
def test_what_was_not_given_up_is_not_tried_again(manager: CarefulClient, status: EmailStatus) -> None:
    email_id = a_mail(status=status)

    assert services.NOT_GIVEN_UP in press(manager, email_id, "again")
    assert the_mail().status is status


def test_a_mail_that_waits_is_stopped_and_forgets_its_link(manager: CarefulClient) -> None:
    email_id = a_mail(with_link=True)
    assert "Stop it" in manager.get(f"/outbox/{email_id}").text

    page = press(manager, email_id, "stop")

    assert "was stopped" in page
    mail = the_mail()
    assert (mail.status, mail.last_error) == (EmailStatus.STOPPED, "Stopped by Priya Shah.")
    assert mail.body == "http://localhost/password/…\n"
    assert send_due_emails(NOW).done == 0


@pytest.mark.parametrize("status", [status for status in EmailStatus if status is not EmailStatus.QUEUED])
def test_what_is_on_its_way_or_over_cannot_be_stopped(manager: CarefulClient, status: EmailStatus) -> None:
    email_id = a_mail(status=status)

    assert "Stop it" not in manager.get(f"/outbox/{email_id}").text
    assert services.ON_ITS_WAY in press(manager, email_id, "stop")
    assert the_mail().status is status


def test_a_second_press_changes_nothing_more(manager: CarefulClient) -> None:
    email_id = a_mail()
    press(manager, email_id, "stop")

    page = press(manager, email_id, "stop")

    assert "Stopped by Priya Shah." in page


def test_a_mail_that_is_deleted_is_no_page(manager: CarefulClient) -> None:
    assert manager.get("/outbox/17").status_code == 404
    assert manager.post("/outbox/17/stop", data={"submission_key": "once"}).status_code == 404
    for do in (services.try_again, lambda email_id: services.stop(email_id, by="Priya")):
        with pytest.raises(NotFound):
            do(17)
    db.session.rollback()


def test_services_say_no_as_the_pages_do() -> None:
    email_id = a_mail(status=EmailStatus.SENT)

    with pytest.raises(Conflict):
        services.try_again(email_id)
    with pytest.raises(Conflict):
        services.stop(email_id, by="Priya")
    db.session.rollback()


def test_a_mail_is_stopped_or_taken_to_be_sent_but_never_both(app: Flask) -> None:
    for number in range(10):
        email_id = a_mail(number)

        def stopping(email_id: int = email_id) -> bool:
            try:
                with committing():
                    services.stop(email_id, by="Priya")
            except Conflict:
                return False
            return True

        def taking() -> bool:
            with committing():
                return services.claim_next("us", now=NOW) is not None

        stopped, taken = at_once(app, stopping, taking)

        db.session.rollback()
        status = db.session.get_one(OutboxEmail, email_id).status
        assert stopped != taken
        assert status is (EmailStatus.STOPPED if stopped else EmailStatus.SENDING)
