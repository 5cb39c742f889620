"""What becomes of a message in the mailbox: filed, in the tray, put aside; never twice."""

from datetime import timedelta

import pytest

from crm.core.db import db
from crm.correspondence import services
from crm.correspondence.models import Mail, Mailbox, MailboxMessage, MailStatus, Why
from crm.correspondence.services.mailboxes import AlreadyTaken, Found
from crm.interactions.models import Direction, Interaction
from tests.conftest import stored
from tests.factories import ContactFactory, EmployerFactory, MailboxFactory
from tests.integration.correspondence.arranging import NOW, OURS, Cast, cast, filing, found, mailed, staged
from tests.unit.correspondence.reading import content_of

pytestmark = pytest.mark.usefixtures("database")
JO = "Jo Fairclough <jo.fairclough@moorcroft-timber.example>"
PRIYA = "Priya Patel <priya.patel@northmoor.example>"


@pytest.fixture
def people(database: None) -> Cast:
    return cast()


def take(message: Found) -> Mail | None:
    mail = services.take_in(message, OURS, now=NOW)
    db.session.commit()
    return mail


def outcome(content: bytes) -> tuple[MailStatus, Why | None]:
    mail = take(found(content))
    assert mail
    return mail.status, mail.why


def test_what_one_of_us_sends_to_a_contact_with_a_blind_copy_is_filed(people: Cast) -> None:
    mail = take(found(mailed(PRIYA, to=JO)))

    assert mail
    assert (mail.status, mail.employer_id, mail.brought_by) == (MailStatus.FILED, people.moorcroft.id, people.priya)
    logged = stored(Interaction)[0]
    assert (logged.direction, logged.logged_by_id) == (Direction.OUTGOING, people.priya.id)


def test_what_one_of_us_forwards_is_filed_where_its_sender_works(people: Cast) -> None:
    mail = take(found(content_of("outlook-forward.eml")))

    assert mail
    assert (mail.status, mail.direction, mail.subject) == (MailStatus.FILED, Direction.INCOMING, "Open day")
    assert stored(Interaction)[0].logged_by_id == people.priya.id


def test_an_original_without_a_date_gets_the_day_it_was_forwarded(people: Cast) -> None:
    content = content_of("outlook-forward.eml").replace(b"Tuesday, 17 November 2026 15:42", b"17/11/2026 15:42")

    mail = take(found(content))

    assert mail
    assert str(mail.happened_on) == "2026-11-18"
    assert mail.remarks[-1] == "The day it was forwarded was taken."


def test_an_answer_that_went_to_nobody_but_the_mailbox_counts_as_a_forwarding(people: Cast) -> None:
    content = content_of("outlook-forward.eml").replace(b"Subject: FW: Open day", b"Subject: Open day, for the log")

    mail = take(found(content))

    assert mail
    assert (mail.sender_name, mail.note) == ("Jo Fairclough", "For the log – they sound keen.")


def test_an_answer_that_went_out_is_what_happened_though_it_quotes(people: Cast) -> None:
    quoted = (
        mailed(PRIYA, to=JO, subject="Re: x") + b"\nFrom: Jo <jo@x.example>\nSent: 3 November 2026\nSubject: x\n\nHi"
    )

    mail = take(found(quoted))

    assert mail
    assert (mail.direction, mail.note) == (Direction.OUTGOING, "")


def test_mail_from_outside_waits_though_it_comes_from_a_contact(people: Cast) -> None:
    assert outcome(mailed(JO)) == (MailStatus.WAITING, Why.NOT_OURS)


def test_mail_in_the_name_of_somebody_who_left_waits(people: Cast) -> None:
    people.priya.disabled_at = NOW

    assert outcome(mailed(PRIYA, to=JO)) == (MailStatus.WAITING, Why.NOT_OURS)


def test_mail_whose_sender_failed_the_server_s_checks_waits(people: Cast) -> None:
    checks = "Authentication-Results: mx.northmoor.example; spf=fail; dmarc=fail action=quarantine\n"

    assert outcome(mailed(PRIYA, to=JO, more=checks)) == (MailStatus.WAITING, Why.DOUBTFUL)


def test_mail_about_nobody_we_know_waits(people: Cast) -> None:
    assert outcome(mailed(PRIYA, to="stranger@elsewhere.example")) == (MailStatus.WAITING, Why.UNKNOWN)


def test_mail_to_contacts_of_two_employers_waits(people: Cast) -> None:
    ContactFactory.make(email="dev@harbour.example")

    assert outcome(mailed(PRIYA, to=f"{JO}, dev@harbour.example")) == (MailStatus.WAITING, Why.SEVERAL)


def test_somebody_known_at_two_employers_leaves_it_to_the_others(people: Cast) -> None:
    ContactFactory.make(email=people.jo.email)
    ContactFactory.make(employer=people.moorcroft, email="works@moorcroft-timber.example")

    assert outcome(mailed(PRIYA, to=f"{JO}, works@moorcroft-timber.example")) == (MailStatus.FILED, None)


def test_an_employer_s_own_address_counts_like_a_contact_s(people: Cast) -> None:
    people.moorcroft.email = "Office@moorcroft-timber.example"

    assert outcome(mailed(PRIYA, to="office@moorcroft-timber.example")) == (MailStatus.FILED, None)


def test_mail_for_an_archived_employer_waits_and_says_so(people: Cast) -> None:
    people.moorcroft.archived_at, people.moorcroft.archived_reason = NOW, "Closed"

    mail = take(found(mailed(PRIYA, to=JO)))

    assert mail
    assert (mail.status, mail.why) == (MailStatus.WAITING, Why.REFUSED)
    assert mail.trouble == "Moorcroft Timber Ltd is archived. Restore it before you file anything there."
    assert stored(Interaction) == []


