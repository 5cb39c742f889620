"""England's bank holidays, without a network: the library is pinned and knows the years to come."""

from datetime import date
from functools import cache

from holidays import HolidayBase, country_holidays


def bank_holiday(day: date) -> str | None:
    """What a day is called if it is a bank holiday in England, or the weekday given for one at a weekend."""
    name = _england().get(day)
    return name and name.replace("(observed)", "(substitute day)")  # as GOV.UK calls it


@cache
def _england() -> HolidayBase:
    """Works out a year when it is first asked about."""
    return country_holidays("GB", subdiv="ENG")
