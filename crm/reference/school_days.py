"""On which days schools are open, as far as the council has said. Pure: no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WEEK, WORKING = 7, 5  # days


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """Mondays to Fridays inside terms: first and last day of each, which never overlap. No term: nothing is known."""

    terms: Sequence[tuple[date, date]] = ()

    def between(self, first: date, last: date) -> int:
        """How many school days lie between two days, both included; 0 if the last is before the first."""
        return sum(_weekdays(max(first, begins), min(last, ends)) for begins, ends in self.terms)


def _weekdays(first: date, last: date) -> int:
    """Mondays to Fridays from one day to another, both included."""
    days = (last - first).days + 1
    if days <= 0:
        return 0
    weeks, rest = divmod(days, WEEK)
    return weeks * WORKING + sum((first + timedelta(days=each)).weekday() < WORKING for each in range(rest))
