"""How it went, for the page of an opportunity: who says how many came, and what each side says of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.accounts.models import User
from crm.core import clock
from crm.opportunities.employer_word.comparing import recorded
from crm.opportunities.employer_word.wording import RATINGS
from crm.opportunities.models import Opportunity, OpportunityStatus, Place
from crm.opportunities.policies import may_say_how_it_went
from crm.opportunities.provider_word.models import ProviderWord
from crm.opportunities.provider_word.queries import provider_words_about
from crm.opportunities.views.employer_word import WordRow, word_rows
from crm.opportunities.who_came.comparing import Dispute, SideTold, disputes, told_by
from crm.opportunities.who_came.models import MarkedBy
from crm.opportunities.who_came.queries import marks_of


@dataclass(frozen=True, slots=True)
class ProviderWordRow:
    """One provider's word."""

    word: ProviderWord

    @property
    def how_it_went(self) -> str:
        """In the words that they chose."""
        return RATINGS[self.word.rating]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What a viewer may know. A coordinator sees its provider's word only."""

    words: Sequence[WordRow]  # of people at the employer
    provider_words: Sequence[ProviderWordRow]
    recorded: int | None  # how many came by the register; None: not all are marked
    sides: Sequence[SideTold]  # officers, then providers, if they marked anybody
    differ: Sequence[Dispute]  # officers and providers say different things, and an officer is to decide
    decided: Sequence[Dispute]  # the same, but an officer has the last word
    may_say: bool  # the viewer, for its provider

    @property
    def seen(self) -> str:
        """Which places differ, for the buttons that decide."""
        return ",".join(str(each.place.id) for each in self.differ)

    @property
    def rating(self) -> int | None:
        """How it went by the employer's own word; the latest of several."""
        return next((row.word.rating for row in self.words if row.word.rating is not None), None)

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.provider_words or self.sides or self.may_say)


def feedback_of(opportunity: Opportunity, held: Sequence[Place], viewer: User) -> Feedback | None:
    """None before it begins, and of what did not take place. Three statements at the most."""
    now = clock.now()
    over = opportunity.status in {OpportunityStatus.OPEN, OpportunityStatus.DELIVERED} and opportunity.starts_at <= now
    if not over:
        return None
    marks = marks_of(opportunity.id) if viewer.is_staff else {}
    differ = disputes(held, marks)
    sides = (told_by(side, held, marks) for side in MarkedBy)
    return Feedback(
        words=word_rows(opportunity.id, held) if viewer.is_staff else [],
        provider_words=[ProviderWordRow(word) for word in provider_words_about(opportunity.id, viewer=viewer)],
        recorded=recorded(held),
        sides=[side for side in sides if side is not None],
        differ=[each for each in differ if each.is_to_decide],
        decided=[each for each in differ if not each.is_to_decide],
        may_say=may_say_how_it_went(viewer, opportunity, now),
    )
