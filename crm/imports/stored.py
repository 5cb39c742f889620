"""Reports and cells as they are kept in the database, and back. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime, time
from typing import Any

from crm.core.spreadsheets.parsing_child import tagged
from crm.core.spreadsheets.reading import ReadValue, untagged
from crm.imports.findings import Counts, Finding, Report


def as_stored(report: Report, trouble: str = "") -> dict[str, Any]:
    """The report without its findings, which have a table."""
    return {
        "counts": asdict(report.counts),
        "blank_rows": report.blank_rows,
        "joined": report.joined,
        "above": report.above,
        "not_imported": report.not_imported,
        "notes": report.notes,
        "trouble": trouble,
    }


def from_stored(kept: Mapping[str, Any], findings: list[Finding]) -> Report:
    return Report(
        counts=counts_from(kept.get("counts", {})),
        findings=findings,
        blank_rows=kept.get("blank_rows", []),
        joined=[(row, first) for row, first in kept.get("joined", [])],
        above=kept.get("above", 0),
        not_imported=[(heading, filled) for heading, filled in kept.get("not_imported", [])],
        notes=tuple(kept.get("notes", ())),
    )


def counts_from(kept: Mapping[str, int]) -> Counts:
    known = {field.name for field in fields(Counts)}
    return Counts(**{name: number for name, number in kept.items() if name in known})


def cells_as_stored(cells: Sequence[ReadValue]) -> list[Any]:
    return [tagged(cell) if isinstance(cell, datetime | date | time) else cell for cell in cells]


def cells_from(kept: Sequence[Any]) -> tuple[ReadValue, ...]:
    return tuple(map(untagged, kept))