@pytest.mark.parametrize("name", ["out-of-office.eml", "bounce.eml"])
def test_what_machines_send_is_put_aside(people: Cast, name: str) -> None:
    assert outcome(content_of(name)) == (MailStatus.ASIDE, Why.AUTOMATIC)


def test_newsletters_are_put_aside_but_not_what_one_of_us_sends_to_a_list(people: Cast) -> None:
    assert outcome(content_of("mailing-list.eml")) == (MailStatus.ASIDE, Why.BULK)
    assert outcome(mailed(PRIYA, to=JO, more="List-Id: <team.northmoor.example>\n")) == (MailStatus.FILED, None)


def test_what_the_service_sent_itself_is_put_aside(people: Cast) -> None:
    own = mailed(PRIYA, to=JO).replace(b"@mail.example>", b"@threefold.example>")

    assert outcome(own) == (MailStatus.ASIDE, Why.OWN)


def test_what_cannot_be_read_waits_with_its_reason_and_what_its_headers_say(people: Cast) -> None:
    mail = take(found(content_of("outlook-winmail-only.eml")))

    assert mail
    assert (mail.status, mail.why, mail.subject) == (MailStatus.WAITING, Why.UNREADABLE, "Insurance")
    assert mail.trouble
    assert mail.trouble.startswith("This e-mail came in Outlook’s own format (winmail.dat)")


def test_what_is_too_large_is_not_even_read(people: Cast) -> None:
    mail = take(found(b"From: a@x.example\nSubject: Film\n\n", refusal="Too large."))

    assert mail
    assert (mail.why, mail.subject, mail.trouble) == (Why.UNREADABLE, "Film", "Too large.")


def test_poison_is_shown_with_what_its_headers_say(people: Cast) -> None:
    message = found(mailed(PRIYA, subject="Poison"))

    services.note_poison(message, "It stopped the service (KeyError).", now=NOW)
    db.session.commit()

    mail = stored(Mail)[0]
    assert (mail.why, mail.subject, mail.trouble) == (Why.UNREADABLE, "Poison", "It stopped the service (KeyError).")
    assert services.untaken(message.mailbox_id, message.uidvalidity, [message.uid]) == []


def test_a_second_copy_in_the_mailbox_is_remembered_and_not_filed(people: Cast) -> None:
    box, content = MailboxFactory.make().id, mailed(PRIYA, to=JO)

    first, second = (take(found(content, mailbox_id=box)) for _ in range(2))

    assert first
    assert second is None
    assert [each.mail_id for each in stored(MailboxMessage)] == [first.id, first.id]
    assert len(stored(Interaction)) == 1


def test_mail_that_somebody_uploaded_before_is_not_filed_again(people: Cast) -> None:
    content = mailed(PRIYA, to=JO)
    uploaded = staged("a.eml", people.moorcroft, people.lee, content)
    services.file_mail(uploaded, people.moorcroft, filing(people.lee))
    db.session.commit()

    assert take(found(content)) is None
    assert len(stored(Mail)) == len(stored(Interaction)) == 1
    assert stored(MailboxMessage)[0].mail_id == uploaded.id


def test_a_message_without_an_id_is_known_by_its_bytes(people: Cast) -> None:
    box, content = MailboxFactory.make().id, b"From: a@x.example\nSubject: No id\n\nHello"

    assert take(found(content, mailbox_id=box))
    assert take(found(content, mailbox_id=box)) is None
    assert take(found(content + b"!", mailbox_id=box))


def test_a_message_that_was_taken_in_meanwhile_is_refused_and_leaves_nothing(people: Cast) -> None:
    first = found(mailed(PRIYA, to=JO))
    take(first)

    with pytest.raises(AlreadyTaken):
        services.take_in(found(mailed(PRIYA, to=JO), mailbox_id=first.mailbox_id, uid=first.uid), OURS, now=NOW)

    assert len(stored(Mail)) == 1


def test_what_has_not_been_taken_in_is_asked_for_by_number_and_validity(people: Cast) -> None:
    message = found(mailed(PRIYA))
    take(message)
    other = message.uid + 5

    assert services.untaken(message.mailbox_id, message.uidvalidity, [other, message.uid]) == [other]
    assert services.untaken(message.mailbox_id, 1, [other, message.uid]) == [message.uid, other]


def test_a_mailbox_is_read_by_one_at_a_time_until_the_lease_ends() -> None:
    first = services.claim_mailbox("crm@x.example/INBOX", "one", now=NOW)
    assert first is not None
    assert services.claim_mailbox("crm@x.example/INBOX", "two", now=NOW) is None
    assert services.claim_mailbox("crm@x.example/INBOX", "two", now=NOW + timedelta(minutes=11)) == first

    services.release_mailbox(first, "one", trouble=None, at=NOW)
    assert stored_mailbox().owner == "two"

    services.release_mailbox(first, "two", trouble="The mail server does not answer", at=NOW)
    assert (stored_mailbox().owner, stored_mailbox().trouble) == (None, "The mail server does not answer")
    assert stored_mailbox().read_at is None


def stored_mailbox() -> Mailbox:
    db.session.commit()
    box: Mailbox = stored(Mailbox)[0]
    return box


def test_what_a_forger_gets_is_one_entry_signed_with_the_officer_s_name(people: Cast) -> None:
    """Said in the docstring of `mailboxes`, and true: nothing more is believed than the sender's address."""
    forged = mailed(PRIYA, to=JO).replace(
        b"Date:", b"Received: from evil.example; Thu, 19 Nov 2026 10:00:00 +0000\nDate:"
    )
    EmployerFactory.make()

    mail = take(found(forged))

    assert mail
    assert mail.brought_by == people.priya
    assert len(stored(Interaction)) == 1
