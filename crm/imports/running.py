"""An import from sheet to report: plan it, see what it would do, or do it in batches."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import DataError, IntegrityError

from crm.audit.recording import because
from crm.core import clock
from crm.core.batch import in_one_unit
from crm.core.db import db
from crm.core.errors import EditedMeanwhile
from crm.core.spreadsheets.limits import UnreadableFile
from crm.core.spreadsheets.reading import Sheet
from crm.imports import queries, saving
from crm.imports.columns import Layout, Target, find_layout, layout_of
from crm.imports.findings import Finding, Report, Severity
from crm.imports.folding import Folding
from crm.imports.interpreting import interpret
from crm.imports.matching import Match, match
from crm.imports.models import ImportProblem, ImportRun, RunStatus

BATCH = 500
LONGEST_VALUE = 500  # of what a report quotes

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Plan:
    """What a file means, matched with the database as it is now."""

    layout: Layout
    matches: Sequence[Match]
    report: Report = field(default_factory=Report)


def layout_for(sheet: Sheet, header_row: int | None = None, columns: dict[str, str] | None = None) -> Layout:
    """The layout of a sheet: as somebody corrected it, else as recognised.

    Raises UnreadableFile if there is no column with the employer's name.
    """
    if header_row is not None and not 1 <= header_row <= len(sheet.rows):
        raise UnreadableFile(f"There is no row {header_row} in this file. It has {len(sheet.rows):,} rows.")
    corrected = None if columns is None else {int(column): Target(target) for column, target in columns.items()}
    layout = find_layout(sheet.rows) if header_row is None else layout_of(sheet.rows, header_row - 1, corrected)
    if layout is None:
        raise UnreadableFile(
            "No row with headings was found in the first 20 rows. There must be one with a heading such as "
            "“Employer” or “Company name”."
        )
    return layout


def make_plan(sheet: Sheet, layout: Layout) -> Plan:
    """Read the rows and find each employer's match. Changes nothing.

    Raises UnreadableFile if no column has the employer's name.
    """
    if layout.column_of(Target.NAME) is None:
        raise UnreadableFile(
            f"No column with the employer’s name was found. The headings in row {layout.header + 1} are: "
            f"{', '.join(layout.headings)}."
        )
    report = Report(notes=sheet.notes)
    lists, shown = queries.lists()
    incoming = Folding(report, shown).fold(interpret(sheet.rows, layout, lists, report))
    numbers = [each.company_number for each in incoming if each.company_number]
    known = queries.employers_that_may_be_meant(numbers, [each.name_key for each in incoming])
    return Plan(layout, match(incoming, known, report), report)


def dry_run(plan: Plan, progress: Progress = lambda _: None) -> Report:
    """Count what the import would create, update and leave as it is."""
    for batch in _batches(plan.matches):
        saving.compare(batch).add_to(plan.report.counts)
        progress(len(batch))
    return plan.report


def carry_out(plan: Plan, run_id: int, progress: Progress = lambda _: None) -> Report:
    """Import in batches, each a unit of work with its history and its progress, and keep the report."""
    file_name, actor = in_one_unit(lambda: _begin(run_id, len(plan.matches)))
    with because(f"import of {file_name}", actor=actor):
        for batch in _batches(plan.matches):
            _save(batch, run_id, plan.report)
            progress(len(batch))
    in_one_unit(lambda: _end(run_id, plan.report))
    return plan.report


def _save(batch: Sequence[Match], run_id: int, report: Report) -> None:
    """Write a batch; if the database refuses one of its employers, write the others one by one."""
    try:
        in_one_unit(lambda: _save_and_count(batch, run_id)).add_to(report.counts)
    except (IntegrityError, DataError, EditedMeanwhile, KeyError):
        if len(batch) > 1:
            for one in batch:
                _save([one], run_id, report)
            return
        incoming = batch[0].incoming
        report.counts.rejected += 1
        reason = "Somebody else changed or added this employer at the same moment: import the file again"
        report.findings.append(Finding(Severity.REJECTED, incoming.row, "Employer name", incoming.name, reason))


def _save_and_count(batch: Sequence[Match], run_id: int) -> saving.Outcome:
    outcome = saving.save(batch)
    run = db.session.get_one(ImportRun, run_id)
    run.rows_done += len(batch)
    run.heard_at = clock.now()
    return outcome


def _begin(run_id: int, total: int) -> tuple[str, str]:
    run = db.session.get_one(ImportRun, run_id)
    run.status, run.rows_total, run.rows_done, run.heard_at = RunStatus.RUNNING, total, 0, clock.now()
    return run.file_name, run.started_by_name


def _end(run_id: int, report: Report) -> None:
    run = db.session.get_one(ImportRun, run_id)
    run.status, run.ended_at, run.content = RunStatus.DONE, clock.now(), None
    run.rows_done = run.rows_total
    run.outcome = as_stored(report)
    rows = [
        {
            "run_id": run_id,
            "severity": each.severity,
            "row": each.row,
            "column": each.column,
            "value": each.value[:LONGEST_VALUE],
            "reason": each.reason,
        }
        for each in report.findings
    ]
    if rows:
        db.session.execute(insert(ImportProblem), rows)


def as_stored(report: Report) -> dict[str, Any]:
    """The report without its findings, which have a table."""
    return {
        "counts": asdict(report.counts),
        "blank_rows": report.blank_rows,
        "joined": report.joined,
        "above": report.above,
        "not_imported": report.not_imported,
        "notes": report.notes,
    }


def _batches(matches: Sequence[Match]) -> Iterator[Sequence[Match]]:
    return (matches[start : start + BATCH] for start in range(0, len(matches), BATCH))
