"""The remarks of an import, for a page and for a spreadsheet program."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.core.spreadsheets.cells import Column
from crm.imports import reports, services
from crm.imports.findings import TITLES, Finding, FindingGroup, Report, Severity, grouped
from crm.imports.models import ImportRun, RunStatus


@dataclass(frozen=True)
class Remark:
    """A finding and the sheet it is on."""

    sheet: str
    finding: Finding


COLUMNS = (
    Column[Remark]("Sheet", lambda remark: remark.sheet),
    Column[Remark]("Row", lambda remark: remark.finding.row),
    Column[Remark]("What happened", lambda remark: TITLES[remark.finding.severity]),
    Column[Remark]("Column", lambda remark: remark.finding.column),
    Column[Remark]("Value", lambda remark: remark.finding.value),
    Column[Remark]("Reason", lambda remark: remark.finding.reason),
)


def of_run(run: ImportRun) -> list[Remark]:
    """Every remark on a file: as it would be imported now, or as it was."""
    if run.status is RunStatus.CHECKING:
        found = [(plan.setting.name, plan.report) for plan in services.preview(run).plans]
    else:
        found = [(sheet.name, report) for sheet, report in reports.reports_of(run)]
    return [
        Remark(name, each)
        for name, report in found
        for each in sorted(report.findings, key=lambda finding: finding.row)
    ]


def by_severity(report: Report) -> list[tuple[str, Severity, Sequence[FindingGroup]]]:
    """Remarks grouped, under the title of what happened to the rows or cells."""
    return [
        (title, severity, groups)
        for severity, title in TITLES.items()
        if (groups := grouped(each for each in report.findings if each.severity is severity))
    ]
