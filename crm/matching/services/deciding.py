"""What an officer does with a proposal: accept places, take some off, stop, undo. The scheduler then books."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Update, update

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import Conflict
from crm.matching.models import MatchedPlace, MatchedState, Matching, MatchingStatus


def accept(matching: Matching, rows: Collection[int], *, by: User, at: datetime) -> int:
    """Let the scheduler book these of the proposed places. Returns how many.

    Raises Conflict if none of them is still proposed, or the proposal is not ready.
    """
    _refuse_unless_ready(matching)
    accepted = _move(matching, rows, {MatchedState.PROPOSED, MatchedState.REFUSED}, MatchedState.ACCEPTED, by, at)
    if not accepted:
        raise Conflict("Select at least one place that is still proposed.")
    _begin(matching, MatchingStatus.BOOKING, accepted)
    return accepted


def take_off(matching: Matching, rows: Collection[int], *, by: User, at: datetime) -> int:
    """These are not wanted. Returns how many. Raises Conflict like `accept`."""
    _refuse_unless_ready(matching)
    return _move(matching, rows, {MatchedState.PROPOSED, MatchedState.REFUSED}, MatchedState.TAKEN_OFF, by, at)


def put_back(matching: Matching, rows: Collection[int], *, by: User, at: datetime) -> int:
    """These are wanted after all. Returns how many. Raises Conflict like `accept`."""
    _refuse_unless_ready(matching)
    return _move(matching, rows, {MatchedState.TAKEN_OFF}, MatchedState.PROPOSED, by, at)


def undo(matching: Matching, *, by: User, at: datetime) -> int:
    """Let the scheduler take back what was booked. Returns how many places. Raises Conflict if there are none."""
    _refuse_unless_ready(matching)
    booked = MatchedPlace.matching_id == matching.id, MatchedPlace.state == MatchedState.BOOKED
    returning = _count(update(MatchedPlace).where(*booked).values(**_decided(MatchedState.RETURNING, by, at)))
    if not returning:
        raise Conflict("Nothing of this matching is booked.")
    _begin(matching, MatchingStatus.UNDOING, returning)
    return returning


def stop(matching: Matching, *, at: datetime) -> None:
    """Whatever is under way goes no further; what is booked or taken back already stays so.

    Raises Conflict if nothing is under way.
    """
    db.session.refresh(matching, with_for_update=True)
    if not matching.is_under_way:
        raise Conflict("This has ended already.")
    calculating = matching.status is MatchingStatus.CALCULATING
    matching.status = MatchingStatus.STOPPED if calculating else MatchingStatus.READY
    matching.ended_at = matching.ended_at or at
    matching.claimed_by = matching.phase = None
    for waiting, before in (
        (MatchedState.ACCEPTED, MatchedState.PROPOSED),
        (MatchedState.RETURNING, MatchedState.BOOKED),
    ):
        rows = MatchedPlace.matching_id == matching.id, MatchedPlace.state == waiting
        db.session.execute(update(MatchedPlace).where(*rows).values(state=before))
    db.session.flush()


def _refuse_unless_ready(matching: Matching) -> None:
    """Locks it, so that of two who decide at once the second sees what the first did."""
    db.session.refresh(matching, with_for_update=True)
    if matching.status is not MatchingStatus.READY:
        raise Conflict("This proposal is not ready to be decided about: look at it again in a moment.")


def _begin(matching: Matching, status: MatchingStatus, steps: int) -> None:
    matching.status, matching.claimed_by, matching.heard_at = status, None, None
    matching.steps_done, matching.steps_total = 0, steps
    db.session.flush()


def _count(statement: Update) -> int:
    return int(getattr(db.session.execute(statement), "rowcount", 0))


def _move(
    matching: Matching,
    rows: Collection[int],
    before: Collection[MatchedState],
    after: MatchedState,
    by: User,
    at: datetime,
) -> int:
    chosen = MatchedPlace.matching_id == matching.id, MatchedPlace.id.in_(rows), MatchedPlace.state.in_(before)
    return _count(update(MatchedPlace).where(*chosen).values(**_decided(after, by, at)))


def _decided(state: MatchedState, by: User, at: datetime) -> dict[str, object]:
    return {"state": state, "why": None, "decided_by_name": by.name, "decided_at": at}
