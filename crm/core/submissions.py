"""One form, one save: a second click on the same form leads where the first one led.

Every form carries a random key. The key is written in the same transaction as what the form saves, and is unique,
so however often and however simultaneously the form arrives, one arrival saves and the others are told where it led.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock
from crm.core.db import Base, committing, db
from crm.core.errors import AlreadySubmitted, Conflict

KEPT_FOR = timedelta(days=7)  # as long as a browser keeps what was typed: frontend/js/draft-store.js


class Submission(Base):
    """A form that was saved, and the page its sender was led to."""

    __tablename__ = "submission"

    key: Mapped[str] = mapped_column(unique=True)
    leads_to: Mapped[str]
    submitted_at: Mapped[datetime] = mapped_column(index=True)


class _KeyField(Protocol):
    data: str | None


class HasKey(Protocol):
    """A form with its idempotency key."""

    submission_key: _KeyField


@contextmanager
def submitting(form: HasKey) -> Iterator[Submission]:
    """Run the unit of work that saves a form, once.

    The block must set `leads_to` on what it is given: the address of the page that shows what was saved.

    Raises AlreadySubmitted when the form was saved before; `crm.core.web` answers with where that led.
    """
    key = form.submission_key.data
    if not key:
        raise Conflict("This page is out of date. Open it again, then save.")
    try:
        with committing():
            submission = _claim(key)
            yield submission
            if not submission.leads_to:
                raise RuntimeError("A submission must say where it leads.")
    except _Taken:
        raise AlreadySubmitted(_answer_to(key)) from None


class _Taken(Exception):
    """The key is in the table."""


def _claim(key: str) -> Submission:
    submission = Submission(key=key, leads_to="", submitted_at=clock.now())
    db.session.add(submission)
    try:
        db.session.flush()
    except IntegrityError:
        raise _Taken from None
    return submission


def _answer_to(key: str) -> str:
    return db.session.scalar(select(Submission.leads_to).where(Submission.key == key)) or "/"


def was_saved(key: str) -> bool:
    """Whether a form with this key was saved: a browser asks before it forgets what was typed. One statement."""
    return db.session.scalar(select(Submission.id).where(Submission.key == key)) is not None


def forget_old(now: datetime) -> int:
    """Delete keys too old to be clicked again. Returns how many."""
    old = db.session.execute(delete(Submission).where(Submission.submitted_at < now - KEPT_FOR))
    return int(getattr(old, "rowcount", 0))
