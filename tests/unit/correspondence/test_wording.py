"""What is said about mails."""

from datetime import UTC, date, datetime

from crm.accounts.models import User
from crm.correspondence.models import Mail, MailStatus, Source, Why
from crm.correspondence.reading.letter import LetterKind
from crm.correspondence.wording import WHY, filed_from, not_kept_of, summary_of, title_of, when_of, why_of


def mail(**given: object) -> Mail:
    plain = {"kind": LetterKind.EMAIL, "subject": "Talks", "text": "Hello", "note": "", "not_kept": []}
    return Mail(**plain | given)


def test_every_reason_has_words() -> None:
    assert set(WHY) == set(Why)
    assert why_of(Why.UNREADABLE, "It is encrypted.") == "It could not be read: It is encrypted."
    assert why_of(Why.UNKNOWN, None) == "Nobody in it is a contact we know."
    assert why_of(None, None) == ""


def test_every_state_has_a_label_and_a_colour() -> None:
    assert [each.label for each in MailStatus] == ["Not filed yet", "Waiting", "Filed", "Discarded", "Put aside"]
    assert [each.meaning for each in MailStatus] == ["waiting", "waiting", "done", "stopped", "stopped"]


def test_the_log_says_the_subject_the_text_the_note_and_what_was_not_kept() -> None:
    whole = mail(note="Keen!", not_kept=["a.pdf", "b.png"], brought_by=User(name="Priya Patel"))

    assert summary_of(whole) == ("Talks\n\nHello\n\nNote by Priya Patel: Keen!\n\n2 attachments not kept: a.pdf, b.png")
    assert summary_of(mail(note="Keen!")).endswith("Note by whoever forwarded it: Keen!")
    assert summary_of(mail(subject="", text="")) == "E-mail without a subject"


def test_a_day_has_its_hour_when_it_is_known_and_is_that_day_s() -> None:
    at = datetime(2026, 7, 14, 23, 30, tzinfo=UTC)

    assert when_of(mail(happened_on=date(2026, 7, 15), begins_at=at)) == "15 July 2026 at 12:30am"
    assert when_of(mail(happened_on=date(2026, 7, 16), begins_at=at)) == "16 July 2026"
    assert when_of(mail(happened_on=date(2026, 7, 16))) == "16 July 2026"


def test_how_a_mail_came_is_told() -> None:
    priya = User(name="Priya")

    assert filed_from(mail(source=Source.UPLOAD, brought_by=priya)) == "Uploaded by Priya"
    assert filed_from(mail(source=Source.UPLOAD)) == "Uploaded"
    assert filed_from(mail(source=Source.MAILBOX, brought_by=priya)) == "Sent to the mailbox by Priya"
    assert filed_from(mail(source=Source.MAILBOX)) == "Came to the mailbox"


def test_what_has_no_name_is_told_as_such() -> None:
    assert title_of(mail(kind=LetterKind.MEETING, subject="")) == "Meeting without a subject"
    assert not_kept_of(mail()) == ""
    assert Mail(sender_name="", sender_email="").sender == "Nobody"
    assert Mail(sender_name="Jo", sender_email="").sender == "Jo"
