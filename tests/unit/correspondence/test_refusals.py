"""What is refused, in which words; and that nothing else ever happens to a file, whatever is in it."""

import gzip
import io
import zipfile
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.correspondence.reading import bodies, calendars, files, messages
from crm.correspondence.reading.files import read_file
from crm.correspondence.reading.html_text import text_of_html
from crm.correspondence.reading.letter import LARGEST_FILE, UnreadableMail
from tests.unit.correspondence.reading import NAMES, content_of, letter, refusal


def test_what_cannot_be_read_is_refused_with_what_to_do_instead() -> None:
    assert refusal(content_of("outlook-winmail-only.eml")) == bodies.WINMAIL
    assert refusal(content_of("encrypted-smime.eml")) == bodies.ENCRYPTED
    assert refusal(content_of("encrypted-pgp.eml")) == bodies.ENCRYPTED
    assert refusal(content_of("meeting-several.ics"), "several.ics") == calendars.SEVERAL
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "mail.eml") == files.OUTLOOK
    assert refusal(b"anything", "Mail.MSG") == files.OUTLOOK
    assert refusal(b"\x78\x9f\x3e\x22\x01\x00", "winmail.dat") == bodies.WINMAIL
    assert refusal(b" \n ") == files.EMPTY
    assert refusal(b"%PDF-1.7\n") == messages.NO_EMAIL
    assert refusal(b"From here to there\nthere is no header.\n") == messages.NO_EMAIL


def test_text_that_is_encrypted_inside_a_plain_letter_is_refused() -> None:
    assert refusal(b"From: a@x.example\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n") == bodies.ENCRYPTED


def test_a_letter_that_is_signed_so_that_its_text_is_hidden_is_refused() -> None:
    sealed = content_of("encrypted-smime.eml").replace(b"enveloped-data", b"signed-data")

    assert refusal(sealed) == bodies.SEALED


def test_what_is_too_large_is_refused_before_it_is_read() -> None:
    assert refusal(b"From: a@x.example\n\n" + b"a" * LARGEST_FILE) == messages.TOO_LARGE
    with pytest.raises(UnreadableMail, match="larger than 10 MB"):
        messages.read_message(b"a" * (LARGEST_FILE + 1))
    assert refusal(b"BEGIN:VCALENDAR\n" + b"X-A:1\n" * 100_000) == calendars.SEVERAL


def test_what_is_nested_too_deep_is_refused() -> None:
    parts = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(60))

    assert refusal(b"From: a@x.example\n" + parts) == bodies.TOO_DEEP
    deeper = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(4000))
    assert refusal(b"From: a@x.example\n" + deeper) in {bodies.TOO_DEEP, messages.DAMAGED}


def test_what_has_too_many_parts_is_refused() -> None:
    part = b"--b\nContent-Type: text/plain\n\nx\n"

    assert refusal(b"From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n" + part * 300) == bodies.TOO_DEEP


def test_a_letter_within_a_letter_within_a_letter_ends_somewhere() -> None:
    message = EmailMessage()
    message["From"] = "a@x.example"
    message.set_content("The innermost.")
    for _ in range(30):
        outer = EmailMessage()
        outer["From"] = "a@x.example"
        outer["Subject"] = "FW: again"
        outer.set_content("See below")
        outer.add_attachment(message)
        message = outer

    read = read_file(message.as_bytes(), "nested.eml")

    assert read.original
    assert read.original.original


@pytest.mark.parametrize(
    "content",
    [
        b"From: a@x.example\n" + b"X: y\n" * 20_001 + b"\nx",
        b"From: a@x.example\n\n" + b"\n" * 300_001,
    ],
)
def test_what_has_too_many_headers_or_lines_is_refused_before_it_takes_memory(content: bytes) -> None:
    assert refusal(content) == messages.DAMAGED


def test_more_parts_than_are_read_are_not_even_told_apart() -> None:
    content = b"From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 90_000

    assert refusal(content) == bodies.TOO_DEEP


@pytest.mark.parametrize(
    "content",
    [
        b"From: a@x.example\nContent-Type: text/plain; " + b"a=b; " * 200_000 + b"\n\nHello",
        b"From: a@x.example\nContent-Type: multipart/mixed; " + b"a=b; " * 200_000 + b"\n\nHello",
        b"From: a@x.example\n" + b"To: b@x.example\n" * 19_000 + b"\nHello",
        b"From: a@x.example\n\nHello" + b"\n____________" * 50_000,
        b"From: a@x.example\nContent-Type: text/html\n\nHello" + b'<a href="https://x.example">a' * 30_000,
    ],
)
def test_what_would_take_minutes_takes_a_moment(content: bytes) -> None:
    assert read_file(content, "a.eml").text.startswith("Hello")


def test_a_text_that_is_cut_is_not_read_in_another_alphabet() -> None:
    text = "é" * 500_000

    assert set(read_file(f"From: a@x.example\nContent-Type: text/plain\n\n{text}x".encode(), "a.eml").text) == {"é"}
    assert read_file(b"From: a@x.example\n\n" + "éé".encode()[:-1], "a.eml").text == "é"


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ("", calendars.NO_MEETING),
        ("BEGIN:VEVENT\nUID:1\nSUMMARY:No start\nEND:VEVENT\n", calendars.DAMAGED),
        ("BEGIN:VEVENT\nUID:1\nDTSTART:00010101T000000Z\nEND:VEVENT\n", calendars.DAMAGED),
        ("BEGIN:VEVENT\nUID:1\nDTSTART:tomorrow\nEND:VEVENT\n", calendars.DAMAGED),
        ("BEGIN:VEVENT\nUID:1\n", calendars.DAMAGED),
    ],
)
def test_a_calendar_file_without_a_meeting_in_it_is_refused(event: str, says: str) -> None:
    assert refusal(f"BEGIN:VCALENDAR\nVERSION:2.0\n{event}END:VCALENDAR\n".encode(), "odd.ics") == says


