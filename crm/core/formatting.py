"""Dates, numbers and words as the council writes them. Registered as Jinja filters; nothing here asks the database."""

import re
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from secrets import token_urlsafe
from typing import Any

from flask import Flask

from crm.core import clock

NOTHING = "–"
TWENTY = 20
LABELS = {  # what is called otherwise than its column or table
    "email": "E-mail address",
    "sic_code": "SIC code",
    "sic_version": "SIC version",
}
FAR_AWAY = 14  # days, from which a date says more than "15 days ago"
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
ISO_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
LONDON_AREA = re.compile(r"020\d{8}")


def _local(day: date | datetime) -> date:
    return clock.local_date(day) if isinstance(day, datetime) else day


def long_date(day: date | datetime | None) -> str:
    """12 November 2026. An instant gives its date in London."""
    if day is None:
        return NOTHING
    day = _local(day)
    return f"{day.day} {day:%B %Y}"


def short_date(day: date | datetime | None) -> str:
    """12 Nov 2026. September is Sept, as the house style of GOV.UK has it."""
    if day is None:
        return NOTHING
    day = _local(day)
    month = "Sept" if day.month == 9 else f"{day:%b}"  # noqa: PLR2004  # September
    return f"{day.day} {month} {day.year}"


def weekday_date(day: date | datetime | None) -> str:
    """Thursday 12 November 2026."""
    return NOTHING if day is None else f"{_local(day):%A} {long_date(day)}"


def clock_time(instant: Any) -> str:
    """2:05pm, 9am, midday, midnight. An instant is told in London time; a plain time is taken as it is."""
    if instant is None:
        return NOTHING
    at = instant.astimezone(clock.LONDON) if isinstance(instant, datetime) else instant
    if (at.hour, at.minute) in {(0, 0), (12, 0)}:
        return "midday" if at.hour else "midnight"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"  # noqa: PLR2004  # noon


def date_time(instant: datetime | None) -> str:
    """12 November 2026 at 2:05pm, in London."""
    return NOTHING if instant is None else f"{long_date(instant)} at {clock_time(instant)}"


def relative_day(day: date | datetime | None, today: date | None = None) -> str:
    """Today, yesterday, tomorrow, 3 days ago, in 3 days; beyond a fortnight the date."""
    if day is None:
        return NOTHING
    day = _local(day)
    away = (day - (today or clock.today())).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if away in near:
        return near[away]
    if abs(away) > FAR_AWAY:
        return short_date(day)
    return f"in {away} days" if away > 0 else f"{-away} days ago"


def whole_number(number: float | Decimal | None) -> str:
    """12,345; nothing known is a dash."""
    return NOTHING if number is None else f"{_rounded(number, 0):,}"


def percentage(share: float | Decimal | None, places: int = 0) -> str:
    """A share of one as 46%; halves go up. Nothing known is a dash."""
    return NOTHING if share is None else f"{_rounded(Decimal(str(share)) * 100, places)}%"


def _rounded(number: float | Decimal, places: int) -> Decimal:
    """Rounded as people do it, halves up: Python's own rounding would print 0.5 as 0 and 1.5 as 2."""
    return Decimal(str(number)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def plural(count: float, one: str, many: str = "") -> str:
    """The word that goes with a count: 1 employer, 2 employers, 0 opportunities."""
    return one if count == 1 else many or f"{one}s"


def counted(count: int, one: str, many: str = "") -> str:
    """The count and its word: 1 employer, 1,200 employers."""
    return f"{whole_number(count)} {plural(count, one, many)}"


def yes_no(answer: bool | None) -> str:
    """Yes, No, or Not known."""
    return "Not known" if answer is None else "Yes" if answer else "No"


def phone(number: str | None) -> str:
    """A stored number (+441632960114 x21) as people dial it here: 01632 960114 x21. Foreign ones stay as they are."""
    if not number:
        return NOTHING
    if not number.startswith("+44"):
        return number
    line, _, extension = number.removeprefix("+44").partition(" ")
    digits = f"0{line}"
    spaced = (
        f"{digits[:3]} {digits[3:7]} {digits[7:]}" if LONDON_AREA.fullmatch(digits) else f"{digits[:5]} {digits[5:]}"
    )
    return f"{spaced} {extension}".rstrip()


def sentence(words: str) -> str:
    """Words as they begin a sentence. What Jinja calls capitalize would make 25 Nov 2026 25 nov 2026."""
    return words[:1].upper() + words[1:]


def as_words(name: str) -> str:
    """A column's or table's name as a label: size_band_id is Size band."""
    return LABELS.get(name) or sentence(re.sub(r"_(id|on|at)$", "", name).replace("_", " "))


def as_recorded(value: Any) -> str:
    """A value from history or from a form, written out: dates as dates, nothing as the word nothing."""
    if isinstance(value, bool):
        return yes_no(value)
    if value is None or value in ("", []):
        return "nothing"
    if isinstance(value, (list, tuple)):
        return ", ".join(as_recorded(each) for each in value)
    if isinstance(value, str):
        return _recorded_text(value)
    if isinstance(value, datetime):
        return date_time(value)
    return long_date(value) if isinstance(value, date) else str(value)


def _recorded_text(value: str) -> str:
    if ISO_DATE.fullmatch(value):
        return long_date(date.fromisoformat(value))
    if ISO_INSTANT.fullmatch(value):
        instant = datetime.fromisoformat(value)
        return date_time(instant if instant.tzinfo else instant.replace(tzinfo=UTC))
    return value


def twentieths(part: float, whole: float) -> int:
    """How many twentieths of a bar a part of the whole fills: at least one if there is any, never more than all."""
    if part <= 0 or whole <= 0:
        return 0
    return max(1, min(TWENTY, round(TWENTY * part / whole)))


def new_submission_key() -> str:
    """A fresh idempotency key, for a form that is not a WTForms form (components/button_form.html)."""
    return token_urlsafe(24)


FILTERS = {
    "date": long_date,
    "short_date": short_date,
    "weekday_date": weekday_date,
    "clock_time": clock_time,
    "date_time": date_time,
    "relative_day": relative_day,
    "whole_number": whole_number,
    "percentage": percentage,
    "plural": plural,
    "counted": counted,
    "yes_no": yes_no,
    "phone": phone,
    "sentence": sentence,
    "as_words": as_words,
    "as_recorded": as_recorded,
    "twentieths": twentieths,
}


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(new_submission_key=new_submission_key)
