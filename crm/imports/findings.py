"""What an import has to say about a file: every row and cell it could not use as it stands."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """What became of the row or cell."""

    REJECTED = "rejected"  # the row is not imported
    LEFT_OUT = "left_out"  # the row is, without this cell
    READ_AS = "read_as"  # imported as a rule says, which may not be what was meant
    BLANK = "blank"  # the cell says that there is nothing
    WARNING = "warning"  # imported, but somebody should look


TITLES = {
    Severity.REJECTED: "Rejected rows",
    Severity.LEFT_OUT: "Cells left out (their rows are imported)",
    Severity.READ_AS: "Cells read by a rule (check that it is what was meant)",
    Severity.BLANK: "Cells that say there is nothing",
    Severity.WARNING: "Please check",
}


@dataclass(frozen=True)
class Finding:
    """One remark on one cell or row, by the row's number in the file."""

    severity: Severity
    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class FindingGroup:
    """Remarks that share severity, column and reason."""

    severity: Severity
    column: str
    reason: str
    findings: tuple[Finding, ...]

    @property
    def rows(self) -> str:
        """The rows' numbers: as many as fit, but of rejected rows every one."""
        numbers = [each.row for each in self.findings]
        return ", ".join(map(str, numbers)) if self.severity is Severity.REJECTED else some_of(numbers)

    @property
    def values(self) -> str:
        """Different values, as many as fit."""
        different = list(dict.fromkeys(_start_of(each.value) for each in self.findings if each.value))
        shown = ", ".join(f"“{value}”" for value in different[:MOST_VALUES])
        return f"{shown} and {len(different) - MOST_VALUES:,} more" if len(different) > MOST_VALUES else shown


@dataclass
class Counts:
    """Where every row of a table went. What is created, updated or unchanged are employers, or entries of the log."""

    rows: int = 0
    blank: int = 0
    rejected: int = 0
    repeated: int = 0  # rows of an employer or an entry that an earlier row had told
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    contacts_added: int = 0
    contacts_updated: int = 0
    logged: int = 0  # entries of the contact log made from rows of employers
    logged_before: int = 0
    follow_ups: int = 0
    overdue: int = 0  # of the follow-ups, on the day of the import
    bare_employers: int = 0  # employers that a row of a contact log named first

    @property
    def used(self) -> int:
        """Rows that became, or are, what the sheet holds: employers, or entries of the contact log."""
        return self.created + self.updated + self.unchanged

    @property
    def add_up(self) -> bool:
        """Whether every row is accounted for."""
        return self.rows == self.blank + self.rejected + self.repeated + self.used


@dataclass
class Report:
    """The outcome of a dry run or an import."""

    counts: Counts = field(default_factory=Counts)
    findings: list[Finding] = field(default_factory=list)
    blank_rows: list[int] = field(default_factory=list)
    joined: list[tuple[int, int]] = field(default_factory=list)  # a row, and the earlier one of the same employer
    above: int = 0  # rows above the headings
    not_imported: list[tuple[str, int]] = field(default_factory=list)  # heading, filled cells
    notes: tuple[str, ...] = ()  # how the file was read

    def drop_remarks_on_rejected(self) -> None:
        """Say nothing of the cells of rows that are not imported but why they are not."""
        rejected = self.rejected_rows
        self.findings = [
            each for each in self.findings if each.severity is Severity.REJECTED or each.row not in rejected
        ]

    @property
    def rejected_rows(self) -> dict[int, str]:
        """The number of each rejected row and why."""
        return {each.row: each.reason for each in self.findings if each.severity is Severity.REJECTED}

    @property
    def blank_row_numbers(self) -> str:
        return some_of(self.blank_rows)

    @property
    def joined_rows(self) -> str:
        return some_of([f"{row} (with {first})" for row, first in sorted(self.joined)])


LONGEST_SHOWN = 120  # characters of a value, on a page; a download has it whole
MOST_VALUES = 6
MOST_ROWS = 12


def grouped(findings: Iterable[Finding]) -> list[FindingGroup]:
    """Remarks of a kind together: rejected rows first, then in the order of the file."""
    groups: dict[tuple[Severity, str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.severity, finding.column, finding.reason].append(finding)
    order = list(Severity)
    return sorted(
        (FindingGroup(*key, tuple(found)) for key, found in groups.items()),
        key=lambda group: (order.index(group.severity), group.findings[0].row),
    )


def _start_of(value: str) -> str:
    return value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN].rstrip()} …"


def some_of(rows: Sequence[int | str]) -> str:
    shown = ", ".join(str(row) for row in rows[:MOST_ROWS])
    return f"{shown} and {len(rows) - MOST_ROWS:,} more" if len(rows) > MOST_ROWS else shown
