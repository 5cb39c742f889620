"""What happened according to a letter, and where it belongs. Pure: no database, no request, no clock."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from crm.correspondence.models import Why
from crm.correspondence.reading.letter import Letter, LetterKind, Person
from crm.employers.domains import own_domain
from crm.interactions.models import Direction

SURNAME_FIRST = re.compile(r"([^,]+), ([^,]+)")


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, taken out of the letters around it."""

    letter: Letter
    note: str = ""  # what whoever forwarded it wrote above it
    forwarded_by: str = ""  # their address


def what_happened(letter: Letter, ours: Collection[str]) -> Event:
    """The letter itself; or, if one of us forwards it, the letter inside.

    Outlook quotes what it answers as it quotes what it forwards. Then it is a forwarding if it went to nobody but us
    and carries somebody else’s words.
    """
    inner, sender = letter.original, letter.sender
    if inner is None or inner.sender is None or sender is None or sender.email not in ours:
        return Event(letter)
    went_out = any(person.email and person.email not in ours for person in letter.people)
    if not letter.is_forward and (went_out or inner.sender.email in ours):
        return Event(letter)
    if inner.on is None:
        remarks = (*inner.remarks, "The day it was forwarded was taken.")
        inner = replace(inner, at=letter.at, on=letter.on, remarks=remarks)
    if letter.enclosures and not inner.enclosures:
        inner = replace(inner, enclosures=letter.enclosures)
    return Event(inner, note=letter.text, forwarded_by=sender.email)


def direction_of(letter: Letter, ours: Collection[str]) -> Direction:
    """Who sought whom."""
    sender = letter.sender
    return Direction.OUTGOING if sender is not None and sender.email in ours else Direction.INCOMING


def addresses_in(letter: Letter) -> Iterator[str]:
    """Everybody’s, the sender’s first."""
    for person in (letter.sender, *letter.people):
        if person is not None and person.email:
            yield person.email


def day_of(letter: Letter, today: date) -> tuple[date, tuple[str, ...]]:
    """The day for the log, and what has to be said about it. An e-mail cannot have been sent tomorrow."""
    if letter.on is None:
        return today, (*letter.remarks, "The day it arrived was taken.")
    if letter.kind is LetterKind.EMAIL and letter.on > today:
        on = f"{letter.on.day} {letter.on:%B %Y}"
        return today, (*letter.remarks, f"Its date, {on}, lies in the future, so the day it arrived was taken.")
    return letter.on, letter.remarks


def content_key(letter: Letter) -> str:
    """What two copies of one letter have in common, whatever mail programs did to their headers."""
    sender = letter.sender.email if letter.sender else ""
    at = letter.at.isoformat(timespec="minutes") if letter.at else str(letter.on)
    words = "".join(character for character in letter.text.casefold() if character.isalnum())
    return _hashed("content", letter.kind, sender, at, letter.subject.casefold(), words)


def message_key(letter: Letter) -> str:
    """What makes two copies one: the Message-ID, or what the letter says if it has none."""
    return _hashed("message", letter.message_id) if letter.message_id else content_key(letter)


def arrival_key(letter: Letter, content: bytes) -> str:
    """The same for what lies in a mailbox, forwardings apart from what they forward."""
    return _hashed("message", letter.message_id) if letter.message_id else hashlib.sha256(content).hexdigest()


def where_it_belongs(employers_of: Mapping[str, Collection[int]]) -> int | Why:
    """The one employer the people of a letter work at.

    Args:
        employers_of: ids of employers by each address that is a contact's. Somebody known at two employers leaves
            it to the others, if they agree.
    """
    sets = [set(ids) for ids in employers_of.values() if ids]
    if not sets:
        return Why.UNKNOWN
    shared = set.intersection(*sets)
    return shared.pop() if len(shared) == 1 else Why.SEVERAL


def domain_of(address: str) -> str:
    """The part an employer's people share; empty where anybody can have an address."""
    return own_domain(None, address) or ""


def name_for(person: Person) -> str:
    """What a contact would be called: "Fairclough, Jo" is Jo Fairclough, jo.fairclough@… probably, too."""
    if match := SURNAME_FIRST.fullmatch(person.name):
        return f"{match[2].strip()} {match[1].strip()}"
    if person.name:
        return person.name
    words = re.split(r"[._-]+", person.email.partition("@")[0])
    return " ".join(word.capitalize() for word in words if word)


def _hashed(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()
