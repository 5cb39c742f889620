"""What would fit one young person next: the same rules as a matching, without anybody else to share with."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.fulfilment.counting import CountingPolicy
from crm.matching.fitting import NEW_KIND, Fitting
from crm.matching.gathering import about_one, names_of_lists
from crm.matching.words import reason
from crm.opportunities.models import Opportunity
from crm.opportunities.queries import readiness_of
from crm.providers.models import YoungPerson

SHOWN = 5
LOOKED_AT = 10  # whose checks are asked for, at most


@dataclass(frozen=True, slots=True)
class Fit:
    """An open opportunity with a free place, and why it suits."""

    opportunity: Opportunity  # with its employer and site loaded
    why: str


def would_fit(person: YoungPerson, policy: CountingPolicy) -> Sequence[Fit]:
    """The few that suit best, best first, then the soonest; none for who left or has all three.

    The person's provider and sectors must be loaded. A constant number of statements, and one for each placement that
    is looked at, which are ten at the most.
    """
    if person.left_at is not None:
        return []
    seeker, question, opportunities = about_one(person, policy)
    choices = sorted(
        Fitting(question).choices(seeker),
        key=lambda choice: (
            -choice.liking - NEW_KIND * (question.openings[choice.opening].kind not in seeker.kinds),
            question.openings[choice.opening].span.starts_at,
            question.openings[choice.opening].id,
        ),
    )
    best = [question.openings[choice.opening] for choice in choices[:LOOKED_AT]]
    ready = [opening for opening in best if readiness_of(opportunities[opening.id]).is_ready][:SHOWN]
    names = names_of_lists()
    return [
        Fit(
            opportunities[opening.id],
            reason(seeker, opening, becomes=seeker.had + 1, target=question.target, names=names),
        )
        for opening in ready
    ]
