"""Giving the same young people a place in one meeting after another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crm.core.clock import local_date
from crm.core.errors import Conflict
from crm.opportunities.models import Opportunity
from crm.opportunities.services import add_places_by_reference
from crm.providers.models import Provider

SHOWN = 6  # references named in a message


@dataclass(frozen=True, slots=True)
class Missed:
    """That somebody takes part, but not on this day."""

    reference: str
    day: date
    why: str


def give_places(meeting: Opportunity, provider: Provider, references: str) -> Sequence[Missed]:
    """A place for each of a provider's young people who is free then. Who has one keeps it.

    Raises Conflict if a reference is not known or is none, or there are too few places.
    """
    result = add_places_by_reference(meeting, provider, references)
    if result.unknown:
        raise Conflict(
            f"{provider.name} has no young people with these references: {', '.join(result.unknown[:SHOWN])}. "
            "Correct them, or record the young people first."
        )
    if result.refused:
        raise Conflict(f"“{result.refused[0].text[:60]}”: {result.refused[0].reason}.")
    day = local_date(meeting.starts_at)
    return [Missed(each.text, day, each.reason) for each in result.busy]
