"""On which days somebody is there, of an opportunity that lasts several. Pure.

A placement from Monday to Friday of the week after is ten days, not twelve: of a thing that begins and ends on working
days the weekends inside are nobody's, and neither are bank holidays. One that begins or ends at a weekend means it, and
takes place on all its days. One that goes on through the nights, such as a residential, has no days to leave out.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from crm.opportunities.timing import Timing
from crm.reference.bank_holidays import bank_holiday

SATURDAY = 5
A_DAY = timedelta(days=1)


def days_of(timing: Timing) -> Sequence[date]:
    """The days on which it takes place, in order; the first and the last are always among them."""
    length = (timing.last_day - timing.first_day).days + 1
    days = [timing.first_day + A_DAY * number for number in range(length)]
    return days if timing.goes_through_nights else [day for day in days if not _is_off(day, timing)]


def keeps_weekends_free(timing: Timing) -> bool:
    """Whether Saturdays and Sundays between its days are not among them."""
    return all(day.weekday() < SATURDAY for day in (timing.first_day, timing.last_day))


def _is_off(day: date, timing: Timing) -> bool:
    if day in {timing.first_day, timing.last_day}:
        return False
    return (day.weekday() >= SATURDAY and keeps_weekends_free(timing)) or bank_holiday(day) is not None
