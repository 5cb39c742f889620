"""How much notice something that fell through gave. Derived from when it ended; never stored. Pure."""

from datetime import date, datetime

from crm.core.clock import local_date
from crm.core.formatting import counted


def days_of_notice(ended_on: date, starts_at: datetime) -> int:
    """Days in London from the day it ended to the first day: 0 on the day, negative once it had begun."""
    return (local_date(starts_at) - ended_on).days


def notice(ended_on: date, starts_at: datetime) -> str:
    """9 days’ notice, 1 day’s notice, no notice: on the day, or no notice: after it had begun."""
    days = days_of_notice(ended_on, starts_at)
    if days > 0:
        return f"{counted(days, 'day’s', 'days’')} notice"
    return "no notice: on the day" if days == 0 else "no notice: after it had begun"
