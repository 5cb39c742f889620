"""Dates and times as people type them. Pure: the day it is comes as an argument."""

import re
from datetime import date, time, timedelta

EARLIEST, LATEST = 1900, 2100
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORTEST = 3  # letters of a month or a weekday
NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
HOURS = 24
NOON = 12

_ISO = re.compile(r"(?P<year>\d{4})[-/. ](?P<month>\d{1,2})[-/. ](?P<day>\d{1,2})", re.ASCII)
_FIGURES = re.compile(r"(?P<day>\d{1,2})[-/., ]+(?P<month>\d{1,2})(?:[-/., ]+(?P<year>\d{4}|\d{2}))?", re.ASCII)
_NAMED = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[-/., ]*(?:of )?(?P<month>[a-z]{3,9})[-/., ]*(?P<year>\d{4}|\d{2})?", re.ASCII
)
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:. ]?(?P<minute>\d{2}))?\s*(?P<half>am|pm)?", re.ASCII)


def read_date(text: str, *, today: date) -> date:
    """The date meant by "17 7 2027", "17/7/27", "17 July 2027", "2027-07-17", "tomorrow" or "mon".

    A day and month without a year is the next such day; a weekday is the next one after today.

    Raises ValueError, with a message that says what to do.
    """
    words = " ".join(text.lower().split())
    words = re.sub(rf"^(?:{'|'.join(day[:SHORTEST] for day in WEEKDAYS)})[a-z]*,? (?=\d)", "", words)
    if words in NEAR:
        return today + timedelta(days=NEAR[words])
    for number, weekday in enumerate(WEEKDAYS):
        if len(words) >= SHORTEST and weekday.startswith(words):
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    found = _ISO.fullmatch(words) or _FIGURES.fullmatch(words) or _NAMED.fullmatch(words)
    if found is None:
        raise ValueError("Enter a date like 17 7 2027")
    month = _month(found["month"])
    if found["year"] is None:
        return _next(int(found["day"]), month, today)
    return _real(_year(found["year"]), month, int(found["day"]))


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    if text[:SHORTEST] not in MONTHS:
        raise ValueError("Enter the month as a number or a name, like 7 or July")
    return MONTHS.index(text[:SHORTEST]) + 1


def _year(text: str) -> int:
    return int(text) if len(text) > 2 else 2000 + int(text)  # noqa: PLR2004  # two figures are this century


def _real(year: int, month: int, day: int) -> date:
    if not EARLIEST <= year <= LATEST:
        raise ValueError(f"Enter a year between {EARLIEST} and {LATEST}")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("Enter a date that exists, like 17 7 2027") from None


def _next(day: int, month: int, today: date) -> date:
    this_year = _real(today.year, month, day) if (day, month) != (29, 2) else None
    if this_year is None:
        raise ValueError("Enter the year as well, like 29 2 2028")
    return this_year if this_year >= today else _real(today.year + 1, month, day)


def read_time(text: str) -> time:
    """The time of day meant by "9.30", "9:30", "0930", "2pm", "14:00", "midday".

    Raises ValueError, with a message that says what to do.
    """
    words = " ".join(text.lower().replace("a.m.", "am").replace("p.m.", "pm").split())
    if words in {"midday", "noon"}:
        return time(NOON)
    found = _TIME.fullmatch(words)
    if found is None:
        raise ValueError("Enter a time like 9:30am or 14:00")
    if found["minute"] is None and found["half"] is None and int(found["hour"]) <= NOON:
        raise ValueError("Enter am or pm as well, like 2pm")
    return _time_of(int(found["hour"]), int(found["minute"] or 0), found["half"])


def _time_of(hour: int, minute: int, half: str | None) -> time:
    if half and not 1 <= hour <= NOON:
        raise ValueError("Enter a time like 9:30am or 14:00")
    if half:
        hour = hour % NOON + (NOON if half == "pm" else 0)
    if hour >= HOURS or minute >= 60:  # noqa: PLR2004  # minutes
        raise ValueError("Enter a time that exists, like 9:30am or 14:00")
    return time(hour, minute)
