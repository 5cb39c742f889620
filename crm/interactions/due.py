"""The quick choices for when a next step is due. Pure: the day it is comes as an argument."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

SATURDAY = 5


class Due(StrEnum):
    """When a next step is due, counted from the day it is."""

    TOMORROW = "tomorrow"
    WEEK = "week"
    FORTNIGHT = "fortnight"


DUE_LABELS = {Due.TOMORROW: "The next working day", Due.WEEK: "In a week", Due.FORTNIGHT: "In two weeks"}


def quick_days(today: date) -> Mapping[str, tuple[str, date]]:
    """What an officer may choose with one touch: the words on the button and the day, which is a working day.

    Bank holidays are not known here.
    """
    next_day = _working_day(today + timedelta(days=1))
    words = "Tomorrow" if next_day == today + timedelta(days=1) else f"{next_day:%A}"
    return {
        Due.TOMORROW: (words, next_day),
        Due.WEEK: (DUE_LABELS[Due.WEEK], _working_day(today + timedelta(weeks=1))),
        Due.FORTNIGHT: (DUE_LABELS[Due.FORTNIGHT], _working_day(today + timedelta(weeks=2))),
    }


def _working_day(day: date) -> date:
    """The day itself, or the Monday after it."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= SATURDAY else day
