"""Next steps: planning, moving, ticking off. Callers open the unit of work; nothing here commits."""

from dataclasses import dataclass
from datetime import date, datetime

from crm.accounts.models import User
from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.employers.models import Employer
from crm.interactions.models import FollowUp, Interaction


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is to happen next, by whom, by when."""

    what: str
    due_on: date  # in London
    owner_id: int


def add_follow_up(employer: Employer, step: NextStep, *, after: Interaction | None = None) -> FollowUp:
    """Plan a next step, as the outcome of a contact or on its own. Raises Conflict if its owner cannot have one."""
    follow_up = FollowUp(
        employer_id=employer.id,
        interaction_id=after.id if after else None,
        owner_id=_owner(step.owner_id).id,
        what=step.what,
        due_on=step.due_on,
    )
    db.session.add(follow_up)
    db.session.flush()
    return follow_up


def change_follow_up(follow_up: FollowUp, step: NextStep, *, seen: int | None) -> None:
    """Reword a next step, move it to another day or hand it over.

    Raises:
        EditedMeanwhile: somebody saved it after the form with version `seen` was opened.
        Conflict: it is done, or the new owner cannot have one.
    """
    check_version(follow_up, seen)
    _still_open(follow_up)
    follow_up.what = step.what
    follow_up.due_on = step.due_on
    if follow_up.owner_id != step.owner_id:
        follow_up.owner_id = _owner(step.owner_id).id
    db.session.flush()


def move_follow_up(follow_up: FollowUp, due_on: date) -> None:
    """Put a next step off, or bring it forward. Raises Conflict if it is done."""
    _still_open(follow_up)
    follow_up.due_on = due_on
    db.session.flush()


def complete_follow_up(follow_up: FollowUp, *, by: User, at: datetime) -> None:
    """Tick a next step off. One that is done stays as it was: the first to do it did it."""
    if follow_up.done_at is None:
        follow_up.done_at, follow_up.done_by_id = at, by.id
        db.session.flush()


def reopen_follow_up(follow_up: FollowUp) -> None:
    """Undo a tick."""
    follow_up.done_at = follow_up.done_by_id = None
    db.session.flush()


def _owner(user_id: int) -> User:
    owner = db.session.get(User, user_id)
    if owner is None or not owner.is_staff or not owner.is_active:
        raise Conflict("Select a colleague who can sign in to be the owner of the next step.")
    return owner


def _still_open(follow_up: FollowUp) -> None:
    if follow_up.done_at is not None:
        raise Conflict("This next step is done already. Undo that first if it needs to change.")
