"""What one page of the calendar covers, and which pages lie before and after it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from crm.opportunities.timing import Timing

DAYS_IN_WEEK = 7
A_WEEK = timedelta(days=DAYS_IN_WEEK)
A_DAY = timedelta(days=1)
LISTED = timedelta(days=28)  # a page of the list
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)  # a machine that follows links for ever comes to an end


class View(StrEnum):
    MONTH = "month"
    WEEK = "week"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Period:
    """Days of one page, from the first to the last."""

    view: View
    first_day: date
    last_day: date
    month: date | None = None  # of a month's page: its first day; weeks are whole, so others' days show as well

    @classmethod
    def around(cls, day: date, view: View) -> "Period":
        """The page that has a day on it; a list begins with the day."""
        day = min(max(day, EARLIEST), LATEST)
        if view is View.LIST:
            return cls(view, day, day + LISTED - A_DAY)
        if view is View.WEEK:
            monday = _monday(day)
            return cls(view, monday, monday + A_WEEK - A_DAY)
        first = day.replace(day=1)
        return cls(view, _monday(first), _monday(_next_month(first) - A_DAY) + A_WEEK - A_DAY, first)

    @property
    def title(self) -> str:
        """November 2026, or 23 to 29 November 2026."""
        if self.month is not None:
            return f"{self.month:%B %Y}"
        return Timing(self.first_day, self.last_day, time.min, time.max).days

    @property
    def previous(self) -> date | None:
        """A day of the page before; None at the end of time."""
        before = {
            View.MONTH: (self.month or self.first_day) - A_DAY,
            View.WEEK: self.first_day - A_WEEK,
            View.LIST: self.first_day - LISTED,
        }[self.view]
        return before.replace(day=1) if self.view is View.MONTH and before >= EARLIEST else _within(before)

    @property
    def next(self) -> date | None:
        """A day of the page after."""
        return _within(_next_month(self.month) if self.month is not None else self.last_day + A_DAY)

    @property
    def days(self) -> Sequence[date]:
        return [self.first_day + A_DAY * number for number in range((self.last_day - self.first_day).days + 1)]

    def holds(self, day: date) -> bool:
        """Whether a day is what the page is about: of a month's page the days of the month."""
        if self.month is not None:
            return (day.year, day.month) == (self.month.year, self.month.month)
        return self.first_day <= day <= self.last_day


def _monday(day: date) -> date:
    return day - A_DAY * day.weekday()


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _within(day: date) -> date | None:
    return day if EARLIEST <= day <= LATEST else None
