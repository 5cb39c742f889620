"""It is Tuesday noon."""

from datetime import UTC, date, datetime

import pytest

from crm.core import clock

TODAY = date(2026, 11, 24)


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Stop the clock, so that tomorrow is the 25th."""
    instant = datetime(2026, 11, 24, 12, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: instant)
    return instant
