"""Mail that is owed goes out, through a real server on loopback, whatever happens on the way."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from crm.core import clock
from crm.core import tokens as making
from crm.core.batch import Tally
from crm.core.db import committing, db
from crm.notifications import senders, services
from crm.notifications.jobs import send_due_emails
from crm.notifications.models import EmailStatus, OutboxEmail
from tests.conftest import stored
from tests.support.smtp import Server, free_port, smtp_server

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TOKEN = "Zm9vYmFy" * 5 + "abc"  # in clear, as mails have it that were written before placeholders


@pytest.fixture
def server(app: Flask, database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with smtp_server() as server:
        monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://127.0.0.1:{server.port}")
        monkeypatch.setattr(clock, "now", lambda: NOW)
        yield server


def owe(number: int = 1, **changes: Any) -> None:
    mail: dict[str, Any] = {
        "key": f"reason:{number}",
        "recipient": "jo@alder.example",
        "subject": "Words",
        "body": "Hello\n",
    } | changes
    with committing():
        services.enqueue(**mail)


def the_mail() -> OutboxEmail:
    (mail,) = stored(OutboxEmail)
    assert isinstance(mail, OutboxEmail)
    return mail


def test_answers_go_to_whom_the_mail_names(server: Server) -> None:
    owe(1, reply_to="priya@council.example")
    owe(2)

    send_due_emails(NOW)

    assert [taken["Reply-To"] for taken in server.taken] == ["priya@council.example", None]


def test_a_mail_goes_out_once(server: Server) -> None:
    owe(body="Grüße an die Zwölf – every letter\n")

    first, second = send_due_emails(NOW), send_due_emails(NOW + timedelta(days=1))

    assert (first.done, first.failed, second.done) == (1, 0, 0)
    (taken,) = server.taken
    assert (taken["To"], taken["From"]) == ("jo@alder.example", "Threefold <no-reply@threefold.example>")
    assert taken["Auto-Submitted"] == "auto-generated"
    payload = taken.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert "Grüße an die Zwölf – every letter" in payload.decode()
    mail = the_mail()
    assert (mail.status, mail.sent_at, mail.attempts, mail.lease_owner) == (EmailStatus.SENT, NOW, 1, None)


def test_nothing_goes_out_twice_for_one_reason_or_for_a_change_that_was_not_saved(server: Server) -> None:
    owe(1)
    with pytest.raises(IntegrityError), committing():
        services.enqueue(key="reason:1", recipient="jo@alder.example", subject="Words", body="Once more")
    services.enqueue(key="reason:2", recipient="jo@alder.example", subject="Words", body="Hello")
    db.session.rollback()

    assert send_due_emails(NOW).done == 1


def test_no_transaction_is_open_while_a_server_is_spoken_to(server: Server) -> None:
    owe()
    seen: list[bool] = []
    session = db.session()
    server.before_data = lambda: seen.append(session.in_transaction())

    send_due_emails(NOW)

    assert seen == [False]


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 120), (6, 240), (7, 480)])
def test_a_mail_that_may_pass_later_waits_longer_each_time(server: Server, attempts: int, minutes: int) -> None:
    owe()
    server.answer_recipient = "450 mailbox busy"
    with committing():
        the_mail().attempts = attempts - 1

    assert send_due_emails(NOW).failed == 1

    mail = the_mail()
    assert (mail.status, mail.next_attempt_at) == (EmailStatus.QUEUED, NOW + timedelta(minutes=minutes))
    assert "450" in (mail.last_error or "")
    assert send_due_emails(NOW + timedelta(minutes=minutes, seconds=-1)).failed == 0
    server.answer_recipient = None
    assert send_due_emails(NOW + timedelta(minutes=minutes)).done == 1


def test_after_eight_tries_it_is_given_up_and_says_so(server: Server) -> None:
    owe()
    server.answer_data = "451 try again"
    at = NOW
    for _ in range(8):
        send_due_emails(at)
        at += timedelta(days=1)

    mail = the_mail()
    assert (mail.status, mail.attempts) == (EmailStatus.FAILED, 8)
    assert "451" in (mail.last_error or "")
    assert send_due_emails(at) == Tally()


@pytest.mark.parametrize("where", ["answer_recipient", "answer_data"])
def test_a_mail_refused_for_good_is_given_up_at_once(server: Server, where: str) -> None:
    owe()
    setattr(server, where, "550 no such mailbox")

    send_due_emails(NOW)

    mail = the_mail()
    assert (mail.status, mail.attempts) == (EmailStatus.FAILED, 1)
    assert mail.last_error == "550 no such mailbox"


def test_what_cannot_be_a_mail_is_given_up_and_stops_no_other(server: Server) -> None:
    owe(1, subject="Words\nBcc: everybody@example.com")
    owe(2, recipient="not an address")
    owe(3)

    tally = send_due_emails(NOW)

    assert (tally.done, tally.failed) == (1, 2)
    assert [mail.status for mail in stored(OutboxEmail)] == ["failed", "failed", "sent"]
    assert len(server.taken) == 1


def test_a_connection_that_drops_is_tried_again_under_the_same_message_id(server: Server) -> None:
    owe(1)
    server.answer_data = "drop"
    send_due_emails(NOW)
    assert the_mail().status == EmailStatus.QUEUED

    server.answer_data = None
    send_due_emails(NOW + timedelta(minutes=1))
    with committing():  # as if the commit after sending had been lost
        mail = the_mail()
        mail.status, mail.sent_at, mail.next_attempt_at = EmailStatus.QUEUED, None, NOW
    send_due_emails(NOW + timedelta(minutes=2))

    first, again = server.taken
    assert first["Message-ID"] == again["Message-ID"]
    assert first["Message-ID"].endswith("@localhost>")


def test_a_server_that_is_not_there_is_waited_for(server: Server, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://127.0.0.1:{free_port()}")
    owe()

    assert send_due_emails(NOW).failed == 1
    assert the_mail().status == EmailStatus.QUEUED


def test_no_password_is_told_to_a_server_without_encryption(
    server: Server, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://user:secret@127.0.0.1:{server.port}")
    monkeypatch.setattr(senders, "LOOPBACK", frozenset())
    owe()

    assert send_due_emails(NOW).failed == 1

    assert "no encryption" in (the_mail().last_error or "")
    assert "secret" not in (the_mail().last_error or "")
    assert the_mail().status == EmailStatus.QUEUED


def test_a_mail_whose_sender_died_is_sent_when_its_lease_ends(server: Server) -> None:
    owe()
    with committing():
        assert services.claim_next("a sender that was killed", now=NOW)

    assert send_due_emails(NOW + timedelta(minutes=4)).done == 0
    assert send_due_emails(NOW + timedelta(minutes=5)).done == 1


def test_a_sender_that_lost_its_lease_changes_nothing(server: Server) -> None:
    owe()
    with committing():
        claimed = services.claim_next("slow", now=NOW)
    assert claimed
    with committing():
        services.claim_next("quick", now=NOW + timedelta(minutes=5))

    with committing():
        services.record_sent(claimed.id, "slow", at=NOW)
        services.record_failure(claimed.id, "slow", "late", for_good=True, at=NOW)

    mail = the_mail()
    assert (mail.status, mail.lease_owner, mail.last_error) == (EmailStatus.SENDING, "quick", None)


def test_a_mail_that_kills_every_sender_is_given_up(server: Server) -> None:
    owe()
    at = NOW
    for _ in range(8):
        with committing():
            services.claim_next("doomed", now=at)
        at += timedelta(minutes=5)

    assert send_due_emails(at).done == 0
    assert the_mail().status == EmailStatus.FAILED


def test_senders_at_the_same_moment_share_the_work(server: Server, app: Flask) -> None:
    for number in range(20):
        owe(number)

    def send() -> None:
        with app.app_context():
            send_due_emails(NOW)

    db.session.remove()
    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert len({mail["Message-ID"] for mail in server.taken}) == len(server.taken) == 20


def words_of(part: Message) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


def parts_of(mail: Message) -> tuple[Message, Message]:
    """The plain text and the HTML."""
    plain, rich = list(mail.walk())[1:]
    return plain, rich


def linking(minted: making.Minted) -> dict[str, Any]:
    """The texts of a mail that hold a token."""
    address = f"https://threefold.example/answer/{minted.placeholder}"
    return {"body": f"Choose here:\n{address}\n", "html": f'<a href="{address}">Choose</a>', "unsubscribe": address}


def test_a_mail_may_be_html_too_from_somebody_by_name_and_easy_to_stop(server: Server) -> None:
    stop = f"https://threefold-employers.northmoor.example/stop/{'x' * 60}"
    owe(
        html="<p>Grüße</p>\n",
        sender_name="Priya Shah, Northmoor Council",
        reply_to="priya@council.example",
        unsubscribe=stop,
    )

    send_due_emails(NOW)

    (taken,) = server.taken
    assert taken["From"] == '"Priya Shah, Northmoor Council" <no-reply@threefold.example>'
    assert taken["Reply-To"] == "priya@council.example"
    assert taken["List-Unsubscribe"] == f"<{stop}>"
    assert taken["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert taken.get_content_type() == "multipart/alternative"
    plain, rich = parts_of(taken)
    assert [plain.get_content_type(), rich.get_content_type()] == ["text/plain", "text/html"]
    assert (words_of(plain), words_of(rich)) == ("Hello\n", "<p>Grüße</p>\n")


@pytest.mark.parametrize("header", ["subject", "sender_name", "reply_to", "unsubscribe", "recipient"])
def test_no_header_is_smuggled_in(server: Server, header: str) -> None:
    smuggled: dict[str, Any] = {header: "jo@alder.example\r\nBcc: everybody@example.com"}
    owe(**smuggled)

    send_due_emails(NOW)

    assert server.taken == []
    assert the_mail().status == EmailStatus.FAILED
    assert "cannot be written as an e-mail" in (the_mail().last_error or "")


def test_the_outbox_never_holds_a_token_and_after_sending_nothing_one_could_be_made_of(server: Server) -> None:
    minted = making.minted()
    owe(**linking(minted))
    waiting = the_mail()
    assert waiting.has_secret
    assert minted.token not in f"{waiting.body}{waiting.html}{waiting.unsubscribe}"

    send_due_emails(NOW)

    (taken,) = server.taken
    plain, rich = parts_of(taken)
    for text in (words_of(plain), words_of(rich), taken["List-Unsubscribe"]):
        assert f"/answer/{minted.token}" in text
    sent = the_mail()
    assert sent.body == "Choose here:\nhttps://threefold.example/answer/…\n"
    assert minted.seed not in f"{sent.body}{sent.html}{sent.unsubscribe}"


def test_a_mail_that_is_given_up_forgets_its_secret_too(server: Server) -> None:
    minted = making.minted()
    owe(1, **linking(minted))
    server.answer_data = "550 no"
    send_due_emails(NOW)
    assert minted.seed not in f"{the_mail().body}{the_mail().html}{the_mail().unsubscribe}"


def test_a_mail_server_that_cites_the_link_it_objects_to_puts_it_into_no_table(server: Server) -> None:
    minted = making.minted()
    owe(**linking(minted))
    server.answer_data = f"554 blocked for https://threefold.example/answer/{minted.token}"

    send_due_emails(NOW)

    assert the_mail().last_error == "554 blocked for https://threefold.example/answer/[token]"


def test_a_mail_that_kills_every_sender_forgets_its_secret_too(server: Server) -> None:
    minted = making.minted()
    owe(1, **linking(minted))
    for number in range(9):
        with committing():
            services.claim_next("doomed", now=NOW + number * services.LEASE)

    assert the_mail().status == EmailStatus.FAILED
    assert minted.seed not in f"{the_mail().body}{the_mail().html}{the_mail().unsubscribe}"


def test_a_link_that_another_secret_key_made_dead_is_not_sent(
    server: Server, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe(**linking(making.minted()))
    monkeypatch.setitem(app.config, "SECRET_KEY", "another")

    send_due_emails(NOW)

    assert server.taken == []
    assert the_mail().status == EmailStatus.FAILED
    assert the_mail().last_error == senders.KEY_CHANGED


def test_a_mail_from_before_placeholders_goes_out_and_keeps_no_working_link(server: Server) -> None:
    owe(body=f"Choose here:\nhttps://threefold.example/password/{TOKEN}\n")

    send_due_emails(NOW)

    assert TOKEN in words_of(server.taken[0])
    assert TOKEN not in the_mail().body
    assert "https://threefold.example/password/…" in the_mail().body


def test_a_folder_takes_mail_as_files(
    app: Flask, database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAIL_URL", f"folder:{tmp_path}/mail")
    owe()

    send_due_emails(clock.now())

    (file,) = (tmp_path / "mail").iterdir()
    assert file.suffix == ".eml"
    assert message_from_bytes(file.read_bytes())["To"] == "jo@alder.example"


def test_the_terminal_shows_mail(app: Flask, database: None, capsys: pytest.CaptureFixture[str]) -> None:
    owe()

    send_due_emails(clock.now())

    assert "To: jo@alder.example" in capsys.readouterr().out


def test_old_mail_is_forgotten_and_what_is_owed_is_not(server: Server) -> None:
    owe(1)
    send_due_emails(NOW)
    owe(2)

    with committing():
        assert services.forget_old(NOW + timedelta(days=365 * 5)) == 1

    assert the_mail().key == "reason:2"
