"""Dates as spreadsheets hold them. Day first, as in the UK; what a rule had to decide is always said. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from crm.core.formatting import long_date
from crm.core.normalise import as_text
from crm.core.spreadsheets.reading import ReadValue
from crm.reference.academic_years import AcademicYear

EARLIEST, LATEST = 2000, 2100
EXCEL_DAY_ZERO = date(1899, 12, 30)
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]  # by their position
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MOST_MONTHS = 12

UNSURE = re.compile(
    r"\s*\(?\b(?:tbc|tba|to be confirmed|provisional(?:ly)?|approx(?:\.|imately)?|ish)\b\)?\s*|\s*\(?\?+\)?$|"
    r"^(?:c\.|ca\.|circa|about|around|~)\s*"
)
WEEK_OF = re.compile(
    r"^(?:w/c|wc|w/b|wb|wk\.? ?(?:commencing|beginning|beg|of)|week (?:commencing|beginning|of))\.?:?\s*"
)
LEADING = re.compile(r"^(?:by|on|due|before|from)\s+(?=\S*\d|[a-z]{3})")
WEEKDAY = re.compile(rf"^({'|'.join(day[:3] for day in WEEKDAYS)})[a-z]*\.?,?\s+(?:the\s+)?(?=\d)")
TIME_OF_DAY = re.compile(
    r"(?:,?\s+(?:at\s+|@\s*)?|t)(?:\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?\s*(?:am|pm|hrs|z)?|\d{1,2}\s*(?:am|pm))$"
)
HALF_A_DAY = re.compile(r"\s*\(?\b(?:a\.?m\.?|p\.?m\.?|morning|afternoon|evening)\)?$")
MONTH_IN_FIGURES = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{4})")
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
EIGHT_FIGURES = re.compile(r"(20\d{2})(\d{2})(\d{2})")
FIGURES = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})(?:\s*[-/. ]\s*'?(\d{4}|\d{2}))?")
DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?[-/., ]*([a-z]{3,9})[-/., ]*(?:'?(\d{4}|\d{2}))?")
MONTH_DAY_YEAR = re.compile(r"([a-z]{3,9})[-/. ]*(\d{1,2})(?:st|nd|rd|th)?[-/., ]+(\d{4})")
MONTH_NUMBER = re.compile(r"([a-z]{3,9})[-/., ]*('?)(\d{4}|\d{1,2})(st|nd|rd|th)?")
A_YEAR = re.compile(r"(?<!\d)(20)?(\d{2})\s*[-/–—_]\s*(20)?(\d{2})(?!\d)")
A_TERM = re.compile(r"\b(autumn|spring|summer)\s*(?:term)?\s*'?(?:20)?(\d{2})\b(?!\s*[-/–—_]\s*\d)", re.IGNORECASE)

NOT_A_DATE = "This is not a date that can be read"
DAY_FIRST = "Read with the day first"
AS_EXCEL_COUNTS = "A number is read as Excel counts days"


@dataclass(frozen=True)
class Reading:
    """A day in London, and the rules by which it was read if the cell did not say it outright."""

    day: date
    rules: tuple[str, ...] = ()

    @property
    def is_vague(self) -> bool:
        """Whether more than the order of day and month had to be decided."""
        return any(rule not in {DAY_FIRST, AS_EXCEL_COUNTS} for rule in self.rules)

    def but(self, *rules: str) -> "Reading":
        return Reading(self.day, (*self.rules, *rules))


@dataclass(frozen=True)
class _Parts:
    """What a text says of a day. The year may be missing, and the day if only a month is given."""

    month: int
    day: int | None = None
    year: int | None = None
    rules: tuple[str, ...] = ()


def academic_year_in(texts: Iterable[str]) -> AcademicYear | None:
    """The academic year a title such as "Employers 25-26" or "Spring term 26" names; the first that does."""
    for text in texts:
        for _, first, _, second in A_YEAR.findall(text):
            if int(first) + 1 == int(second):
                return AcademicYear.starting(EARLIEST + int(first))
        if term := A_TERM.search(text):
            return AcademicYear.starting(EARLIEST + int(term[2]) - (term[1].casefold() != "autumn"))
    return None


def mostly_month_first(cells: Iterable[ReadValue]) -> bool:
    """Whether a column has as many dates that only an American could mean as dates that only a Briton could."""
    british = american = 0
    for cell in cells:
        found = FIGURES.fullmatch(_plain(cell)) if isinstance(cell, str) else None
        if found is not None and found[3]:
            british += int(found[1]) > MOST_MONTHS >= int(found[2])
            american += int(found[2]) > MOST_MONTHS >= int(found[1])
    return american > 0 and american >= british


class Dates:
    """Reads the dates of one column, from the top.

    The year of a date that has none is: the first such day after another date of the row, where the column says so;
    else that of the sheet's academic year; else that of the academic year of the last date above. A month without a
    day is its first day, or its last where the column says by when.
    """

    def __init__(self, cells: Sequence[ReadValue], year: AcademicYear | None, *, by_when: bool = False) -> None:
        """Take all cells of the column, the academic year its sheet is about, and whether it says by when."""
        self._month_first = mostly_month_first(cells)
        self._year, self._by_when = year, by_when
        self._last: date | None = None

    def read(self, cell: ReadValue, *, after: date | None = None) -> Reading:
        """The day a cell means. Raises ValueError with why there is none."""
        reading = self._read(cell, after)
        if not EARLIEST <= reading.day.year < LATEST:
            raise ValueError(f"The year {reading.day.year} cannot be meant")
        self._last = reading.day
        return reading

    def _read(self, cell: ReadValue, after: date | None) -> Reading:
        match cell:
            case datetime():
                return Reading(cell.date())
            case date():
                return Reading(cell)
            case bool() | time() | None:
                raise ValueError(NOT_A_DATE)
            case int() | float():
                return _of_number(cell)
        return self._of_text(_plain(cell), after)

    def _of_text(self, text: str, after: date | None) -> Reading:
        rules = []
        sure = UNSURE.sub(" ", text).strip()
        if sure != text:
            rules.append("Marked as not certain; the date is taken as it stands")
        timeless = sure if FIGURES.fullmatch(sure) else TIME_OF_DAY.sub("", HALF_A_DAY.sub("", sure))
        text = LEADING.sub("", timeless)
        week = WEEK_OF.match(text)
        if week:
            text = text[week.end() :]
            rules.append("A week is given; its first day is taken")
        weekday = WEEKDAY.match(text)
        parts = self._parts(text[weekday.end() :] if weekday else text)
        reading = self._complete(parts, after).but(*rules)
        if weekday and not WEEKDAYS[reading.day.weekday()].startswith(weekday[1]):
            said = next(day for day in WEEKDAYS if day.startswith(weekday[1]))
            real = WEEKDAYS[reading.day.weekday()].capitalize()
            raise ValueError(f"{long_date(reading.day)} is a {real}, not a {said.capitalize()}")
        return reading

    def _parts(self, text: str) -> _Parts:
        if found := ISO.fullmatch(text) or EIGHT_FIGURES.fullmatch(text):
            return _Parts(int(found[2]), int(found[3]), int(found[1]))
        if found := FIGURES.fullmatch(text):
            return self._of_figures(int(found[1]), int(found[2]), _year(found[3]))
        if found := MONTH_IN_FIGURES.fullmatch(text):
            return _Parts(int(found[1]), None, int(found[2]))
        return self._of_named_month(text)

    def _of_named_month(self, text: str) -> _Parts:
        if (found := DAY_MONTH.fullmatch(text)) and (month := _month(found[2])):
            return _Parts(month, int(found[1]), _year(found[3]))
        if (found := MONTH_DAY_YEAR.fullmatch(text)) and (month := _month(found[1])):
            return _Parts(month, int(found[2]), int(found[3]))
        if (found := MONTH_NUMBER.fullmatch(text)) and (month := _month(found[1])):
            return self._of_month_and_number(month, found)
        if month := _month(text):
            return _Parts(month)
        raise ValueError(_why_not(text))

    def _of_figures(self, first: int, second: int, year: int | None) -> _Parts:
        if second > MOST_MONTHS >= first:
            return _Parts(first, second, year, ("Read with the month first: otherwise there is no such date",))
        if self._month_first and first != second and first <= MOST_MONTHS:
            raise ValueError(
                f"This can be {first} {MONTHS[second - 1].capitalize()} or {second} {MONTHS[first - 1].capitalize()}: "
                "this column also has dates with the month first"
            )
        return _Parts(second, first, year, (DAY_FIRST,) if first <= MOST_MONTHS and first != second else ())

    def _of_month_and_number(self, month: int, found: re.Match[str]) -> _Parts:
        """Of "April 3rd", "April 2026" and "Apr 26", which may be a day or a year."""
        number = found[3]
        years = {day.year % 100 for day in (self._year.first_day, self._year.last_day)} if self._year else set()
        if found[4] or len(number) == 1:
            return _Parts(month, int(number))
        if found[2] or len(number) > 2 or int(number) > 31:  # noqa: PLR2004 – figures of a year; days of a month
            return _Parts(month, None, _year(number))
        if int(number) in years:
            return _Parts(
                month, None, _year(number), ("The number is taken for the year, as the sheet is of that year",)
            )
        if years:
            return _Parts(month, int(number))
        name = MONTHS[month - 1].capitalize()
        raise ValueError(f"This can be {int(number)} {name} or {name} 20{number}")

    def _complete(self, parts: _Parts, after: date | None) -> Reading:
        day, rules = parts.day, list(parts.rules)
        if day is None:
            day = 1
            rules.append(
                "Only a month is given; its last day is taken"
                if self._by_when
                else "Only a month is given; its first day is taken"
            )
        year = parts.year
        if year is None:
            year, rule = self._year_for(parts.month, day, after)
            rules.append(rule)
        found = _real(year, parts.month, day)
        if parts.day is None and self._by_when:
            found = (found + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return Reading(found, tuple(rules))

    def _year_for(self, month: int, day: int, after: date | None) -> tuple[int, str]:
        if after is not None:
            here = (month, day) >= (after.month, after.day)
            return after.year + (not here), "The year was missing; the first such day after the contact is taken"
        if self._year is not None:
            return _within(self._year, month), f"The year was missing; it is that of the sheet, {self._year}"
        if self._last is not None:
            year = AcademicYear.of(self._last)
            return _within(year, month), "The year was missing; it is that of the academic year of the last date above"
        raise ValueError("There is no year, and nothing to tell it from")


def _plain(cell: ReadValue) -> str:
    return as_text(str(cell)).casefold().replace("’", "'").strip(" ,;")


def _of_number(number: float) -> Reading:
    if eight := EIGHT_FIGURES.fullmatch(str(number)):
        return Reading(_real(int(eight[1]), int(eight[2]), int(eight[3])))
    first, last = (date(year, 1, 1) - EXCEL_DAY_ZERO for year in (EARLIEST, LATEST))
    if not first.days <= number < last.days:
        raise ValueError("This is a number and not a date")
    return Reading(EXCEL_DAY_ZERO + timedelta(days=int(number)), (AS_EXCEL_COUNTS,))


def _month(text: str) -> int | None:
    if len(text) < 3:  # noqa: PLR2004 – letters that tell months apart
        return None
    return next(
        (
            number
            for number, name in enumerate(MONTHS, 1)
            if name.startswith(text) or (text == "sept" and name == "september")
        ),
        None,
    )


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if len(text) > 2 else EARLIEST + int(text)  # noqa: PLR2004 – two figures are this century


def _within(year: AcademicYear, month: int) -> int:
    return year.first_day.year if month >= year.first_day.month else year.last_day.year


def _real(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("There is no such day") from None


def _why_not(text: str) -> str:
    if len(re.findall(r"\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?", text)) > 1:
        return "There are several dates in this cell"
    if re.search(r"\b(?:term|half|easter|xmas|christmas|summer|spring|autumn|winter|holidays?)\b", text):
        return "This is a time of the year, not a day"
    return NOT_A_DATE
