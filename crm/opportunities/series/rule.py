"""On which days the meetings of a series fall: a rule, the days it leaves out, and why. Pure: no database."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from crm.core.dates import WEEKDAYS
from crm.core.formatting import clock_time, counted, long_date
from crm.reference.academic_years import AcademicYear
from crm.reference.school_days import SchoolDays

MOST_MEETINGS = 60
MOST_WEEKS_APART = 8
HORIZON = timedelta(days=3 * 365)  # no meeting is planned later than this after the first day asked for
WEEK = timedelta(days=7)
ORDINALS = ("", "", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")

BankHoliday = Callable[[date], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Every so many weeks on a weekday, from a day on, so many times or until a day."""

    every_weeks: int
    weekday: int  # 0 is Monday
    first_on: date  # no meeting before
    starts: time  # on a clock in London
    ends: time
    times: int | None = None
    until: date | None = None
    in_term_only: bool = True

    @property
    def rhythm(self) -> str:
        """Every second Tuesday, 3:30pm to 4:30pm, in term time."""
        every = f"Every {ORDINALS[self.every_weeks]} {WEEKDAYS[self.weekday].capitalize()}".replace("  ", " ")
        in_term = ", in term time" if self.in_term_only else ""
        return f"{every}, {clock_time(self.starts)} to {clock_time(self.ends)}{in_term}"

    @property
    def words(self) -> str:
        """The same, with how often: "…, 8 times" or "…, until 25 June 2027"."""
        how_often = f"until {long_date(self.until)}" if self.until else counted(self.times or 0, "time")
        return f"{self.rhythm}, {how_often}"

    def days(self) -> Iterator[date]:
        """The days of the rhythm, without end, whether they are open or not."""
        day = self.first_on + timedelta(days=(self.weekday - self.first_on.weekday()) % 7)
        while True:
            yield day
            day += WEEK * self.every_weeks

    def going_on_after(self, day: date, *, times: int) -> "Rule":
        """So many more in the same rhythm, after a day of it."""
        return replace(self, first_on=day + WEEK * (self.every_weeks - 1) + timedelta(days=1), times=times, until=None)


@dataclass(frozen=True, slots=True)
class Closed:
    """Days, from the first to the last, on which the provider is closed."""

    first_day: date
    last_day: date
    reason: str


@dataclass(frozen=True, slots=True)
class OpenDays:
    """What keeps a meeting from a day."""

    bank_holiday: BankHoliday
    school_days: SchoolDays  # where term dates are asked for
    provider: str = ""
    closed: Sequence[Closed] = ()

    def why_not(self, day: date, *, in_term_only: bool) -> str:
        """Why there is no meeting on a day; empty if there can be one."""
        if name := self.bank_holiday(day):
            return f"Bank holiday: {name}"
        for each in self.closed:
            if each.first_day <= day <= each.last_day:
                return f"{self.provider} is closed: {each.reason}"
        if in_term_only and self.knows_terms_of(day) and not self._in_term(day):
            return "Outside term time"
        return ""

    def knows_terms_of(self, day: date) -> bool:
        """Whether the term dates of a day's academic year are recorded. Without them every day may be in term."""
        year = AcademicYear.of(day)
        return any(first in year for first, _ in self.school_days.terms)

    def _in_term(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.school_days.terms)


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A day of the rhythm: a meeting, or why there is none."""

    day: date
    why_not: str = ""

    @property
    def is_meeting(self) -> bool:
        return not self.why_not


@dataclass(frozen=True, slots=True)
class Plan:
    """Every day of the rhythm up to the last meeting, in order."""

    days: Sequence[PlannedDay]
    unknown_years: Sequence[str]  # academic years whose term dates would have mattered and are not recorded
    is_short: bool  # fewer meetings than asked for could be found

    @property
    def meetings(self) -> list[date]:
        return [each.day for each in self.days if each.is_meeting]

    @property
    def skipped(self) -> list[PlannedDay]:
        return [each for each in self.days if not each.is_meeting]


def plan(rule: Rule, open_days: OpenDays, *, taken: frozenset[date] = frozenset()) -> Plan:
    """The meetings a rule makes. A day left out does not count: as many as asked for follow, in the same rhythm.

    `taken` are days that have a meeting already, and are passed over without a word.
    """
    planned: list[PlannedDay] = []
    wanted = min(rule.times or MOST_MEETINGS, MOST_MEETINGS)
    last = min(rule.until or date.max, rule.first_on + HORIZON)
    for day in rule.days():
        if day > last or sum(each.is_meeting for each in planned) >= wanted:
            break
        if day not in taken:
            planned.append(PlannedDay(day, open_days.why_not(day, in_term_only=rule.in_term_only)))
    return Plan(
        days=planned,
        unknown_years=_unknown_years(planned, open_days) if rule.in_term_only else [],
        is_short=rule.times is not None and sum(each.is_meeting for each in planned) < wanted,
    )


def _unknown_years(planned: Sequence[PlannedDay], open_days: OpenDays) -> list[str]:
    unknown = {AcademicYear.of(each.day).name for each in planned if not open_days.knows_terms_of(each.day)}
    return sorted(unknown)
