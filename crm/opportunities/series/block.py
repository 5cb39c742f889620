"""What the page of an opportunity shows of the series it belongs to, and of its day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from crm.accounts.models import User
from crm.core import clock
from crm.opportunities.models import ONGOING, Opportunity
from crm.opportunities.series.models import Series
from crm.opportunities.series.policies import may_arrange
from crm.opportunities.series.queries import meetings_of
from crm.opportunities.timing import Timing
from crm.providers.closed_days.queries import closed_days_of
from crm.reference.bank_holidays import bank_holiday


@dataclass(frozen=True, slots=True)
class SeriesBlock:
    """Where a meeting stands in its series."""

    series: Series
    number: int  # by date, of those the viewer may know about
    of: int
    before: Opportunity | None
    after: Opportunity | None
    may_change: bool  # this and all that follow


def block_of(opportunity: Opportunity, *, viewer: User) -> SeriesBlock | None:
    """Nothing for what is in no series. The opportunity's series must be loaded. At most one statement."""
    series = opportunity.series
    if series is None:
        return None
    meetings = meetings_of(series.id, viewer=viewer)
    at = next(number for number, each in enumerate(meetings) if each.id == opportunity.id)
    return SeriesBlock(
        series=series,
        number=at + 1,
        of=len(meetings),
        before=meetings[at - 1] if at else None,
        after=meetings[at + 1] if at + 1 < len(meetings) else None,
        may_change=may_arrange(viewer) and _is_any_to_come(meetings[at:]),
    )


def _is_any_to_come(meetings: Sequence[Opportunity]) -> bool:
    return any(each.status in ONGOING and each.starts_at > clock.now() for each in meetings)


def closed_then(opportunity: Opportunity) -> Sequence[str]:
    """Why an opportunity to come should not be on its days. Its provider must be loaded. At most one statement."""
    timing = Timing.of(opportunity)
    if opportunity.status not in ONGOING or timing.last_day < clock.today():
        return []
    days = [timing.first_day + timedelta(days=n) for n in range((timing.last_day - timing.first_day).days + 1)]
    holidays = [f"Bank holiday: {name}" for name in map(bank_holiday, days) if name]
    provider = opportunity.provider
    closed = [
        f"{provider.name} is closed: {each.reason}"
        for each in (closed_days_of(provider.id, since=timing.first_day) if provider else ())
        if provider and each.first_day <= timing.last_day
    ]
    return [*holidays, *closed]
