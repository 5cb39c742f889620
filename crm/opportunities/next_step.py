"""The next small step with an employer: from a talk to a visit, to shadowing, to a placement. Pure.

Employers who begin with an hour and see that it works come to offer a week; who is asked for a week at once says no.
So the next rung is suggested, never the top: by what the employer has given, and how that went by its own word.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from crm.core.clock import local_date
from crm.core.formatting import counted
from crm.opportunities.models import OpportunityStatus
from crm.pledges.kinds import OpportunityKind

# The rungs, each by the kind that is suggested; other kinds stand on the rung that asks as much of an employer.
LADDER = (
    OpportunityKind.TALK,
    OpportunityKind.WORKPLACE_VISIT,
    OpportunityKind.JOB_SHADOWING,
    OpportunityKind.PLACEMENT,
)
RUNGS: Mapping[OpportunityKind, int] = {
    OpportunityKind.TALK: 0,
    OpportunityKind.ONLINE_PRESENTATION: 0,
    OpportunityKind.MOCK_INTERVIEW: 0,
    OpportunityKind.CAREERS_ROUNDTABLE: 0,
    OpportunityKind.MENTORING: 0,
    OpportunityKind.WORKPLACE_VISIT: 1,
    OpportunityKind.EMPLOYER_PROJECT: 1,
    OpportunityKind.JOB_SHADOWING: 2,
    OpportunityKind.VIRTUAL_PLACEMENT: 2,
    OpportunityKind.PLACEMENT: 3,
}
NOT_SO_WELL = 2  # of 5
WENT_BADLY = "It did not go well by their own word: ask what should be different, and stay with it for now."
WHOLE_WAY = "There is no larger step: another one helps most."


class GivenRow(Protocol):
    """An opportunity of the employer's, as lists have it."""

    @property
    def kind(self) -> OpportunityKind: ...

    @property
    def status(self) -> OpportunityStatus: ...

    @property
    def ends_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Given:
    """What an employer has given, and what is booked with it."""

    delivered: Mapping[OpportunityKind, int]
    booked: Collection[OpportunityKind] = frozenset()

    @classmethod
    def of(cls, rows: Iterable[GivenRow], today: date) -> "Given":
        known = list(rows)
        delivered = Counter(row.kind for row in known if row.status is OpportunityStatus.DELIVERED)
        coming = (row for row in known if row.status is OpportunityStatus.OPEN and local_date(row.ends_at) >= today)
        return cls(delivered, frozenset(row.kind for row in coming))


@dataclass(frozen=True, slots=True)
class NextSmallStep:
    """What to ask an employer for next, and why."""

    kind: OpportunityKind
    reasons: tuple[str, ...]  # whole sentences
    is_booked: bool = False  # nothing to ask for: it is arranged

    @property
    def words(self) -> str:
        """For a button and a next step: “Ask for a workplace visit”."""
        return f"Ask for {a_kind(self.kind)}"


def next_small_step(given: Given, *, rating: int | None = None) -> NextSmallStep | None:
    """The next rung; None where an employer has given nothing yet.

    Args:
        given: what it has given and what is booked.
        rating: how the last went by its own word, from 1 (badly) to 5 (very well), if it said.
    """
    if not given.delivered:
        return None
    highest = max(given.delivered, key=lambda kind: (RUNGS[kind], given.delivered[kind], kind.value))
    kind, why = highest, WHOLE_WAY
    if rating is not None and rating <= NOT_SO_WELL:
        why = WENT_BADLY
    elif RUNGS[highest] + 1 < len(LADDER):
        kind = LADDER[RUNGS[highest] + 1]
        why = f"{_capital(a_kind(kind))} would be the next small step: they have given none yet."
    has_given = f"They have given {_list_of(given.delivered)}."
    coming = [each for each in given.booked if RUNGS[each] >= RUNGS[kind]]
    if not coming:
        return NextSmallStep(kind, (has_given, why))
    booked = max(coming, key=lambda each: (RUNGS[each], each.value))
    kept = (why,) if why == WENT_BADLY else ()
    return NextSmallStep(booked, (has_given, *kept, f"{_capital(a_kind(booked))} is booked already."), is_booked=True)


def a_kind(kind: OpportunityKind) -> str:
    """“a talk”, “an online presentation”, “a job shadowing day”."""
    words = _one(kind)
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _one(kind: OpportunityKind) -> str:
    return kind.plural.removesuffix("s")


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _list_of(delivered: Mapping[OpportunityKind, int]) -> str:
    """“2 talks and 1 workplace visit”, from the lowest rung up."""
    kinds = sorted(delivered, key=lambda kind: (RUNGS[kind], kind.value))
    *others, last = [counted(delivered[kind], _one(kind), kind.plural) for kind in kinds]
    return f"{', '.join(others)} and {last}" if others else last
