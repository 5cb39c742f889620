"""What somebody is owed so that their calendar says what is true. Pure: no database, no request.

What they were told last is compared with what is so now. Nothing that changes an opportunity has to remember to tell
anybody, and so nothing can forget to.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

SOMEBODY_ELSE = "Somebody else is invited instead"
ANOTHER_ADDRESS = "They are invited at another address"
MOVED_TO_THE_PAST = "It was moved to a day in the past"
CANCELLED = "The opportunity was cancelled"
NOT_WANTED = "They are not invited any more"
OVER = "It was over when that changed."
NOBODY = "The opportunity names nobody any more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What belongs in somebody's calendar, as they are told it."""

    name: str  # theirs; empty if it is not known
    address: str
    title: str
    starts_at: datetime
    ends_at: datetime  # of the last day
    location: str  # empty: not known yet

    def says_the_same(self, other: "Entry") -> bool:
        """Whether somebody who has the one need not be told the other. By another name they are the same person."""
        return self.facts == other.facts

    @property
    def facts(self) -> tuple[str, datetime, datetime, str]:
        """What they have to know, whoever they are."""
        return self.title, self.starts_at, self.ends_at, self.location


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is so now, for one party of one opportunity."""

    entry: Entry | None  # None: nothing belongs in anybody's calendar
    gone: str = ""  # why there is no entry
    silent: str = ""  # why nobody may write to the person it is for
    silent_before: str = ""  # the same of whoever has an entry already


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What has to be done. Nothing of it: what they were told is true, or there is nobody who may be told."""

    end: str = ""  # strike out the entry they have, for this reason
    untold: str = ""  # why they cannot be told of that
    ask: Entry | None = None  # an entry for somebody who has none
    change: Entry | None = None  # what the entry says from now on
    stale: str = ""  # what they were told is not true any more, and this is why nobody tells them

    @property
    def is_something(self) -> bool:
        return bool(self.end or self.ask or self.change)

    @property
    def fingerprint(self) -> str:
        """The same as long as the same is owed."""
        return hashlib.sha256(repr((self.end, self.untold, self.ask, self.change)).encode()).hexdigest()


def what_is_owed(truth: Truth, told: Entry | None, now: datetime) -> Owed:
    """What follows from what is so and from what somebody was told, if they were told anything that still holds.

    Nobody gets a mail about what is over. Who believes in a day to come that has become one of the past is told.
    """
    if told is None:
        return _first(truth, now)
    entry = truth.entry
    if entry is None or not _is_same_person(entry, told):
        return _other(truth, told, now)
    return _same(truth, entry, told, now)


def _is_same_person(entry: Entry, told: Entry) -> bool:
    """An address is a person. Whose address was taken out is still who they were: nobody can be told, that is all."""
    return entry.address == told.address or (not entry.address and entry.name == told.name)


def _first(truth: Truth, now: datetime) -> Owed:
    entry = truth.entry
    if entry is None or truth.silent or entry.ends_at <= now:
        return Owed()
    return Owed(ask=entry)


def _other(truth: Truth, told: Entry, now: datetime) -> Owed:
    """Nothing belongs in their calendar any more, or it belongs in another one."""
    why = truth.gone if truth.entry is None else _why_other(truth.entry, told)
    ask = _first(truth, now).ask
    if told.ends_at > now:
        return Owed(end=why, untold=truth.silent_before, ask=ask)
    return Owed(end=why, untold=OVER, ask=ask) if ask else Owed()


def _why_other(entry: Entry, told: Entry) -> str:
    return ANOTHER_ADDRESS if entry.name and entry.name == told.name else SOMEBODY_ELSE


def _same(truth: Truth, entry: Entry, told: Entry, now: datetime) -> Owed:
    if told.says_the_same(entry):
        return Owed()
    if entry.ends_at <= now:
        is_expected = told.ends_at > now
        return Owed(end=MOVED_TO_THE_PAST, untold=truth.silent) if is_expected else Owed()
    return Owed(stale=truth.silent) if truth.silent else Owed(change=entry)
