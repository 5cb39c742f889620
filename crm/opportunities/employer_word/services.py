"""Writing down what an employer says. Callers open the unit of work; nothing here commits."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.models import Contact
from crm.opportunities.employer_word.models import EmployerWord
from crm.opportunities.models import Opportunity, OpportunityStatus

MAY_BE_CHANGED_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What somebody says; None and empty where they say nothing."""

    came: int | None = None
    rating: int | None = None
    went_well: str = ""
    to_change: str = ""


def say(opportunity: Opportunity, contact: Contact, word: Word) -> EmployerWord:
    """Write down what a person at the employer says of an opportunity, in place of what they said before.

    Raises Conflict if it is not their employer's, has not begun, was cancelled, more came than there was room for, or
    what they said is older than 14 days.
    """
    _refuse(opportunity, contact, word)
    said = db.session.scalars(
        select(EmployerWord)
        .where(EmployerWord.opportunity_id == opportunity.id, EmployerWord.contact_id == contact.id)
        .with_for_update()
    ).one_or_none()
    if said is None:
        said = EmployerWord(opportunity_id=opportunity.id, contact_id=contact.id)
        db.session.add(said)
    elif clock.now() > said.created_at + MAY_BE_CHANGED_FOR:
        raise Conflict(f"This could be changed for {MAY_BE_CHANGED_FOR.days} days. Tell your officer instead.")
    if said.came != word.came:
        said.settled_at = said.settled_by_id = None  # another number is another thing to decide
    said.came, said.rating = word.came, word.rating
    said.went_well, said.to_change, said.said_at = word.went_well, word.to_change, clock.now()
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("This was sent twice at the same moment, and is saved.") from error
    return said


def _refuse(opportunity: Opportunity, contact: Contact, word: Word) -> None:
    if contact.employer_id != opportunity.employer_id:
        raise Conflict("This is another employer’s.")
    if opportunity.status in {OpportunityStatus.CANCELLED, OpportunityStatus.DRAFT}:
        raise Conflict("This did not take place, so there is nothing to say of it.")
    if opportunity.starts_at > clock.now():
        raise Conflict("This has not begun. Come back when it has.")
    if word.came is not None and word.came > opportunity.capacity:
        raise Conflict(f"There was room for {opportunity.capacity}. If more came, tell your officer.")
