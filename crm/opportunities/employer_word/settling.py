"""An officer decides between the employer's number and ours. Callers open the unit of work; nothing here commits."""

from sqlalchemy import select

from crm.accounts.models import User
from crm.audit.recording import because
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict, NotFound
from crm.opportunities.employer_word.comparing import marks_for
from crm.opportunities.employer_word.models import EmployerWord
from crm.opportunities.models import TAKES_PART, Opportunity, Place
from crm.opportunities.services.attending import mark_attendance
from crm.opportunities.services.seats import lock

NOBODY_CAN_TELL = "From a number alone it cannot be told whose places these were. Mark the register instead."


def take_their_number(opportunity: Opportunity, word_id: int, *, seen: int | None, by: User) -> None:
    """Write the register so that it says what the employer says.

    Args:
        opportunity: what it was said of.
        word_id: who said it.
        seen: the number that was on the page when the officer decided.
        by: the officer.

    Raises:
        NotFound: nobody said so of this opportunity.
        Conflict: it was decided or said otherwise meanwhile, or the number does not tell whose places they were.
    """
    lock(opportunity)
    word, came = _undecided(opportunity, word_id, seen)
    marks = marks_for(_held(opportunity.id), came)
    if marks is None:
        raise Conflict(NOBODY_CAN_TELL)
    with because(f"The employer said that {came} came"):
        mark_attendance(opportunity, marks, by=by)
    _settle(word, by)


def keep_our_number(opportunity: Opportunity, word_id: int, *, seen: int | None, by: User) -> None:
    """Leave the register as it is, and ask no more. Raises as `take_their_number` does."""
    lock(opportunity)
    word, _ = _undecided(opportunity, word_id, seen)
    _settle(word, by)


def _undecided(opportunity: Opportunity, word_id: int, seen: int | None) -> tuple[EmployerWord, int]:
    statement = (
        select(EmployerWord)
        .where(EmployerWord.id == word_id, EmployerWord.opportunity_id == opportunity.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    word = db.session.scalars(statement).one_or_none()
    if word is None:
        raise NotFound("We could not find what the employer said.")
    if word.settled_at is not None:
        raise Conflict("A colleague has decided about this number already.")
    if word.came is None or word.came != seen:
        raise Conflict("The employer has changed the number meanwhile. Look at it again.")
    return word, word.came


def _held(opportunity_id: int) -> list[Place]:
    statement = (
        select(Place)
        .where(Place.opportunity_id == opportunity_id, Place.status.in_(TAKES_PART))
        .order_by(Place.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(statement))


def _settle(word: EmployerWord, by: User) -> None:
    word.settled_at, word.settled_by_id = clock.now(), by.id
    db.session.flush()
