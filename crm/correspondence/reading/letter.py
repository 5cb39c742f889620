"""What reading an e-mail or an invitation gives."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

LARGEST_FILE = 10 * 2**20  # bytes
LONGEST_TEXT = 200_000  # characters; what is longer is no letter
LONGEST_HEADER = 8_000  # characters
LONGEST_PARAMETERS = 4_000  # characters of a header that says what a part is
LONGEST_LIST = 100_000  # characters of one header that lists people
MOST_PEOPLE = 100
MOST_PARTS = 200
MOST_LINES = 300_000  # ten megabytes of attachments have half as many
MOST_HEADERS = 20_000  # in all parts together
DEEPEST = 20  # parts within parts


class UnreadableMail(Exception):
    """It cannot be read, or may not be. The message says what to do, in words for whoever sent it."""


class LetterKind(StrEnum):
    EMAIL = "email"
    MEETING = "meeting"
    CANCELLED_MEETING = "cancelled_meeting"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody a letter names. Of the two, one may be empty."""

    name: str
    email: str  # in small letters


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that came with a letter. Its name is what the sender says, and may be a lie."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Signs:
    """What a letter's headers say about how it was sent."""

    is_automatic: bool = False  # an answering machine, a bounce, a read receipt
    is_bulk: bool = False  # a mailing list or a newsletter
    failed_checks: bool = False  # the receiving server says that it is not from whom it says


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarAnswer:
    """What a calendar program says to an invitation (METHOD:REPLY, or COUNTER if it proposes another time)."""

    uid: str  # of the invitation
    sequence: int  # of what was answered
    address: str  # of whoever was invited, in small letters
    says: str  # PARTSTAT: ACCEPTED, DECLINED, TENTATIVE or something else
    at: datetime | None  # when it was said, in UTC
    comment: str
    proposes: datetime | None = None  # when it might begin instead, in UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One e-mail or invitation, as text.

    Attributes:
        message_id: without its brackets; empty if it has none.
        people: who it went to, or who was invited, without the sender; each once.
        at: the instant it was sent, or the meeting begins, in UTC; None if not known.
        on: that day in London; None if not known. A meeting of a whole day has only this.
        text: what it says itself.
        earlier: what it quotes of earlier letters.
        remarks: what had to be assumed, for whoever checks it.
        original: the letter it forwards, if it forwards one.
        answer: what it says to an invitation, if it is an answer to one.
        is_forward: whether `original` is certainly forwarded, not just quoted under an answer.
    """

    kind: LetterKind = LetterKind.EMAIL
    message_id: str = ""
    sender: Person | None = None
    people: tuple[Person, ...] = ()
    at: datetime | None = None
    on: date | None = None
    subject: str = ""
    text: str = ""
    earlier: str = ""
    enclosures: tuple[Enclosure, ...] = field(default=(), repr=False)
    remarks: tuple[str, ...] = ()
    signs: Signs = Signs()
    original: "Letter | None" = None
    answer: CalendarAnswer | None = None
    is_forward: bool = False
