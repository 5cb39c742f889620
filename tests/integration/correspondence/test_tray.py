"""The tray: discarding, putting back, forgetting; and what is shown of it."""

from datetime import timedelta

import pytest

from crm.core.db import db
from crm.core.errors import Conflict
from crm.correspondence import services
from crm.correspondence.models import Mail, MailAttachment, MailboxMessage, MailStatus, Why
from crm.correspondence.queries.people import known_at, suggestions
from crm.correspondence.queries.tray import filed_with, tray_page, waiting_count
from crm.reference.services import save_setting
from tests.conftest import counting_queries, stored
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    InteractionFactory,
    MailAttachmentFactory,
    MailboxFactory,
    MailboxMessageFactory,
    MailFactory,
    UserFactory,
)
from tests.integration.correspondence.arranging import NOW

pytestmark = pytest.mark.usefixtures("database")
LONG_AGO = NOW - timedelta(days=31)


def test_what_belongs_nowhere_is_discarded_with_a_reason_and_can_come_back() -> None:
    mail, officer = MailFactory.make(), UserFactory.make()

    services.discard(mail, reason="Spam", by=officer, at=NOW)
    assert (mail.status, mail.reason, mail.decided_by_id) == (MailStatus.DISCARDED, "Spam", officer.id)
    with pytest.raises(Conflict, match="does not wait in the tray any more"):
        services.discard(mail, reason="Spam", by=officer, at=NOW)

    services.put_back(mail, by=officer, at=NOW)
    assert (mail.status, mail.why) == (MailStatus.WAITING, Why.UNKNOWN)
    with pytest.raises(Conflict, match="in the tray or filed already"):
        services.put_back(mail, by=officer, at=NOW)


def test_what_was_put_aside_can_be_put_into_the_tray() -> None:
    mail = MailFactory.make(status=MailStatus.ASIDE, why=Why.BULK)

    services.put_back(mail, by=UserFactory.make(), at=NOW)

    assert mail.status is MailStatus.WAITING


def test_what_nobody_wants_is_forgotten_when_its_time_is_past() -> None:
    discarded = {"status": MailStatus.DISCARDED, "reason": "Spam"}
    gone = MailFactory.make(**discarded, decided_at=LONG_AGO)
    MailAttachmentFactory.make(mail_id=gone.id)
    MailboxMessageFactory.make(mailbox_id=MailboxFactory.make().id, mail_id=gone.id)
    MailFactory.make(status=MailStatus.ASIDE, arrived_at=LONG_AGO)
    staged = {"status": MailStatus.CHECKING, "employer": EmployerFactory.make()}
    MailFactory.make(**staged, arrived_at=NOW - timedelta(days=3))
    kept = [
        MailFactory.make(**discarded, decided_at=NOW - timedelta(days=29)),
        MailFactory.make(status=MailStatus.ASIDE, arrived_at=NOW),
        MailFactory.make(**staged, arrived_at=NOW),
        MailFactory.make(arrived_at=LONG_AGO),
    ]
    db.session.commit()

    assert services.forget_old(NOW) == 3
    db.session.commit()

    assert stored(Mail) == kept
    assert stored(MailAttachment) == []
    assert [each.mail_id for each in stored(MailboxMessage)] == [None]  # and it is not taken in again


def test_how_long_it_is_kept_is_the_administrator_s_choice() -> None:
    MailFactory.make(status=MailStatus.DISCARDED, reason="Spam", decided_at=LONG_AGO)
    save_setting("discarded_mail_days", "60", version=0)

    assert services.forget_old(NOW) == 0


@pytest.mark.parametrize("rows", [1, 25])
def test_the_tray_is_two_statements_whatever_is_in_it(rows: int) -> None:
    for _ in range(rows):
        MailFactory.make()
    MailFactory.make(status=MailStatus.ASIDE)

    with counting_queries() as statements:
        page = tray_page(MailStatus.WAITING, 1)

    assert len(statements) == 2
    assert len(page.rows) == page.total == waiting_count() == rows


def test_the_newest_is_on_top_with_the_employer_it_was_filed_with() -> None:
    for name in ("Alder Ltd", "Birch Ltd"):
        employer = EmployerFactory.make(name=name)
        mail = MailFactory.make(employer=employer)
        entry = InteractionFactory.make(employer=employer)
        mail.status, mail.why, mail.interaction_id = MailStatus.FILED, None, entry.id
        mail.filed_message_key = mail.filed_content_key = mail.message_key
        db.session.flush()

    page = tray_page(MailStatus.FILED, 1)

    assert [row.employer for row in page.rows] == ["Birch Ltd", "Alder Ltd"]
    assert page.rows[0].sender == "Jo Fairclough (jo@employer.example)"
    assert filed_with(mail.message_key) == [(employer.id, "Birch Ltd")]


def test_employers_are_suggested_by_what_addresses_end_in_and_by_their_names() -> None:
    known = EmployerFactory.make(name="Known")
    ContactFactory.make(employer=known, email="somebody@moorcroft-timber.example")
    by_website = EmployerFactory.make(name="Website", website="https://www.moorcroft-timber.example/about")
    by_website.domain = "moorcroft-timber.example"
    named = EmployerFactory.make(name="Moorcroft Timber Ltd", name_key="moorcroft timber")
    EmployerFactory.make(
        name="Moorcroft Closed", domain="moorcroft-timber.example", archived_at=NOW, archived_reason="Closed"
    )
    EmployerFactory.make(name="Somebody else")
    db.session.flush()

    found = suggestions(["jo@moorcroft-timber.example"])

    assert [(each.id, each.because) for each in found] == [
        (known.id, "an address there ends alike"),
        (by_website.id, "an address there ends alike"),
        (named.id, "its name is like moorcroft-timber.example"),
    ]
    assert known_at(known.id).domains == known_at(by_website.id).domains == {"moorcroft-timber.example"}


def test_an_address_anybody_can_have_suggests_nobody() -> None:
    ContactFactory.make(email="jo@gmail.com")

    with counting_queries() as statements:
        assert suggestions(["sam@gmail.com"]) == []

    assert statements == []