def test_a_meeting_without_an_id_has_none() -> None:
    event = b"BEGIN:VEVENT\nDTSTART:20260715T093000Z\nORGANIZER:mailto:JO@X.example\nEND:VEVENT\n"
    content = b"BEGIN:VCALENDAR\n" + event + b"END:VCALENDAR\n"

    read = read_file(content, "a.ics")

    assert read.message_id == ""
    assert read.sender
    assert (read.sender.name, read.sender.email) == ("", "jo@x.example")


def test_apple_mails_own_files_are_read() -> None:
    inner = content_of("apple-reply.eml")
    wrapped = b"%d\n" % len(inner) + inner + b'<?xml version="1.0"?><plist></plist>'

    assert read_file(wrapped, "1234.emlx").text == letter("apple-reply.eml").text


def test_nothing_hidden_or_active_of_html_is_left() -> None:
    text = letter("hidden-html.eml").text

    for hidden in ("alert", "color:red", "Preheader", "tiny", "also hidden", "tracker", "javascript"):
        assert hidden not in text


def test_odd_html_becomes_some_text() -> None:
    assert text_of_html("") == ""
    assert text_of_html("<!-- nothing -->") == ""
    assert text_of_html("<div>" * 5_000 + "deep") is not None
    assert text_of_html("<blockquote>once<blockquote>twice</blockquote></blockquote>") == "> once\n>\n> > twice"
    assert text_of_html('<a href="https://[bad">x</a><a href="tel:0163">ring</a>') == "xring (tel:0163)"
    assert text_of_html('<a href="https://www.a.example/">a.example</a>') == "a.example"
    assert text_of_html("one<hr>two<ol><li>a<li>b</ol>") == "one\ntwo\n• a\n• b"


def test_headers_alone_are_enough_for_a_glance() -> None:
    assert messages.glance(content_of("encrypted-smime.eml")).subject == "Contract"
    assert messages.glance(b"\xff" * 100).subject == ""


def assert_read_or_refused(content: bytes, name: str) -> None:
    """Nothing but a refusal is raised, and what was read can be stored: it is UTF-8, and PostgreSQL takes no NUL."""
    try:
        read = read_file(content, name)
    except UnreadableMail:
        return
    "".join((read.subject, read.text, read.earlier, *read.remarks)).encode()
    assert "\0" not in read.text


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=st.binary(max_size=2_000), name=st.sampled_from(["a.eml", "a.ics", "a", ""]))
def test_any_bytes_are_read_or_refused(content: bytes, name: str) -> None:
    assert_read_or_refused(content, name)
    assert "\0" not in messages.glance(content).subject


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_letter_with_damage_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(content_of(data.draw(st.sampled_from(NAMES))))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content)))
        piece = data.draw(st.binary(max_size=12) | st.sampled_from(ODD))
        content[place : place + data.draw(st.integers(0, 20))] = piece

    assert_read_or_refused(bytes(content), "a.eml")


ODD = [
    b"=?utf-8?B?",
    b"?=",
    b"\n\n",
    b"\r",
    b'"',
    b"<",
    b"(((",
    b"@",
    b"\0",
    b"--",
    b"Content-Type: ",
    b"charset=idna;",
    b"=\n",
]


@settings(max_examples=200, deadline=None)
@given(
    name=st.sampled_from(
        ["From", "To", "Date", "Subject", "Content-Type", "Received", "Message-ID", "Content-Disposition"]
    ),
    value=st.text(max_size=200) | st.text(alphabet="\"<>@(),;:=? \t\\'%*[]", max_size=80),
)
def test_any_header_is_read_or_refused(name: str, value: str) -> None:
    content = f"From: a@x.example\n{name}: {value}\nContent-Transfer-Encoding: base64\n\nx".encode("utf-8", "replace")

    assert_read_or_refused(content, "a.eml")


def test_other_kinds_of_file_are_no_letters() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("mail.eml", content_of("apple-reply.eml"))

    assert refusal(packed.getvalue(), "mail.zip") == messages.NO_EMAIL
    assert refusal(gzip.compress(b"From: a"), "mail.gz") == messages.NO_EMAIL


@pytest.mark.parametrize(
    "charset", ["idna", "punycode", "zip", "unicode_escape", "\N{SNOWMAN}", "undefined", "x" * 500]
)
def test_an_alphabet_that_is_none_is_replaced(charset: str) -> None:
    content = f'From: a@x.example\nContent-Type: text/plain; charset="{charset}"\n\nplain'.encode()

    assert read_file(content, "a.eml").text == "plain"


def test_a_long_list_of_people_or_a_header_of_brackets_is_read_quickly() -> None:
    people = ", ".join(f'"P{n}, Q" <p{n}@x.example>' for n in range(20_000))
    content = f"From: a@x.example\nTo: {people}\nCc: {'(' * 50_000}\nSubject: {'=?a?q?' * 50_000}\n\nx".encode()

    assert len(read_file(content, "a.eml").people) == 100


def test_a_word_that_is_encoded_wrongly_stays_as_it_is() -> None:
    read = read_file(b"From: a@x.example\nSubject: =?utf-8?b?abcde?=\n\nx", "a.eml")

    assert (read.subject, read.text) == ("=?utf-8?b?abcde?=", "x")
