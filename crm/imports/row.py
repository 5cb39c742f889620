"""One row of a file while it is read, and where remarks on its cells go."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from crm.core.normalise import as_text
from crm.core.spreadsheets.reading import ReadValue
from crm.imports.columns import Layout
from crm.imports.findings import Finding, Report, Severity
from crm.imports.targets import Target

LONGEST_NAME = 255


@dataclass
class Row:
    """The row being read: its number, its cells by target, and where remarks go.

    Of a target that stands over several columns, `cells` has the first and `more` has them all, by heading.
    """

    number: int
    cells: dict[Target, ReadValue]
    layout: Layout
    report: Report
    values: dict[str, Any] = field(default_factory=dict)
    name_key: str = ""  # of the employer it names
    more: dict[str, ReadValue] = field(default_factory=dict)
    unclear: dict[Target, ReadValue] = field(default_factory=dict)  # cells that only point to the row above
    commas_divide: bool = False  # whether a comma between two names divides two people, as elsewhere in the column

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


def told(heading: str, cell: ReadValue) -> str:
    """A cell as it is added to what was said. A time of day may be the part of a day that a spreadsheet keeps."""
    if isinstance(cell, float) and 0 < cell < 1 and re.search(r"time|start|from", heading, re.IGNORECASE):
        minutes = round(cell * 24 * 60)
        return f"{heading}: {minutes // 60:02}:{minutes % 60:02}"
    if isinstance(cell, time):
        return f"{heading}: {cell:%H:%M}"
    return f"{heading}: {long_text(cell)}"


def long_text(cell: ReadValue) -> str:
    """The cell with its line breaks, without control characters and what no database can hold."""
    lines = str(cell).replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").split("\n")
    return "\n".join(as_text(line) for line in lines).strip("\n")
