"""Days on which things happen in Northmoor: on weekdays, and young people's things in term time."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

FRIDAY = 4
AUGUST = 8
DAY = timedelta(days=1)
CHRISTMAS = ((12, 19), (1, 5))  # the last and the first days of a break, each as month and day


def every_day(first: date, last: date) -> Sequence[date]:
    return [first + number * DAY for number in range((last - first).days + 1)]


def weekdays(first: date, last: date) -> Sequence[date]:
    """Monday to Friday."""
    return [day for day in every_day(first, last) if day.weekday() <= FRIDAY]


def term_days(first: date, last: date) -> Sequence[date]:
    """Weekdays outside August and the Christmas break."""
    return [day for day in weekdays(first, last) if day.month != AUGUST and not _is_christmas(day)]


def mondays(first: date, last: date) -> Sequence[date]:
    """Mondays of whole weeks in term time."""
    days = set(term_days(first, last))
    return [day for day in sorted(days) if day.weekday() == 0 and day + 4 * DAY in days]


def _is_christmas(day: date) -> bool:
    (begins_in, begins_on), (ends_in, ends_on) = CHRISTMAS
    return (day.month == begins_in and day.day >= begins_on) or (day.month == ends_in and day.day <= ends_on)


def one_between(random: Random, first: date, last: date) -> date:
    """A weekday between two days, or the last of them if there is no weekday."""
    days = weekdays(first, last)
    return random.choice(days) if days else last
