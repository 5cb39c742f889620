"""Academic years: 1 September to 31 August, written "2026/27"."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import total_ordering

from crm.core.clock import start_of_day

FIRST_MONTH = 9


@total_ordering
@dataclass(frozen=True, slots=True)
class AcademicYear:
    """An academic year. `AcademicYear("2026/27")`; the name is also what the database stores.

    Raises ValueError for a name that is not two years in a row.
    """

    name: str

    def __post_init__(self) -> None:
        first, slash, second = self.name.partition("/")
        if not (slash and first.isdecimal() and len(first) == len("2026")) or second != f"{(int(first) + 1) % 100:02}":
            raise ValueError("Enter an academic year like 2026/27")

    @classmethod
    def of(cls, day: date) -> "AcademicYear":
        """The academic year a day belongs to."""
        return cls.starting(day.year if day.month >= FIRST_MONTH else day.year - 1)

    @classmethod
    def starting(cls, year: int) -> "AcademicYear":
        return cls(f"{year}/{(year + 1) % 100:02}")

    @property
    def first_day(self) -> date:
        return date(int(self.name[:4]), FIRST_MONTH, 1)

    @property
    def last_day(self) -> date:
        return date(int(self.name[:4]) + 1, FIRST_MONTH - 1, 31)

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The instants at which it begins and at which the next one begins."""
        return start_of_day(self.first_day), start_of_day(self.next.first_day)

    @property
    def next(self) -> "AcademicYear":
        return self.starting(int(self.name[:4]) + 1)

    @property
    def previous(self) -> "AcademicYear":
        return self.starting(int(self.name[:4]) - 1)

    def __lt__(self, other: "AcademicYear") -> bool:
        return self.name < other.name

    def __str__(self) -> str:
        return self.name

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


def years_around(day: date) -> Iterator[AcademicYear]:
    """The years an officer may choose on a form: last year, this year, next year."""
    this = AcademicYear.of(day)
    yield from (this.previous, this, this.next)
