"""Dull openings and seekers; a test says what matters."""

from datetime import UTC, datetime, timedelta
from typing import Any

from crm.matching.question import Opening, Seeker, Span

MONDAY = datetime(2027, 3, 22, tzinfo=UTC)  # the clocks go forward on the Sunday after it


def span(day: int = 0, starts: int = 9, ends: int = 16, *, days: int = 1) -> Span:
    """From the first of so many days, at full hours of UTC."""
    first = MONDAY + timedelta(days=day)
    return Span(first + timedelta(hours=starts), first + timedelta(days=days - 1, hours=ends))


def opening(number: int, **given: Any) -> Opening:
    """One seat at an employer of its own on a day of its own, for everybody."""
    dull: dict[str, Any] = {
        "employer_id": number,
        "kind": "workplace_visit",
        "span": span(number),
        "in_person": True,
        "seats": 1,
        "provider_id": None,
        "year_groups": frozenset(),
    }
    return Opening(id=number, **{**dull, **given})


def seeker(number: int = 1, **given: Any) -> Seeker:
    """Somebody in Year 10 who has had nothing."""
    dull: dict[str, Any] = {"provider_id": 1, "year_group": "10", "had": 0}
    return Seeker(id=number, **{**dull, **given})
