"""When it is time for a digest."""

from datetime import UTC, datetime, time

import pytest

from crm.desk.digest.queries import is_time

HALF_PAST_SEVEN = time(7, 30)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 24, 7, 29, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 24, 7, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 11, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 12, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 27, 8, 0, tzinfo=UTC), True),  # Friday
        (datetime(2026, 11, 28, 8, 0, tzinfo=UTC), False),  # Saturday
        (datetime(2026, 11, 29, 8, 0, tzinfo=UTC), False),
        (datetime(2026, 7, 21, 6, 29, tzinfo=UTC), False),  # 7:29 on a summer's morning in London
        (datetime(2026, 7, 21, 6, 30, tzinfo=UTC), True),
        (datetime(2026, 7, 21, 11, 0, tzinfo=UTC), False),
    ],
)
def test_it_is_time_on_the_mornings_of_working_days_by_the_clock_of_london(now: datetime, expected: bool) -> None:
    assert is_time(now, HALF_PAST_SEVEN) is expected
