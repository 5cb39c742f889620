"""What a matching is narrowed to. Pure; stored with it as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.core.formatting import short_date
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import YearGroup


@dataclass(frozen=True, slots=True)
class Scope:
    """Which open places and which young people. Empty leaves all of them."""

    first_day: date
    last_day: date
    provider_ids: frozenset[int] = frozenset()
    year_groups: frozenset[YearGroup] = frozenset()
    kinds: frozenset[OpportunityKind] = frozenset()
    different_employers: int = 1  # how many the three must be with at least; the policy may ask for more

    @property
    def days(self) -> str:
        return f"{short_date(self.first_day)} to {short_date(self.last_day)}"

    def as_json(self) -> dict[str, Any]:
        return {
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "provider_ids": sorted(self.provider_ids),
            "year_groups": sorted(self.year_groups, key=lambda each: each.position),
            "kinds": sorted(self.kinds),
            "different_employers": self.different_employers,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Scope":
        return cls(
            first_day=date.fromisoformat(stored["first_day"]),
            last_day=date.fromisoformat(stored["last_day"]),
            provider_ids=frozenset(stored["provider_ids"]),
            year_groups=frozenset(YearGroup(each) for each in stored["year_groups"]),
            kinds=frozenset(OpportunityKind(each) for each in stored["kinds"]),
            different_employers=stored["different_employers"],
        )
