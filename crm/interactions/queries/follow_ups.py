"""Next steps: one of them, an officer's in the order of urgency, an employer's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, select
from sqlalchemy.orm import aliased, joinedload

from crm.accounts.models import User
from crm.core.access import STAFF
from crm.core.db import db
from crm.core.errors import NotFound
from crm.employers.models import Employer
from crm.interactions.models import FollowUp

COMING_DAYS = 7
MOST_ROWS = 100  # of one officer's, on one page
COUNTS = 4  # columns of OpenCounts


@dataclass(frozen=True, slots=True)
class NextStepRow:
    """A next step as a list shows it."""

    id: int
    what: str
    due_on: date
    done_at: datetime | None
    employer_id: int
    employer: str
    phone: str | None  # the employer's
    owner_id: int
    owner: str
    interaction_id: int | None

    @property
    def is_done(self) -> bool:
        return self.done_at is not None


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """How many next steps an officer has open."""

    overdue: int
    today: int
    coming: int  # in the next seven days
    later: int

    @property
    def total(self) -> int:
        return self.overdue + self.today + self.coming + self.later


def visible_to(viewer: User) -> Select[FollowUp]:
    """The follow-ups a user may know about: staff see all, to stand in for each other; nobody else any."""
    follow_ups = select(FollowUp)
    return follow_ups if viewer.role in STAFF else follow_ups.where(false())


def get_follow_up(follow_up_id: int, *, viewer: User) -> FollowUp:
    """A follow-up with its employer and owner loaded. Raises NotFound if the viewer may know of none."""
    statement = (
        visible_to(viewer)
        .where(FollowUp.id == follow_up_id)
        .options(joinedload(FollowUp.employer), joinedload(FollowUp.owner))
    )
    follow_up = db.session.scalars(statement).one_or_none()
    if follow_up is None:
        raise NotFound("We could not find that next step.")
    return follow_up


def open_with_counts(owner_id: int, today: date, *, limit: int = MOST_ROWS) -> tuple[Sequence[NextStepRow], OpenCounts]:
    """An officer's open next steps, the most overdue first, and how many there are by when they are due.

    One statement: the counts are of all of them, also beyond the limit.
    """
    last = today + timedelta(days=COMING_DAYS)
    statement: Select[*tuple[Any, ...]] = (
        _rows()
        .add_columns(
            _count(FollowUp.due_on < today),
            _count(FollowUp.due_on == today),
            _count((FollowUp.due_on > today) & (FollowUp.due_on <= last)),
            _count(FollowUp.due_on > last),
        )
        .where(FollowUp.owner_id == owner_id, FollowUp.done_at.is_(None))
        .limit(limit)
    )
    rows = db.session.execute(statement).all()
    counts = OpenCounts(*rows[0][-COUNTS:]) if rows else OpenCounts(0, 0, 0, 0)
    return [NextStepRow(*row[:-COUNTS]) for row in rows], counts


def done_since(owner_id: int, instant: datetime) -> Sequence[NextStepRow]:
    """What an officer's list has lost since an instant, the latest first, so that a slip can be undone."""
    statement = (
        _rows()
        .where(FollowUp.owner_id == owner_id, FollowUp.done_at >= instant)
        .order_by(None)
        .order_by(FollowUp.done_at.desc(), FollowUp.id.desc())
        .limit(MOST_ROWS)
    )
    return [NextStepRow(*row) for row in db.session.execute(statement)]


def follow_ups_from(interaction_id: int) -> Sequence[NextStepRow]:
    """What was to happen after one contact, done or not. One statement."""
    statement = _rows().where(FollowUp.interaction_id == interaction_id)
    return [NextStepRow(*row) for row in db.session.execute(statement)]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many of the whole answer, on every row of it."""
    return func.sum(case((condition, 1), else_=0)).over()


def _rows() -> Select[int, str, date, datetime | None, int, str, str | None, int, str, int | None]:
    owner = aliased(User)
    return (
        select(
            FollowUp.id,
            FollowUp.what,
            FollowUp.due_on,
            FollowUp.done_at,
            Employer.id,
            Employer.name,
            Employer.phone,
            owner.id,
            owner.name,
            FollowUp.interaction_id,
        )
        .join(FollowUp.employer)
        .join(owner, FollowUp.owner_id == owner.id)
        .order_by(FollowUp.due_on, FollowUp.id)
    )
