"""Saying when a provider is closed. Callers open the unit of work; nothing here commits.

Nothing is moved by it: what is arranged for such a day is shown beside it, and people decide.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from crm.core.db import db
from crm.core.errors import Conflict
from crm.core.formatting import long_date
from crm.providers.closed_days.models import ClosedDay
from crm.providers.models import Provider

LONGEST = 92  # days: what is longer is no closed day but a holiday, and belongs to the terms


@dataclass(frozen=True, slots=True)
class Closure:
    """When a provider is closed, and why."""

    first_day: date
    last_day: date
    reason: str


def close(provider: Provider, closure: Closure) -> ClosedDay:
    """Write down that a provider is closed.

    Raises Conflict if it ends before it begins, is longer than a term, overlaps another, or gives no reason.
    """
    if closure.last_day < closure.first_day:
        raise Conflict("The last day must not be before the first day.")
    if (closure.last_day - closure.first_day).days >= LONGEST:
        raise Conflict(f"Closed days last up to {LONGEST} days. Longer breaks lie between the terms.")
    if not closure.reason.strip():
        raise Conflict("Enter why it is closed, like Staff training.")
    db.session.execute(select(Provider.id).where(Provider.id == provider.id).with_for_update())
    _refuse_overlap(provider, closure)
    closed = ClosedDay(
        provider_id=provider.id,
        first_day=closure.first_day,
        last_day=closure.last_day,
        reason=closure.reason.strip(),
    )
    db.session.add(closed)
    db.session.flush()
    return closed


def open_again(closed: ClosedDay) -> None:
    """It is not closed then after all. The history stays."""
    db.session.delete(closed)
    db.session.flush()


def _refuse_overlap(provider: Provider, closure: Closure) -> None:
    other = db.session.scalars(
        select(ClosedDay)
        .where(
            ClosedDay.provider_id == provider.id,
            ClosedDay.first_day <= closure.last_day,
            ClosedDay.last_day >= closure.first_day,
        )
        .order_by(ClosedDay.first_day, ClosedDay.id)
        .limit(1)
    ).first()
    if other is not None:
        days = long_date(other.first_day)
        if other.last_day != other.first_day:
            days += f" to {long_date(other.last_day)}"
        raise Conflict(f"{provider.name} is closed already on {days}: {other.reason}. Remove that first to change it.")
