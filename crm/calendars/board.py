"""What the calendar shows on each of its days. Pure: rows come loaded."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from crm.calendars.days import days_of
from crm.calendars.periods import DAYS_IN_WEEK, Period
from crm.core.formatting import short_date
from crm.interactions.queries.planned import PlannedRow
from crm.opportunities.models import OpportunityStatus
from crm.opportunities.queries import OpportunityRow
from crm.opportunities.timing import Timing
from crm.providers.closed_days.models import ClosedDay
from crm.reference.academic_years import AcademicYear
from crm.reference.bank_holidays import bank_holiday
from crm.reference.models import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing on one day: an opportunity, or a contact that is planned."""

    id: int
    begins: time | None  # None: some time that day
    ends: time | None = None
    title: str
    kind: str
    employer: str
    provider: str | None = None
    capacity: int = 0
    taken: int = 0
    is_draft: bool = False
    is_plan: bool = False  # a planned contact
    interaction_id: int | None = None  # what became of the plan
    part: str = ""  # day 2 of 5


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar."""

    day: date
    entries: Sequence[Entry]  # by time
    notes: Sequence[str]  # bank holiday, beginning and end of a term, closed days
    is_today: bool
    is_beside: bool  # belongs to the month before or after
    is_off: bool  # a weekend, a bank holiday or outside terms

    @property
    def number(self) -> str:
        """25, or 1 December where a month begins."""
        return f"1 {self.day:%B}" if self.day.day == 1 else str(self.day.day)

    @property
    def weekday(self) -> str:
        """Wed."""
        return f"{self.day:%a}"

    @property
    def heading(self) -> str:
        """Wed 25 Nov: the year stands above the days."""
        return f"{self.weekday} {short_date(self.day).rsplit(' ', 1)[0]}"

    @property
    def says_nothing(self) -> bool:
        """Whether a list can leave it out."""
        return not self.entries and not self.notes


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What is known of days whatever takes place on them."""

    today: date
    terms: Sequence[Term] = ()
    closed: Sequence[ClosedDay] = ()  # of the one provider the page is about


def board(period: Period, entries: Mapping[date, Sequence[Entry]], frame: Frame) -> Sequence[Day]:
    """Every day of a period, in order."""
    return [
        Day(
            day=day,
            entries=entries.get(day, ()),
            notes=list(_notes(day, frame)),
            is_today=day == frame.today,
            is_beside=not period.holds(day),
            is_off=_is_off(day, frame.terms),
        )
        for day in period.days
    ]


def weeks(days: Sequence[Day]) -> Sequence[Sequence[Day]]:
    return [days[start : start + DAYS_IN_WEEK] for start in range(0, len(days), DAYS_IN_WEEK)]


def by_day(
    opportunities: Iterable[OpportunityRow], plans: Iterable[PlannedRow], period: Period
) -> Mapping[date, Sequence[Entry]]:
    """What is on, each of its days for itself; on a day what has no time comes first, then by time."""
    found: dict[date, list[Entry]] = defaultdict(list)
    for row in opportunities:
        for day, entry in _each_day(row):
            if period.first_day <= day <= period.last_day:
                found[day].append(entry)
    for plan in plans:
        found[plan.planned_on].append(_planned(plan))
    for on in found.values():
        on.sort(key=lambda entry: (entry.begins is not None, entry.begins or time.min, entry.is_plan, entry.id))
    return found


def _each_day(row: OpportunityRow) -> Iterator[tuple[date, Entry]]:
    timing = Timing.of(row)
    days = days_of(timing)
    for number, day in enumerate(days, start=1):
        begins, ends = timing.starts, timing.ends
        if timing.goes_through_nights:
            begins = timing.starts if day == timing.first_day else time.min
        yield (
            day,
            Entry(
                id=row.id,
                begins=begins,
                ends=ends if day == timing.last_day or not timing.goes_through_nights else None,
                title=row.title,
                kind=row.kind.label,
                employer=row.employer,
                provider=row.provider,
                capacity=row.capacity,
                taken=row.taken,
                is_draft=row.status is OpportunityStatus.DRAFT,
                part=f"day {number} of {len(days)}" if len(days) > 1 else "",
            ),
        )


def _planned(plan: PlannedRow) -> Entry:
    return Entry(
        id=plan.id,
        begins=plan.starts_at,
        title=plan.about,
        kind=plan.channel.label if plan.interaction_id else f"Planned {plan.channel.label.lower()}",
        employer=plan.employer,
        is_plan=True,
        interaction_id=plan.interaction_id,
    )


def _notes(day: date, frame: Frame) -> Iterator[str]:
    if holiday := bank_holiday(day):
        yield holiday
    for term in frame.terms:
        if day == term.first_day:
            yield f"{term.name} begins"
        if day == term.last_day:
            yield f"{term.name} ends"
    for closed in frame.closed:
        if closed.first_day <= day <= closed.last_day:
            yield f"Closed: {closed.reason}"


def _is_off(day: date, terms: Sequence[Term]) -> bool:
    """No school: at a weekend, on a bank holiday, or outside the terms of a year whose terms are known."""
    if day.weekday() >= DAYS_IN_WEEK - 2 or bank_holiday(day):
        return True
    year = AcademicYear.of(day)
    known = [term for term in terms if term.first_day in year]
    return bool(known) and not any(term.first_day <= day <= term.last_day for term in known)
