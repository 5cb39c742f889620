"""Writing down what a provider says. Callers open the unit of work; nothing here commits."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import check_version, db
from crm.core.errors import Conflict, EditedMeanwhile
from crm.opportunities.models import Opportunity
from crm.opportunities.policies import may_say_how_it_went
from crm.opportunities.provider_word.models import ProviderWord
from crm.providers.models import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """The three questions. Only the first has to be answered."""

    rating: int
    went_well: str = ""
    to_change: str = ""


def word_of(opportunity_id: int, provider_id: int) -> ProviderWord | None:
    """What a provider said of an opportunity. One statement."""
    statement = select(ProviderWord).where(
        ProviderWord.opportunity_id == opportunity_id, ProviderWord.provider_id == provider_id
    )
    return db.session.scalars(statement).one_or_none()


def say_for_provider(
    opportunity: Opportunity, provider: Provider, feedback: Feedback, *, by: User, seen: int | None
) -> ProviderWord:
    """Write down what a provider says of an opportunity, in place of what it said before.

    Args:
        opportunity: one that the coordinator may know about.
        provider: whose word it is.
        feedback: what it says.
        by: its coordinator.
        seen: the version of what was said when the form was opened; None or 0 if nothing was.

    Raises:
        EditedMeanwhile: another coordinator saved it since.
        Conflict: it has not begun, or did not take place.
    """
    if not may_say_how_it_went(by, opportunity, clock.now()):
        raise Conflict("This has not taken place, so there is nothing to say of it yet.")
    word = word_of(opportunity.id, provider.id)
    if word is None:
        if seen:
            raise EditedMeanwhile("Somebody else removed this while you were working on it.")
        word = ProviderWord(opportunity_id=opportunity.id, provider_id=provider.id)
        db.session.add(word)
    else:
        check_version(word, seen)
    word.rating, word.went_well, word.to_change = feedback.rating, feedback.went_well, feedback.to_change
    word.said_by_id, word.said_at = by.id, clock.now()
    try:
        db.session.flush()
    except IntegrityError as error:
        raise EditedMeanwhile("A colleague has said how it went at the same moment.") from error
    return word
