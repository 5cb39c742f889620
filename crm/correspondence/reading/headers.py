"""The headers of an e-mail, read tolerantly.

Python's newer policy parses addresses by a grammar that takes quadratic time and fails in many ways on odd input, so
messages are parsed with the old one, and headers are read here.
"""

import re
from binascii import Error as BinasciiError
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from itertools import islice

from crm.core.clock import LONDON
from crm.core.normalise import email as normal_address
from crm.correspondence.reading.charsets import decode, decode_unlabelled, one_line
from crm.correspondence.reading.letter import LONGEST_HEADER, LONGEST_LIST, MOST_PEOPLE, Person, Signs

FIRST_YEAR, LAST_YEAR = 1990, 2100  # an e-mail outside them was not sent by a clock that works
ZONE = re.compile(r"([+-]\d{4}|\b(?:GMT|UTC|UT|Z|BST|[ECMP][SD]T))\s*(\(.*\))?\s*$", re.IGNORECASE)
NO_ZONE = "It gives no time zone, so its time was taken as London’s."
NO_DATE = "It has no date that can be read."
RECEIVED = "It has no date of its own, so the one it was received on was taken."
AUTOMATIC = frozenset({"x-autoreply", "x-autorespond", "x-failed-recipients"})
BULK = frozenset({"list-id", "list-unsubscribe", "list-post"})
TAGS = re.compile(r"^(?:\s*\[\s*(?:external|ext)\b[^\]]{0,20}\]\s*|\s*external\s*:\s*)+", re.IGNORECASE)


def first(message: Message, name: str) -> str:
    """The first header of a name, as it stands; empty if there is none."""
    return next(_all(message, name), "")


def words(message: Message, name: str) -> str:
    """A header as one line of text."""
    return decoded(first(message, name)[:LONGEST_HEADER])


def decoded(raw: str) -> str:
    """Encoded words (=?utf-8?Q?…?=) as text; what is encoded wrongly stays as it is."""
    raw = decode_unlabelled(raw)
    if "=?" not in raw:
        return one_line(raw)
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, BinasciiError, ValueError, IndexError):
        return one_line(raw)
    return one_line("".join(_piece(part, charset) for part, charset in pieces))


def _piece(part: str | bytes, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    return decode(part, charset) if charset else part.decode("raw_unicode_escape", "replace")


def subject_of(message: Message) -> str:
    """Without the tag with which a council's mail server marks what comes from outside."""
    return TAGS.sub("", words(message, "subject")).strip()


def people_in(message: Message, *names: str) -> Iterator[Person]:
    """Everybody these headers name, in order."""
    for name in names:
        for raw in _all(message, name):
            yield from people_of(raw)


def people_of(raw: str) -> Iterator[Person]:
    """The people in a list of addresses. Addresses first, names afterwards: an encoded name may have commas in it."""
    try:
        pairs = getaddresses([raw[:LONGEST_LIST].replace("\n", " ").replace("\r", " ")])
    except (RecursionError, ValueError, IndexError):
        return
    for name, address in pairs[:MOST_PEOPLE]:
        person = Person(decoded(name)[:200].strip("'\" "), address_in(address))
        if person.name or person.email:
            yield without_echo(person)


def address_in(text: str) -> str:
    """An address in small letters, or nothing if it is none."""
    try:
        return normal_address(decoded(text))
    except (ValueError, RecursionError):
        return ""


def without_echo(person: Person) -> Person:
    """A name that only repeats the address is none."""
    return Person("", person.email) if person.name.casefold() == person.email else person


def each_once(people: Iterable[Person], *, without: Person | None) -> tuple[Person, ...]:
    """Everybody once, by address or by name, leaving one person out."""
    found = {person.email or person.name: person for person in reversed(list(islice(people, 2 * MOST_PEOPLE)))}
    if without is not None:
        found.pop(without.email or without.name, None)
    return tuple(reversed(found.values()))[:MOST_PEOPLE]


def message_id(message: Message) -> str:
    return one_line(first(message, "message-id")).strip("<> ")[:1000]


def sent_at(message: Message) -> tuple[datetime | None, tuple[str, ...]]:
    """When it was sent, in UTC, and what had to be assumed for that."""
    dated = first(message, "date")[:200]
    if instant := instant_of(dated):
        return instant, () if ZONE.search(dated) else (NO_ZONE,)
    received = first(message, "received")[:LONGEST_HEADER].rpartition(";")[2]
    if instant := instant_of(received):
        return instant, (RECEIVED,)
    return None, (NO_DATE,)


def instant_of(text: str) -> datetime | None:
    """The instant a header's date names, in UTC; without a zone it is London's. None for what cannot be."""
    try:
        found = parsedate_to_datetime(text)
        if found.tzinfo is None:  # so is -0000, which is said of UTC
            found = found.replace(tzinfo=UTC if text.rstrip().endswith("-0000") else LONDON)
        instant = found.astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return instant if FIRST_YEAR <= instant.year < LAST_YEAR else None


def signs_of(message: Message) -> Signs:
    names = {name.lower() for name, _ in message.raw_items()}
    precedence = first(message, "precedence").strip().lower()
    submitted = first(message, "auto-submitted").strip().lower() or "no"
    return Signs(
        is_automatic=(
            not submitted.startswith("no")
            or bool(names & AUTOMATIC)
            or precedence == "auto_reply"
            or first(message, "return-path").strip() == "<>"
            or message.get_content_type() == "multipart/report"
        ),
        is_bulk=bool(names & BULK) or precedence in {"bulk", "list", "junk"},
        failed_checks="dmarc=fail" in first(message, "authentication-results").lower(),
    )


def _all(message: Message, name: str) -> Iterator[str]:
    return (str(value) for each, value in message.raw_items() if each.lower() == name)
