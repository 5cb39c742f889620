"""E-mails: bytes in, a letter out."""

import re
from dataclasses import replace
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32, Policy
from itertools import count

from crm.core.clock import local_date
from crm.correspondence.reading import calendars, quoting
from crm.correspondence.reading.bodies import TOO_DEEP, Contents, contents_of
from crm.correspondence.reading.forwarding import find_original, is_forward
from crm.correspondence.reading.headers import each_once, message_id, people_in, sent_at, signs_of, subject_of
from crm.correspondence.reading.letter import (
    LARGEST_FILE,
    LONGEST_LIST,
    LONGEST_PARAMETERS,
    MOST_HEADERS,
    MOST_LINES,
    MOST_PARTS,
    CalendarAnswer,
    Letter,
    LetterKind,
    Signs,
    UnreadableMail,
)

NO_EMAIL = "This is neither an e-mail (.eml) nor a calendar file (.ics)."
DAMAGED = "This e-mail is damaged. Save it again from your mail program, or copy its text into “Log a contact”."
TOO_LARGE = f"This e-mail is larger than {LARGEST_FILE // 2**20} MB. Save it without its attachments and try again."
HEADERS = ("from", "date", "subject", "message-id", "received")
NO_TEXT = "(no text)"
ANSWER = re.compile(rb"^METHOD:\s*(REPLY|COUNTER|REFRESH)", re.IGNORECASE | re.MULTILINE)


def read_message(content: bytes) -> Letter:
    """Raises UnreadableMail, and nothing else, whatever the bytes are."""
    if len(content) > LARGEST_FILE:
        raise UnreadableMail(TOO_LARGE)
    try:
        return _letter(_parsed(content), signs=True)
    except UnreadableMail:
        raise
    except Exception as error:  # Python's parser fails in many ways, recursion among them
        raise UnreadableMail(DAMAGED) from error


def glance(content: bytes) -> Letter:
    """What the headers alone say, for a mail that cannot be read. Never fails."""
    try:
        return _from_headers(_parser().parsebytes(content[: 2**18], headersonly=True))
    except Exception:  # noqa: BLE001  # there is nothing to say about it then
        return Letter()


def _parsed(content: bytes) -> Message:
    if content.count(b"\n") > MOST_LINES:
        raise UnreadableMail(DAMAGED)
    message = _parser().parsebytes(content)
    if not any(message[name] for name in HEADERS):
        raise UnreadableMail(NO_EMAIL)
    return message


def _parser() -> BytesParser:
    """Python’s, which alone takes quadratic time over a header’s parameters, and any number of headers and parts."""
    headers, parts = count(1), count(1)

    class Limited(Compat32):
        def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
            if next(headers) > MOST_HEADERS:
                raise UnreadableMail(DAMAGED)
            name, value = super().header_source_parse(sourcelines)
            is_about_a_part = name.lower().startswith("content-")
            return name, value[: LONGEST_PARAMETERS if is_about_a_part else LONGEST_LIST]

    def part(policy: Policy) -> Message:
        if next(parts) > 2 * MOST_PARTS:
            raise UnreadableMail(TOO_DEEP)
        return Message(policy=policy)

    return BytesParser(part, policy=Limited())  # type: ignore[arg-type]  # the stubs know an older factory only


def _letter(message: Message, *, signs: bool = False) -> Letter:
    contents = contents_of(message)
    meeting = _meeting(contents)
    outer = _from_headers(message)
    if signs:
        outer = replace(outer, signs=signs_of(message))
    if meeting is not None:
        return replace(meeting, sender=meeting.sender or outer.sender, signs=outer.signs, enclosures=outer.enclosures)
    outer = replace(outer, enclosures=tuple(contents.enclosures), answer=_answer(contents))
    if contents.letters:
        return _forwarding(outer, contents)
    note, original, certain = find_original(contents.text, outer.subject)
    if original is not None and certain:
        return replace(outer, text=note, original=original, is_forward=True)
    own, earlier = quoting.split(contents.text)
    return replace(outer, text=own or NO_TEXT, earlier=earlier, original=original)


def _forwarding(outer: Letter, contents: Contents) -> Letter:
    """A letter with another attached. Which of the two happened depends on whose the outer one is."""
    own, earlier = quoting.split(contents.text)
    original = replace(_letter(contents.letters[0]), signs=Signs())
    return replace(outer, text=own, earlier=earlier, original=original, is_forward=not own or is_forward(outer.subject))


def _from_headers(message: Message) -> Letter:
    sender = next(people_in(message, "from", "sender"), None)
    at, remarks = sent_at(message)
    return Letter(
        kind=LetterKind.EMAIL,
        message_id=message_id(message),
        sender=sender,
        people=each_once(people_in(message, "to", "cc", "bcc"), without=sender),
        at=at,
        on=local_date(at) if at else None,
        subject=subject_of(message)[:500],
        remarks=remarks,
    )


def _answer(contents: Contents) -> CalendarAnswer | None:
    """What a message says to an invitation. Programs that send it as an alternative and as a file say it twice."""
    answers = (calendars.read_answer(content) for content in contents.meetings if ANSWER.search(content))
    return next((answer for answer in answers if answer is not None), None)


def _meeting(contents: Contents) -> Letter | None:
    """The meeting a message invites to or cancels. An answer to an invitation is an e-mail like any other."""
    for content in contents.meetings:
        if not ANSWER.search(content):
            return calendars.read_meeting(content)
    return None
