"""What time it is. The only module that asks, so tests can answer."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The current instant, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The current date as an officer at their desk would write it."""
    return local_date(now())


def local_date(instant: datetime) -> date:
    """The date in London at an instant."""
    return instant.astimezone(LONDON).date()


def local_instant(day: date, at: time) -> datetime:
    """The instant, in UTC, at which a clock on a London wall shows this date and time.

    An hour that occurs twice (October) is the first of the two; one that is skipped (March) is an hour later.
    """
    return datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC)


def start_of_day(day: date) -> datetime:
    """The instant, in UTC, at which a day begins in London."""
    return local_instant(day, time.min)
