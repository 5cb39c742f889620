"""What is shown before anything is made: every date, what is left out and why, who is elsewhere."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from hashlib import sha256

from crm.opportunities.models import Opportunity
from crm.opportunities.queries.volunteers import led_by
from crm.opportunities.series.clashing import Clash, Present, clashes
from crm.opportunities.series.rule import Plan
from crm.opportunities.timing import Timing
from crm.opportunities.volunteering import DaysWithChildren, days_with_children

LENGTH = 16  # characters of a fingerprint


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A day of the rhythm."""

    day: date
    why_not: str  # empty: there can be a meeting
    clashes: Sequence[Clash]
    chosen: bool
    was: date | None = None  # where the meeting is now, if it would move

    @property
    def is_meeting(self) -> bool:
        return not self.why_not


@dataclass(frozen=True, slots=True)
class Preview:
    """The days of a plan, and a fingerprint by which to know that they are still the same when it is made."""

    rows: Sequence[PreviewRow]
    seen: str
    unknown_years: Sequence[str]
    is_short: bool
    leaders_days: DaysWithChildren | None  # at the busiest time; None if nobody is known to lead it

    @property
    def chosen(self) -> list[date]:
        return [row.day for row in self.rows if row.chosen]

    @property
    def skipped(self) -> int:
        return sum(not row.is_meeting for row in self.rows)


def preview(
    plan: Plan, hours: tuple[time, time], present: Present, *, chosen: Collection[date] | None = None
) -> Preview:
    """At most three statements.

    Args:
        plan: of the rule.
        hours: from when to when on each day.
        present: who would be there.
        chosen: the days that are ticked; None ticks every one on which whoever leads it is free.
    """
    timings = [Timing(day, day, *hours) for day in plan.meetings]
    elsewhere = clashes(timings, present)
    return Preview(
        rows=[_row(each.day, each.why_not, elsewhere, chosen) for each in plan.days],
        seen=fingerprint(plan.meetings, hours, present),
        unknown_years=plan.unknown_years,
        is_short=plan.is_short,
        leaders_days=_leaders_days(timings, present),
    )


def _leaders_days(timings: Sequence[Timing], present: Present) -> DaysWithChildren | None:
    """On how many days in any 30 whoever leads the meetings would be with young people, with what they lead already."""
    if present.leader_id is None or not timings:
        return None
    others = led_by(present.leader_id, timings[0].first_day, timings[-1].last_day, besides=present.besides)
    return max((days_with_children(each, [*others, *timings]) for each in timings), key=lambda days: days.count)


def moved(
    plan: Plan, meetings: Sequence[Opportunity], timing_on: Callable[[Opportunity, date], Timing], present: Present
) -> Preview:
    """The same for meetings, given by date, that would move to the days of a plan. At most three statements."""
    timings = [timing_on(each, day) for each, day in zip(meetings, plan.meetings, strict=False)]
    elsewhere = clashes(timings, present)
    were = {day: Timing.of(each).first_day for each, day in zip(meetings, plan.meetings, strict=False)}
    rows = [
        PreviewRow(each.day, each.why_not, elsewhere.get(each.day, ()), each.is_meeting, were.get(each.day))
        for each in plan.days
    ]
    said = [f"{timing.starts_at}{timing.ends_at}" for timing in timings]
    return Preview(
        rows=rows,
        seen=_digest((*said, *_said(present))),
        unknown_years=plan.unknown_years,
        is_short=plan.is_short,
        leaders_days=_leaders_days(timings, present),
    )


def _row(
    day: date, why_not: str, elsewhere: Mapping[date, Sequence[Clash]], chosen: Collection[date] | None
) -> PreviewRow:
    found = elsewhere.get(day, ())
    ticked = not _leader_is_elsewhere(found) if chosen is None else day in chosen
    return PreviewRow(day, why_not, found, chosen=ticked and not why_not)


def _leader_is_elsewhere(clashes: Sequence[Clash]) -> bool:
    return any(each.is_leader and not each.is_perhaps for each in clashes)


def fingerprint(days: Sequence[date], hours: tuple[time, time], present: Present) -> str:
    """Changes with whatever could make what was shown untrue."""
    return _digest((*map(str, days), *map(str, hours), *_said(present)))


def _said(present: Present) -> Sequence[str]:
    return [str(present.leader_id), *map(str, sorted(present.people))]


def _digest(said: Sequence[str]) -> str:
    return sha256("|".join(said).encode()).hexdigest()[:LENGTH]
