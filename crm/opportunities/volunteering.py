"""On how many days of any 30 somebody is with young people. Pure. It counts; it never decides anything.

From 1 September 2026 (Crime and Policing Act 2026) unpaid teaching, training, instructing, caring for or supervising
children is regulated activity, supervised or not, when it happens on more than 3 days in any 30 or overnight.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crm.opportunities.timing import Timing

WINDOW = 30  # days
PROMPTED_FROM = 4  # days in the window
SATURDAY = 5
GUIDANCE = "https://www.gov.uk/government/publications/keeping-children-safe-in-education--2"


@dataclass(frozen=True, slots=True)
class DaysWithChildren:
    """The 30 days around an opportunity in which whoever leads it is with young people most often."""

    count: int
    first_day: date  # with young people, in those 30
    last_day: date
    is_overnight: bool  # the opportunity itself goes on through a night

    @property
    def is_prompted(self) -> bool:
        """Whether somebody should read the guidance."""
        return self.count >= PROMPTED_FROM or self.is_overnight


def days_of(timing: Timing) -> Iterator[date]:
    """The days it takes place on: weekends between its first and its last day are left out."""
    for number in range((timing.last_day - timing.first_day).days + 1):
        day = timing.first_day + timedelta(days=number)
        if day.weekday() < SATURDAY or day in (timing.first_day, timing.last_day):
            yield day


def days_with_children(this: Timing, others: Sequence[Timing]) -> DaysWithChildren:
    """The busiest 30 days that contain a day of this opportunity, counting those of the others; each day once."""
    own = sorted(days_of(this))
    days = sorted({*own, *(day for other in others for day in days_of(other))})
    best: Sequence[date] = own
    for first in days:
        inside = [day for day in days if first <= day < first + timedelta(days=WINDOW)]
        if len(inside) > len(best) and not set(own).isdisjoint(inside):
            best = inside
    overnight = this.goes_through_nights and not this.is_one_day
    return DaysWithChildren(len(best), best[0], best[-1], overnight)
