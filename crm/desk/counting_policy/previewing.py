"""What another policy would do to the figures of today: every headline that would differ, before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crm.counting.services import PolicyDetails
from crm.fulfilment.counting import CountingPolicy
from crm.fulfilment.headlines import Headline, headlines, position


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure now and with the other policy; one of the two may not have it."""

    name: str
    now: Headline | None
    then: Headline | None


def policy_of(details: PolicyDetails, current: CountingPolicy) -> CountingPolicy:
    """What would be in force."""
    return CountingPolicy(
        current.academic_year,
        version=current.version + 1,
        kinds=details.kinds,
        minimum_hours=details.minimum_hours,
        target=details.target,
        different_employers=details.different_employers,
    )


def counts_alike(one: CountingPolicy, another: CountingPolicy) -> bool:
    """Whether two policies count the same, whatever their numbers."""
    same = ("academic_year", "kinds", "minimum_hours", "target", "different_employers")
    return all(getattr(one, name) == getattr(another, name) for name in same)


def differences(current: CountingPolicy, proposed: CountingPolicy, as_at: date) -> Sequence[Difference]:
    """Headlines at the end of a day that the proposed policy would change, in their order. Sixteen statements."""
    now, then = (headlines(position(policy, as_at)) for policy in (current, proposed))
    by_name = ({each.name: each for each in figures} for figures in (now, then))
    before, after = by_name
    names = dict.fromkeys([*before, *after])
    return [
        Difference(name, before.get(name), after.get(name))
        for name in names
        if _value(before.get(name)) != _value(after.get(name))
    ]


def _value(headline: Headline | None) -> float | str | None:
    return "none" if headline is None else headline.value
