"""When an opportunity takes place, as people say it: days, and a time of day in London. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Protocol

from crm.core.clock import LONDON, local_instant
from crm.core.formatting import clock_time, long_date, short_date

SECONDS_IN_AN_HOUR = 3600


def last_day_to_answer(today: date, first_day: date, days: int) -> date:
    """When an offer that is made today lapses: after so many days, but before the day it is for; never before today."""
    return max(today, min(today + timedelta(days=days), first_day - timedelta(days=1)))


class HasInstants(Protocol):
    @property
    def starts_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Timing:
    """From the first day to the last, each day from one time to another, as clocks in London show it."""

    first_day: date
    last_day: date
    starts: time
    ends: time

    @classmethod
    def between(cls, starts_at: datetime, ends_at: datetime) -> "Timing":
        """The timing of two stored instants."""
        begin, end = starts_at.astimezone(LONDON), ends_at.astimezone(LONDON)
        return cls(begin.date(), end.date(), begin.time(), end.time())

    @classmethod
    def of(cls, row: "HasInstants") -> "Timing":
        """The timing of anything with stored instants: an opportunity, or a row of a list."""
        return cls.between(row.starts_at, row.ends_at)

    @property
    def days(self) -> str:
        """12 November 2026, 12 to 16 November 2026, or 30 November to 4 December 2026."""
        return self._from_to(long_date)

    @property
    def short_days(self) -> str:
        """12 Nov 2026, 12 to 16 Nov 2026, or 30 Nov to 4 Dec 2026."""
        return self._from_to(short_date)

    def _from_to(self, written: Callable[[date], str]) -> str:
        """Month and year are said once where both days share them."""
        first, last = written(self.first_day), written(self.last_day)
        if self.is_one_day:
            return first
        if self.first_day.year == self.last_day.year:
            words = 1 if self.first_day.month == self.last_day.month else 2
            first = " ".join(first.split()[:words])
        return f"{first} to {last}"

    @property
    def times(self) -> str:
        """9:30am to 3pm."""
        return f"{clock_time(self.starts)} to {clock_time(self.ends)}"

    @property
    def starts_at(self) -> datetime:
        return local_instant(self.first_day, self.starts)

    @property
    def ends_at(self) -> datetime:
        return local_instant(self.last_day, self.ends)

    @property
    def is_one_day(self) -> bool:
        return self.first_day == self.last_day

    @property
    def hours(self) -> Decimal | None:
        """How long a one-day thing lasts; unknown for more days, which may have breaks and days off."""
        if not self.is_one_day:
            return None
        seconds = (self.ends_at - self.starts_at).total_seconds()
        return (Decimal(seconds) / SECONDS_IN_AN_HOUR).quantize(Decimal("0.01"))

    def overlaps(self, other: "Timing") -> bool:
        """Whether somebody would have to be in both at once.

        A week from 9am to 4pm leaves its evenings free. What ends on its last day earlier in the day than it began
        on its first, such as a residential, goes on through the nights.
        """
        if self.starts_at >= other.ends_at or other.starts_at >= self.ends_at:
            return False
        if self.goes_through_nights or other.goes_through_nights:
            return True
        return self.starts < other.ends and other.starts < self.ends

    @property
    def goes_through_nights(self) -> bool:
        return self.ends <= self.starts
