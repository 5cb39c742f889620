"""How much of a promise is due by a day. Pure: what the line says, the day and the school days come as arguments."""

from datetime import date

from crm.pledges.kinds import DeliveryProfile
from crm.pledges.models import PledgeLine
from crm.reference.school_days import SchoolDays


def due_by(line: PledgeLine, as_at: date, school_days: SchoolDays) -> int:
    """Places of a line due by the end of a day, rounded down, by its delivery profile.

    Nothing is due before the window opens; everything once it has closed. Over term time: the share of the window's
    school days that have passed. Where none is known in the window: the share of all its days, as for `evenly`.
    By a date: nothing before it, everything from it on.
    """
    first, last = line.window_starts_on, line.window_ends_on
    if as_at < first:
        return 0
    if line.due_on is not None:
        return line.promised if as_at >= line.due_on else 0
    until = min(as_at, last)
    if counts_school_days(line, school_days):
        return line.promised * school_days.between(first, until) // school_days.between(first, last)
    return line.promised * ((until - first).days + 1) // ((last - first).days + 1)


def counts_school_days(line: PledgeLine, school_days: SchoolDays) -> bool:
    """Whether what is due of a line follows school days: it is spread over them, and some in its window are known."""
    is_by_terms = line.profile is DeliveryProfile.TERM_TIME
    return is_by_terms and school_days.between(line.window_starts_on, line.window_ends_on) > 0
