"""Reading a real mailbox on loopback: nothing is lost and nothing filed twice, whatever breaks off when."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask

from crm.core.batch import Tally
from crm.core.db import db
from crm.correspondence import jobs, services
from crm.correspondence.mailbox import Opened, Unreachable, configured, opened, what_is_ours
from crm.correspondence.models import Mail, Mailbox, MailboxMessage, MailStatus, Why
from crm.correspondence.reading.letter import LARGEST_FILE
from crm.interactions.models import Interaction
from tests.conftest import stored
from tests.integration.correspondence.arranging import NOW, Cast, cast, mailed
from tests.support.imap import MailServer, mail_server
from tests.support.racing import at_once
from tests.unit.correspondence.reading import content_of

JO = "jo.fairclough@moorcroft-timber.example"
PRIYA = "priya.patel@northmoor.example"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], MailServer]]:
    """A mail server per test is slow to start: they share one and begin with a mailbox of their own."""
    folder: Path = tmp_path_factory.mktemp("imap")
    with mail_server(folder) as server:
        yield lambda: server


@pytest.fixture
def server(running: Callable[[], MailServer], app: Flask, monkeypatch: pytest.MonkeyPatch) -> MailServer:
    server = running()
    server.start()
    server.empty()
    monkeypatch.setitem(app.config, "IMAP_URL", server.url)
    return server


@pytest.fixture
def people(database: None) -> Cast:
    people = cast()
    db.session.commit()
    return people


def later(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def test_what_is_in_the_mailbox_is_taken_in_once_and_marked_as_seen(server: MailServer, people: Cast) -> None:
    server.deliver(mailed(PRIYA, to=JO))
    server.deliver(content_of("gmail-reply.eml"))
    server.deliver(content_of("out-of-office.eml"))

    assert jobs.read_mailbox(NOW) == Tally(done=3)
    assert jobs.read_mailbox(later(1)) == Tally()

    assert [(each.status, each.why) for each in stored(Mail)] == [
        (MailStatus.FILED, None),
        (MailStatus.WAITING, Why.NOT_OURS),
        (MailStatus.ASIDE, Why.AUTOMATIC),
    ]
    assert server.unseen() == 0
    assert (stored(Mailbox)[0].read_at, stored(Mailbox)[0].trouble) == (later(1), None)


def test_what_is_read_elsewhere_first_is_taken_in_all_the_same(server: MailServer, people: Cast) -> None:
    server.deliver(mailed(PRIYA, to=JO))
    address = configured()
    assert address
    with opened(address) as conversation:
        conversation.mark_seen(conversation.uids()[0])

    assert jobs.read_mailbox(NOW) == Tally(done=1)


def test_a_mailbox_whose_messages_are_numbered_anew_files_nothing_twice(server: MailServer, people: Cast) -> None:
    server.deliver(mailed(PRIYA, to=JO))
    server.deliver(mailed(JO))
    jobs.read_mailbox(NOW)

    server.renumber()

    assert jobs.read_mailbox(later(1)) == Tally(done=2)
    assert len(stored(Mail)) == 2
    assert len(stored(Interaction)) == 1
    assert len({each.uidvalidity for each in stored(MailboxMessage)}) == 2
    assert jobs.read_mailbox(later(2)) == Tally()


def test_a_server_that_dies_in_the_middle_loses_nothing(
    server: MailServer, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        server.deliver(mailed(PRIYA, to=JO))
    fetch, fetched = Opened.fetch, []

    def dies_at_the_third(self: Opened, uid: int) -> tuple[bytes, str] | None:
        fetched.append(uid)
        if len(fetched) == 3:
            server.stop()
        return fetch(self, uid)

    monkeypatch.setattr(Opened, "fetch", dies_at_the_third)
    assert jobs.read_mailbox(NOW) == Tally(done=2, failed=1)
    assert stored(Mailbox)[0].trouble
    assert len(stored(Mail)) == 2

    server.start()
    assert jobs.read_mailbox(later(1)) == Tally(done=2)
    assert len(stored(Mail)) == len(stored(Interaction)) == 4
    assert stored(Mailbox)[0].trouble is None


def test_a_server_that_dies_before_a_message_is_marked_files_it_once(
    server: MailServer, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(mailed(PRIYA, to=JO))
    with monkeypatch.context() as dying:
        mark = Opened.mark_seen

        def dies_first(self: Opened, uid: int) -> None:
            server.stop()
            mark(self, uid)

        dying.setattr(Opened, "mark_seen", dies_first)
        assert jobs.read_mailbox(NOW) == Tally(failed=1)
    server.start()

    assert jobs.read_mailbox(later(1)) == Tally()
    assert len(stored(Interaction)) == 1


def test_a_process_that_dies_holding_the_mailbox_is_followed_when_its_lease_ends(
    server: MailServer, people: Cast
) -> None:
    server.deliver(mailed(PRIYA, to=JO))
    address = configured()
    assert address
    services.claim_mailbox(address.name, "dead", now=NOW)
    db.session.commit()

    assert jobs.read_mailbox(later(1)) == Tally()
    assert jobs.read_mailbox(later(11)) == Tally(done=1)


def test_poison_stops_no_other_message_and_is_seen_in_the_tray(
    server: MailServer, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(mailed(PRIYA, to=JO, subject="Poison"))
    server.deliver(mailed(PRIYA, to=JO, subject="Honey"))
    poison(monkeypatch)

    assert jobs.read_mailbox(NOW) == Tally(done=2)

    assert {(each.subject, each.status, each.trouble) for each in stored(Mail)} == {
        ("Poison", MailStatus.WAITING, "Something in it stopped the service (KeyError). It is still in the mailbox."),
        ("Honey", MailStatus.FILED, None),
    }


def poison(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the service fall over the message that is called so."""
    really = services.take_in

    def take_in(found: services.mailboxes.Found, *rest: object, **more: object) -> object:
        if b"Subject: Poison" in found.content:
            raise KeyError("poison")
        return really(found, *rest, **more)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(services, "take_in", take_in)


