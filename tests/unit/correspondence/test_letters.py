"""Letters as Outlook, Gmail, Apple Mail and others write them, and what is understood of each."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from crm.correspondence.reading.headers import decoded
from crm.correspondence.reading.letter import LetterKind, Person
from crm.correspondence.reading.messages import read_message
from crm.correspondence.reading.quoting import split
from tests.unit.correspondence.reading import NAMES, letter

PRIYA = Person("Patel, Priya", "priya.patel@northmoor.example")
ASSUMED_LONDON = "The forwarded e-mail gives no time zone, so its time was taken as London’s."


@dataclass(frozen=True)
class Expected:
    """From whom, when (UTC), about what, and what it says itself."""

    sender: str
    at: datetime | None
    subject: str
    text: str


def utc(day: int, hour: int, minute: int, second: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=UTC)


JO = "jo.fairclough@moorcroft-timber.example"
READ = {
    "apple-mixed-pdf.eml": Expected(
        "ruth.cole@brightwater.example", utc(20, 10, 0), "Programme", "The programme for the day:"
    ),
    "apple-reply.eml": Expected(
        "tom@ashworth-design.example",
        utc(17, 20, 15, 31),
        "Re: Work shadowing",
        "One person on a Wednesday would be fine — not in December though.\n\nTom",
    ),
    "gmail-html-reply.eml": Expected(
        "zoe.hartley@gmail.example", utc(15, 9, 0), "Re: A talk at your school?", "Friday the 27th then.\nZoe"
    ),
    "gmail-reply.eml": Expected(
        "zoe.hartley@gmail.example",
        utc(14, 19, 2, 9),
        "Re: A talk at your school?",
        "Hi Lee,\n\nI’d love to – any Friday 🙂\n\nZoë",
    ),
    "hidden-html.eml": Expected(
        "hello@shop.example",
        utc(3, 11, 0),
        "Look",
        "Visible <b>words</b>\n\nRead the offer (https://shop.example/offer?id=1), write to hello@shop.example, or "
        "click.\n\nMonday 9.30\nTuesday 10.00\n\none\ntwo",
    ),
    "many-recipients.eml": Expected("siobhan@brightwater.example", utc(3, 10, 0), "Roundtable", "Who can come?"),
    "outlook-html-only.eml": Expected(
        "sam@canalside-kitchen.example",
        utc(10, 8, 1),
        "RE: Could you help? – café",
        "Dear Priya,\n\nOur café can take three people:\n\n• Monday to Wednesday\n• 9.30 to 3\n\n"
        "See our page (https://www.canalside-kitchen.example/work).",
    ),
    "outlook-reply.eml": Expected(
        JO,
        utc(12, 10, 4, 27),
        "RE: Placements in the spring",
        "Hi Priya,\n\nYes – we’d be glad to take two in the week of 8 February. It won’t cost them anything; lunch is "
        "on us (worth about £10).\n\nKind regards\nJo\n\nJo Fairclough | Workshop Manager\nT: 01632 960114",
    ),
    "outlook-signature-and-pdf.eml": Expected(
        "dev.anand@harbour-robotics.example",
        utc(16, 14, 22, 5),
        "Risk assessment",
        "Attached is our risk assessment.\n\nDev",
    ),
    "outlook-winmail-with-text.eml": Expected(
        "accounts@stonebridge-joinery.example", utc(19, 10, 12, 10), "Insurance", "Our certificate runs to 31 March."
    ),
    "raw-latin-1.eml": Expected(
        "info@cafe-mueller.example", utc(10, 12, 0), "Grüße und £5", "Lunch costs £5, naïvely speaking."
    ),
    "signed-smime.eml": Expected("kim@vale-legal.example", utc(10, 13, 10), "Contract, signed", "Signed and agreed."),
    "split-encoded-words.eml": Expected(
        "francois@atelier.example",
        utc(11, 6, 45),
        "Ein sehr langer Betreff – Praktikumsplätze für junge Leute 😀",
        "Bonjour Priya, we can host one.",
    ),
    "summer-midnight.eml": Expected(JO, utc(14, 23, 30, month=7), "Late", "It is tomorrow in London."),
    "thunderbird-flowed.eml": Expected(
        "ian@stonebridge-joinery.example",
        utc(9, 13, 37),
        "Benches",
        "We have four benches and could have young people at two of them from Easter.\n>From the yard it is a short "
        "walk.\n\n-- \nIan Stone",
    ),
    "unknown-charset.eml": Expected("renee@atelier.example", utc(10, 12, 31), "=?broken?Q", "The café is open. =ZZ"),
    "utf-16.eml": Expected(
        "hello@harbour-robotics.example", utc(10, 12, 30), "Robots – £0", "Come and see our robots – free."
    ),
}


@pytest.mark.parametrize("name", READ)
def test_a_letter_is_understood(name: str) -> None:
    read, expected = letter(name), READ[name]

    assert read.sender
    assert Expected(read.sender.email, read.at, read.subject, read.text) == expected
    assert not read.remarks
    assert not read.is_forward


def test_there_are_letters_enough() -> None:
    assert len(NAMES) >= 40


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("outlook-reply.eml", "________________________________\nFrom: Patel, Priya"),
        ("outlook-html-only.eml", "From: Patel, Priya <priya.patel@northmoor.example>\nSent: Monday, November 9"),
        ("gmail-reply.eml", "On Fri, 13 Nov 2026 at 16:45, Lee Okafor <lee.okafor@northmoor.example>\nwrote:"),
        ("gmail-html-reply.eml", "On Sat, 14 Nov 2026 at 20:11, Lee Okafor"),
        ("apple-reply.eml", "> On 16 Nov 2026, at 11:02, Priya Patel"),
    ],
)
def test_what_is_quoted_is_trimmed_and_kept(name: str, begins: str) -> None:
    assert letter(name).earlier.startswith(begins)


@pytest.mark.parametrize("name", ["bottom-posted.eml", "same-sentence-not-quoted.eml"])
def test_answers_between_quoted_lines_are_left_whole(name: str) -> None:
    read = letter(name)

    assert not read.earlier
    assert read.text.endswith(("No.", "More of my own words."))


def test_names_and_addresses_come_out_of_their_encodings_once_each() -> None:
    assert letter("split-encoded-words.eml").sender == Person("François Léger", "francois@atelier.example")
    assert letter("split-encoded-words.eml").people == (PRIYA, Person("Łukasz, Nowak", "lukasz@atelier.example"))
    assert letter("many-recipients.eml").sender == Person("O'Neill, Siobhan (HR)", "siobhan@brightwater.example")
    assert letter("many-recipients.eml").people == (
        PRIYA,
        Person("Lee Okafor", "lee.okafor@northmoor.example"),
        Person("", "ruth.cole@brightwater.example"),
        Person("", "dev.anand@harbour-robotics.example"),
    )


def test_files_are_named_and_pictures_of_signatures_are_not() -> None:
    assert [each.name for each in letter("outlook-signature-and-pdf.eml").enclosures] == ["Risk assessment 2026.pdf"]
    assert [each.name for each in letter("apple-mixed-pdf.eml").enclosures] == ["Programme – final.pdf"]
    assert letter("apple-mixed-pdf.eml").enclosures[0].content.startswith(b"%PDF")
    assert [each.name for each in letter("outlook-winmail-with-text.eml").enclosures] == ["winmail.dat"]
    assert not letter("signed-smime.eml").enclosures


FORWARDED = {
    "outlook-forward.eml": Expected(
        JO, utc(17, 15, 42), "Open day", "Hello Priya,\n\nWe hold an open day on 3 December. Ten could come.\n\nJo"
    ),
    "outlook-forward-as-attachment.eml": Expected(
        "amara@greenroof.example",
        utc(12, 17, 31),
        "Mentoring",
        "I could mentor two people from January.\n\nAmara",
    ),
    "gmail-forward.eml": Expected(
        "marek@nowak-plumbing.example",
        utc(13, 18, 20),
        "Apprentices",
        "We start two apprentices in September and would show pupils round before.\n\nMarek",
    ),
    "apple-forward.eml": Expected(
        "ruth.cole@brightwater.example",
        utc(18, 16, 40),
        "Mock interviews",
        "Hello Priya,\n\nFour of us can do mock interviews in January.\n\nRuth",
    ),
}
NOTES = {
    "outlook-forward.eml": "For the log – they sound keen.",
    "outlook-forward-as-attachment.eml": "See attached.",
    "gmail-forward.eml": "",
    "apple-forward.eml": "Please file.",
}


@pytest.mark.parametrize("name", FORWARDED)
def test_of_a_forwarded_letter_the_original_is_read(name: str) -> None:
    read = letter(name)
    original = read.original

    assert read.is_forward
    assert original
    assert original.sender
    assert Expected(original.sender.email, original.at, original.subject, original.text) == FORWARDED[name]
    assert read.text == NOTES[name]
    assert original.remarks == (() if "attachment" in name else (ASSUMED_LONDON,))


def test_people_of_an_original_are_read_however_outlook_lists_them() -> None:
    original = letter("outlook-forward.eml").original

    assert original
    assert original.people == (
        PRIYA,
        Person("Works Office", "works@moorcroft-timber.example"),
        Person("Lee Okafor", "lee.okafor@northmoor.example"),
    )


def test_a_date_in_figures_alone_is_not_guessed() -> None:
    original = letter("not-our-forward.eml").original

    assert original
    assert (original.at, original.on) == (None, None)
    assert original.remarks == ("The date of the forwarded e-mail could not be read.",)
    assert original.people == (Person("Jo Fairclough", ""),)


def test_an_answer_that_quotes_is_no_forwarding() -> None:
    read = letter("outlook-reply.eml")

    assert not read.is_forward
    assert read.original
    assert read.original.subject == "Placements in the spring"


DATES = {
    "no-date-but-received.eml": (utc(4, 9, 30), "It has no date of its own, so the one it was received on was taken."),
    "no-date-at-all.eml": (None, "It has no date that can be read."),
    "broken-date.eml": (None, "It has no date that can be read."),
    "no-zone.eml": (utc(14, 23, 30, month=7), "It gives no time zone, so its time was taken as London’s."),
}


@pytest.mark.parametrize("name", DATES)
def test_what_is_assumed_about_a_date_is_said(name: str) -> None:
    read = letter(name)

    assert (read.at, *read.remarks) == DATES[name]


def test_a_summer_evening_is_the_next_day_in_london() -> None:
    assert str(letter("summer-midnight.eml").on) == "2026-07-15"
    assert str(letter("no-zone.eml").on) == "2026-07-15"


def signs(name: str) -> tuple[bool, bool, bool]:
    found = letter(name).signs
    return found.is_automatic, found.is_bulk, found.failed_checks


def test_machines_and_mailing_lists_are_told_from_people() -> None:
    assert signs("out-of-office.eml") == (True, False, False)
    assert signs("bounce.eml") == (True, False, False)
    assert signs("mailing-list.eml") == (False, True, False)
    assert signs("outlook-reply.eml") == (False, False, False)


MEETINGS = {
    "meeting-outlook.ics": (utc(15, 13, 0, month=7), "Spring placements", ()),
    "outlook-invitation.eml": (utc(15, 13, 0, month=7), "Spring placements", ()),
    "meeting-google.ics": (utc(16, 13, 0, month=7), "Green roofs: a talk", ()),
    "meeting-apple-all-day.ics": (None, "Employer breakfast", ("It repeats: only the first meeting is taken.",)),
    "meeting-floating.ics": (
        utc(15, 8, 30, month=7),
        "Site visit",
        ("It gives no time zone, so its time was taken as London’s.",),
    ),
}


@pytest.mark.parametrize("name", MEETINGS)
def test_a_meeting_is_understood(name: str) -> None:
    read = letter(name)

    assert read.kind is LetterKind.MEETING
    assert (read.at, read.subject, read.remarks) == MEETINGS[name]


def test_a_meeting_has_who_called_it_who_was_asked_where_it_is_and_what_about() -> None:
    read = letter("meeting-outlook.ics")

    assert read.sender == PRIYA
    assert read.people == (
        Person("Jo Fairclough", JO),
        Person("Lee Okafor", "lee.okafor@northmoor.example"),
    )
    assert read.text == "Where: Moorcroft yard, gate 2\n\nPlan the spring placements."
    assert "Microsoft Teams" in read.earlier


def test_a_meeting_of_a_whole_day_has_a_day_and_no_hour() -> None:
    assert str(letter("meeting-apple-all-day.ics").on) == "2026-11-05"


def test_an_invitation_in_an_e_mail_is_the_same_meeting_as_its_file() -> None:
    assert letter("outlook-invitation.eml").message_id == letter("meeting-outlook.ics").message_id


def test_a_cancellation_is_another_letter_about_the_same_meeting() -> None:
    invitation, cancellation = letter("meeting-outlook.ics"), letter("meeting-cancelled.ics")

    assert cancellation.kind is LetterKind.CANCELLED_MEETING
    assert cancellation.message_id.partition("#")[0] == invitation.message_id.partition("#")[0]
    assert cancellation.message_id != invitation.message_id


def test_an_answer_to_an_invitation_is_an_e_mail() -> None:
    content = (
        b"From: jo@x.example\nSubject: Accepted: Spring placements\nDate: Thu, 2 Jul 2026 09:00:00 +0000\n"
        b"MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\nYes\n"
        b"--a\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n--a--\n"
    )

    assert read_message(content).kind is LetterKind.EMAIL


def test_a_letter_knows_whom_it_leaves_out() -> None:
    assert letter("raw-latin-1.eml").people == (Person("", "priya.patel@northmoor.example"),)


def test_the_line_samsung_puts_above_what_is_answered_is_quoted_too() -> None:
    own, earlier = split("Make it 4.\n\n-------- Original message --------\nFrom: Jo\nDate: 11/11/2026\n\nWhen?")

    assert own == "Make it 4."
    assert earlier.startswith("-------- Original message")


@pytest.mark.parametrize(
    ("raw", "subject"),
    [("Visit to the caf\udce9", "Visit to the café"), ("=?x-unknown?Q?caf=E9?= tour", "café tour")],
)
def test_an_accent_at_the_end_of_a_subject_is_kept_whatever_its_alphabet(raw: str, subject: str) -> None:
    assert decoded(raw) == subject
