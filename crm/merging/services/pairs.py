"""Saying that two employers are two, and looking for those that may be one. Nothing here commits."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import Conflict, NotFound
from crm.employers.models import Employer
from crm.merging.models import DuplicateSearch, LikelyPair, NotDuplicates
from crm.merging.pairing import Pair
from crm.merging.queries.pairs import difference_of, waiting_search

MOST_PAIRS = 5000  # kept of a search, the best
KEPT_FOR = timedelta(days=30)  # searches that have ended
BY_NIGHT = "Threefold"


def say_they_differ(one_id: int, other_id: int, *, by: User, at: datetime) -> NotDuplicates:
    """Remember that two employers are two. Safe to repeat: who said it first stays. Raises Conflict for one alone."""
    first, second = sorted((one_id, other_id))
    if first == second:
        raise Conflict("Choose two different employers.")
    known = difference_of(first, second)
    if known is not None:
        return known
    difference = NotDuplicates(first_id=first, second_id=second, decided_at=at, decided_by_name=by.name)
    db.session.add(difference)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("Somebody else has just said so.") from error
    return difference


def take_back(difference_id: int) -> None:
    """Let a pair that was found to be two be shown again. Raises NotFound when that has been done."""
    difference = db.session.get(NotDuplicates, difference_id)
    if difference is None:
        raise NotFound("Somebody has taken that back already.")
    db.session.delete(difference)
    db.session.flush()


def ask_for_search(*, by: str, at: datetime) -> DuplicateSearch:
    """Have the worker look at all employers. One that is waiting already will do."""
    waiting = waiting_search()
    if waiting is not None:
        return waiting
    search = DuplicateSearch(asked_at=at, asked_by_name=by)
    db.session.add(search)
    db.session.flush()
    return search


def note_progress(search_id: int, *, done: int, total: int, at: datetime) -> None:
    search = db.session.get_one(DuplicateSearch, search_id)
    search.done, search.total, search.heard_at = done, total, at
    db.session.flush()


def keep_pairs(search_id: int, pairs: Iterable[Pair], *, at: datetime) -> int:
    """Put these in place of what the last search found. Returns how many were kept.

    Employers that were merged since they were read are left out.
    """
    db.session.execute(delete(LikelyPair))
    known = set(db.session.scalars(select(Employer.id).where(Employer.merged_into_id.is_(None))))
    rows = [
        {
            "first_id": each.first_id,
            "second_id": each.second_id,
            "score": each.likeness.score,
            "reasons": list(each.likeness.reasons),
        }
        for each in pairs
        if each.first_id in known and each.second_id in known
    ][:MOST_PAIRS]
    if rows:
        db.session.execute(insert(LikelyPair), rows)
    search = db.session.get_one(DuplicateSearch, search_id)
    search.done, search.heard_at, search.ended_at = search.total, at, at
    db.session.flush()
    return len(rows)


def forget_old(now: datetime) -> int:
    """Delete searches that ended long ago. Returns how many."""
    old = db.session.execute(delete(DuplicateSearch).where(DuplicateSearch.ended_at < now - KEPT_FOR))
    return int(getattr(old, "rowcount", 0))
