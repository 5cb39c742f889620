"""One row of a file while it is read, and where remarks on its cells go."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from crm.core.normalise import as_text
from crm.core.spreadsheets.reading import ReadValue
from crm.imports.columns import Layout, Target
from crm.imports.findings import Finding, Report, Severity

LONGEST_NAME = 255


@dataclass
class Row:
    """The row being read: its number, its cells by target, and where remarks go."""

    number: int
    cells: dict[Target, ReadValue]
    layout: Layout
    report: Report
    values: dict[str, Any] = field(default_factory=dict)

    def remark(self, severity: Severity, target: Target, value: object, reason: str) -> None:
        column = self.layout.column_of(target)
        heading = self.layout.headings[column] if column is not None else target.label
        self.report.findings.append(Finding(severity, self.number, heading, as_text(str(value)), reason))

    def take(self, target: Target, read: Callable[[Any], Any]) -> Any:
        """What the cell means, or None with a remark if it is bad."""
        cell = self.cells.get(target)
        if cell is None:
            return None
        try:
            return read(cell)
        except ValueError as error:
            self.remark(Severity.LEFT_OUT, target, cell, str(error))
            return None

    def put(self, column: str, target: Target, read: Callable[[Any], Any]) -> None:
        value = self.take(target, read)
        if value is not None:
            self.values[column] = value


def short_text(cell: ReadValue) -> str:
    text = as_text(str(cell))
    if len(text) > LONGEST_NAME:
        raise ValueError(f"This is longer than {LONGEST_NAME} characters")
    return text
