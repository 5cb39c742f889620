"""What to ask an employer for next year. Pure: no database, no request."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from crm.fulfilment.progress import total
from crm.fulfilment.standing import Progress
from crm.pledges.lines import LineDetails
from crm.pledges.models import PledgeLine

NOBODY_CAME = "Nobody was placed. Speak with them first."
BEHIND = "Behind so far. Speak with them first."
FELL_SHORT = "Not all was kept: proposed is what was."


@dataclass(frozen=True, slots=True)
class Proposed:
    """The numbers of one line."""

    line: PledgeLine  # last year's
    young_people: int | None
    each: int


def proposed(line: PledgeLine, kept: Progress) -> Proposed:
    """The same again, or what was really delivered: more if they did more, less if they could not keep it all.

    Less is proposed only once everything was due: until then nobody knows what will be kept. Nothing delivered tells
    nothing of what they can do, so the same is proposed. What is booked counts as delivered.
    """
    delivered = -(-(kept.attended + kept.confirmed) // line.each)  # young people, one begun being one
    if not delivered:
        return Proposed(line, line.young_people, line.each)
    least = 1 if _all_was_due(kept) else line.young_people or 1
    return Proposed(line, max(least, delivered), line.each)


def _all_was_due(kept: Progress) -> bool:
    return kept.due_by_now >= kept.promised


def caution(lines: Sequence[Progress]) -> str:
    """What an officer should think of before approving; nothing where the pledge was kept."""
    kept = total(lines)
    if not kept.attended + kept.confirmed:
        return NOBODY_CAME
    if not _all_was_due(kept):
        return BEHIND if kept.is_behind else ""
    return FELL_SHORT if kept.remaining else ""


def a_year_later(line: LineDetails, young_people: int | None, each: int) -> LineDetails:
    """A line that says the same of the next academic year, with other numbers. It continues no stored line."""
    return replace(
        line,
        young_people=young_people,
        each=each,
        starts_on=next_year(line.starts_on) if line.starts_on else None,
        ends_on=next_year(line.ends_on) if line.ends_on else None,
        due_on=next_year(line.due_on) if line.due_on else None,
        line_id=None,
    )


def next_year(day: date) -> date:
    """The same day a year later; the last of February where it is a leap day, and also where it was the month's end."""
    month_ends = (day + timedelta(days=1)).day == 1
    if day.month == 2 and month_ends:  # noqa: PLR2004
        return date(day.year + 1, 3, 1) - timedelta(days=1)
    return day.replace(year=day.year + 1)
