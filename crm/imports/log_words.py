"""What the words of a contact log mean: how, who began it, what came of it, whether it happened. Pure."""

import re
from typing import TypeVar

from crm.core.normalise import as_text
from crm.interactions.models import Channel, Direction, Outcome

WordT = TypeVar("WordT")

# The first that matches wins: an e-mail about a visit is an e-mail, a visit where they rang the bell a visit.
OF_CHANNEL_CELL: tuple[tuple[Channel, str], ...] = (
    (Channel.EMAIL, r"e-?mail(?:ed|s)?|mail|@|outlook"),
    (
        Channel.MEETING,
        r"meeting|mtg|meet|met|teams|zoom|video|virtual|online|in person|f2f|face to face|coffee|1:1|121",
    ),
    (Channel.VISIT, r"visit(?:ed)?|site|on-?site|tour|walk-?in|drop-?in"),
    (
        Channel.EVENT,
        r"event|fair|talks?|mentoring|roundtable|conference|exhibition|network\w*|breakfast|expo|interviews?",
    ),
    (Channel.LETTER, r"letter|post(?:ed)?|leaflet|flyer"),
    (
        Channel.CALL,
        r"tel|telephoned?|phone[sd]?|ph|call(?:ed|s)?|r[aiu]ng|mob(?:ile)?|voice\s?mail|vm|spoke|text(?:ed)?|whatsapp",
    ),
)
OF_TEXT: tuple[tuple[Channel, str], ...] = (
    (
        Channel.CALL,
        r"r[au]ng|phone call|phoned|telephoned|called|tel|call (?:from|with)|left (?:a )?(?:msg|message|vm)|voicemail",
    ),
    (Channel.EMAIL, r"e-?mailed|e-?mail (?:from|to|sent)|sent (?:an )?e-?mail|replied by e-?mail|e-?mail"),
    (Channel.VISIT, r"visited|site visit|went to see|popped in|called in|tour of"),
    (Channel.MEETING, r"met|meeting|mtg|teams|zoom"),
    (
        Channel.EVENT,
        r"virtual talk|talks?|mentoring|mock interviews?|careers? fair|event|assembly|roundtable|interview day",
    ),
    (Channel.LETTER, r"wrote to|letter"),
)
INCOMING = re.compile(
    r"^(?:in|incoming|inbound|from them|them|they)$|"
    r"\b(?:they|he|she) (?:rang|called|phoned|e-?mailed|contacted|wrote)\b|"
    r"\b(?:rang|called|phoned|e-?mailed|contacted) us\b|\b(?:call|e-?mail|enquiry) from\b|\binbound\b|\bincoming\b|"
    r"\bgot in touch with us\b"
)
OUTGOING = re.compile(r"^(?:out|outgoing|outbound|to them|us|we)$|\boutbound\b|\boutgoing\b")
OUTCOMES: tuple[tuple[Outcome, str], ...] = (
    (Outcome.LEFT_MESSAGE, r"left (?:a )?(?:msg|message|vm|voicemail)|lm|message left|msg left|voicemail"),
    (Outcome.NO_ANSWER, r"no answer|n/?a answer|no reply|not answered|no response|rang out|engaged|unavailable"),
    (
        Outcome.NOT_NOW,
        r"not now|not (?:interested )?this (?:yr|year)|maybe later|ring back later|too busy|think about it",
    ),
    (Outcome.NO, r"not interested|declined|said no|refused|no thanks"),
    (Outcome.AGREED, r"agreed|said yes|signed up|confirmed|booked|will (?:host|take part|offer)|pledged"),
    (Outcome.INTERESTED, r"interested|keen|positive|enthusiastic|happy to"),
    (Outcome.SENT, r"sent (?:info\w*|form|details|link|pack)|e-?mailed (?:form|info\w*|details|link)|form sent"),
    (Outcome.SPOKE, r"spoke(?:n)? (?:to|with)|spoke|good chat|had a chat|discussed|chatted"),
)
DID_HAPPEN = frozenset(
    {"y", "yes", "done", "happened", "delivered", "completed", "complete", "attended", "held", "ok", "✓", "✔"}
)
DID_NOT = re.compile(
    r"^(?:n|no)$|\bcancel|\bpostponed|\bdid ?n[o']?t (?:happen|go ahead|take place)|\bno[- ]?show|\bcalled off|"
    r"\bnot (?:happened|delivered|held|attended)|\bfell through|\brearranged|\bwithdrawn?\b"
)
DITTO = frozenset(
    {'"', "''", "〃", "″", "”", "“", "ditto", "do", "do.", "as above", "same", "same as above", "see above", "^", "↑"}
)
LONGEST_DITTO = 40  # characters, spaces around the words among them
UNNAMED_NEGATION = re.compile(r"\b(?:not|n't|never)\s+(?:yet\s+)?$")


def is_ditto(cell: object) -> bool:
    """Whether a cell says to look at the one above. We never do: the rows may have been sorted since."""
    return (
        isinstance(cell, str) and len(cell) <= LONGEST_DITTO and as_text(cell).casefold().strip(" .") in DITTO | {"do"}
    )


def channel_named(cell: str) -> Channel | None:
    """The channel a cell made for it names: "tel", "rang", "mtg", "site visit", "Teams"."""
    return _first(OF_CHANNEL_CELL, cell)


def channel_in(text: str) -> Channel | None:
    """The channel that a note clearly speaks of."""
    return _first(OF_TEXT, text)


def direction_in(*texts: str) -> Direction | None:
    for text in map(_plain, texts):
        if INCOMING.search(text):
            return Direction.INCOMING
        if OUTGOING.search(text):
            return Direction.OUTGOING
    return None


def outcome_in(text: str) -> Outcome | None:
    return _first(OUTCOMES, text)


def did_not_happen(cell: str) -> bool:
    return DID_NOT.search(_plain(cell)) is not None


def only_says_it_happened(cell: str) -> bool:
    return _plain(cell) in DID_HAPPEN


def _plain(text: str) -> str:
    return as_text(text).casefold().replace("’", "'").strip(" .!,;:")


def _first(words: tuple[tuple[WordT, str], ...], text: str) -> WordT | None:
    plain = _plain(text)
    for meaning, pattern in words:
        found = re.search(rf"(?<!\w)(?:{pattern})(?!\w)", plain)
        if found and not UNNAMED_NEGATION.search(plain[: found.start()]):
            return meaning
    return None
