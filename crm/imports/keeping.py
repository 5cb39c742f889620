"""Keeping what became of an import: figures, remarks, rejected rows, and what its sheets were taken for."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import insert

from crm.core import clock
from crm.core.db import db
from crm.imports.findings import Counts, Report
from crm.imports.models import ImportProblem, ImportRejectedRow, ImportRun, ImportSheet
from crm.imports.planning import SheetPlan, rejected_cells
from crm.imports.remembering import remember
from crm.imports.stored import as_stored, cells_as_stored

LONGEST_VALUE = 500  # of what a report quotes


def keep_outcome(run: ImportRun, plans: Sequence[SheetPlan]) -> None:
    """Write down what became of every sheet. What a person took sheets for is remembered for files of their shape."""
    run.outcome = {"counts": asdict(totals([plan.report for plan in plans]))}
    for plan in plans:
        sheet = db.session.get_one(ImportSheet, plan.setting.id)
        sheet.outcome = as_stored(plan.report, plan.trouble)
        sheet.headings = list(plan.layout.headings) if plan.layout else None
        _keep_findings(run.id, sheet.id, plan.report)
        _keep_rejected(sheet.id, plan)
        if run.started_by_id is not None:
            remember(plan.sheet, plan.setting, plan.layout, by=run.started_by_name, at=clock.now())


def totals(reports: Sequence[Report]) -> Counts:
    """The figures of all sheets together."""
    summed = Counts()
    for report in reports:
        for name, number in asdict(report.counts).items():
            setattr(summed, name, getattr(summed, name) + number)
    return summed


def _keep_findings(run_id: int, sheet_id: int, report: Report) -> None:
    rows = [
        {
            "run_id": run_id,
            "sheet_id": sheet_id,
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


def _keep_rejected(sheet_id: int, plan: SheetPlan) -> None:
    reasons = plan.report.rejected_rows
    rows = [
        {"sheet_id": sheet_id, "row": row, "cells": cells_as_stored(cells), "reason": reasons[row]}
        for row, cells in rejected_cells(plan).items()
    ]
    if rows:
        db.session.execute(insert(ImportRejectedRow), rows)