def test_poison_that_cannot_even_be_shown_is_tried_again(
    server: MailServer, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(mailed(PRIYA, to=JO, subject="Poison"))
    with monkeypatch.context() as ill:
        poison(ill)
        ill.setattr(services, "note_poison", lambda *_, **__: 1 / 0)
        assert jobs.read_mailbox(NOW) == Tally(failed=1)
    assert server.unseen() == 1

    assert jobs.read_mailbox(later(1)) == Tally(done=1)
    assert stored(Mail)[0].status is MailStatus.FILED


def test_a_message_too_large_to_read_is_named_and_not_fetched(
    server: MailServer, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.correspondence.mailbox.LARGEST_FILE", 2_000)
    server.deliver(mailed(PRIYA, to=JO, subject="Film") + b"x" * 3_000)

    assert jobs.read_mailbox(NOW) == Tally(done=1)

    mail = stored(Mail)[0]
    assert (mail.subject, mail.why, mail.text) == ("Film", Why.UNREADABLE, "")
    assert LARGEST_FILE == 10 * 2**20


def test_a_message_deleted_meanwhile_is_passed_over(
    server: MailServer, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    uids = Opened.uids
    monkeypatch.setattr(Opened, "uids", lambda self: [*uids(self), 999])

    assert jobs.read_mailbox(NOW) == Tally(done=1)
    assert stored(Mail) == []


def test_what_takes_too_long_waits_for_the_next_time(
    server: MailServer, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.deliver(mailed(PRIYA, to=JO))
    with monkeypatch.context() as slow:
        slow.setattr(jobs, "LONGEST_READ", -1)
        assert jobs.read_mailbox(NOW) == Tally()

    assert jobs.read_mailbox(later(1)) == Tally(done=1)


def test_two_schedulers_at_once_file_every_message_once(app: Flask, server: MailServer, people: Cast) -> None:
    for _ in range(5):
        server.deliver(mailed(PRIYA, to=JO))

    at_once(app, *[lambda: jobs.read_mailbox(NOW)] * 2)

    assert len(stored(Mail)) == len(stored(Interaction)) == 5


def test_two_who_both_think_the_mailbox_is_theirs_file_every_message_once(
    app: Flask, server: MailServer, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a pause longer than a lease. The unique rows are what holds, not the lease."""
    for _ in range(4):
        server.deliver(mailed(PRIYA, to=JO))
    box = services.claim_mailbox("crm@127.0.0.1/INBOX", "somebody", now=NOW)
    db.session.commit()
    monkeypatch.setattr(services, "claim_mailbox", lambda *_, **__: box)
    new, ready = jobs._new, Barrier(2)

    def both_see_the_same(conversation: Opened, mailbox_id: int) -> list[int]:
        found = new(conversation, mailbox_id)
        ready.wait()
        return found

    monkeypatch.setattr(jobs, "_new", both_see_the_same)

    tallies = at_once(app, *[lambda: jobs.read_mailbox(NOW)] * 2)

    assert tallies == [Tally(done=4), Tally(done=4)]
    assert len(stored(Mail)) == len(stored(Interaction)) == len(stored(MailboxMessage)) == 4


def test_a_wrong_password_is_told_without_telling_it(
    app: Flask, server: MailServer, people: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(app.config, "IMAP_URL", server.url.replace("secret", "wr0ng"))

    assert jobs.read_mailbox(NOW) == Tally(failed=1)

    assert stored(Mailbox)[0].trouble == "The mail server did not accept the user and password in IMAP_URL."
    assert "wr0ng" not in caplog.text
    assert "wr0ng" not in repr(configured())


def test_a_folder_that_is_not_there_is_told(
    app: Flask, server: MailServer, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "IMAP_URL", server.url.replace("INBOX", "Nowhere"))

    assert jobs.read_mailbox(NOW) == Tally(failed=1)
    assert stored(Mailbox)[0].trouble == "There is no folder Nowhere in the mailbox."


def test_a_server_that_is_away_is_told_and_nothing_else_happens(server: MailServer, people: Cast) -> None:
    server.stop()
    try:
        assert jobs.read_mailbox(NOW) == Tally(failed=1)
    finally:
        server.start()
    assert stored(Mailbox)[0].trouble == "The mail server does not answer (ConnectionRefusedError)."


def test_no_line_is_opened_without_encryption_to_a_server_that_should_have_it(
    app: Flask, server: MailServer, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "IMAP_URL", server.url.replace("imap://", "imaps://"))
    address = configured()
    assert address

    with pytest.raises(Unreachable, match=r"does not answer|broke off"), opened(address):
        pass


def test_without_a_setting_no_mailbox_is_read(app: Flask, people: Cast) -> None:
    assert jobs.read_mailbox(NOW) == Tally()
    assert stored(Mailbox) == []


def test_what_is_ours_is_known_from_the_settings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "IMAP_URL", "imaps://CRM%40northmoor.example:x@mail.example/In%20box")
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://threefold.example")

    with app.app_context():
        ours, address = what_is_ours(), configured()

    assert ours.addresses == {"crm@northmoor.example", "no-reply@threefold.example"}
    assert ours.host == "threefold.example"
    assert address
    assert (address.port, address.name) == (993, "CRM@northmoor.example@mail.example/In box")
