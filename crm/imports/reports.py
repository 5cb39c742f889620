"""The reports of imports that have ended."""

from crm.imports import run_queries
from crm.imports.findings import Report
from crm.imports.models import ImportRun, ImportSheet
from crm.imports.stored import from_stored


def reports_of(run: ImportRun) -> list[tuple[ImportSheet, Report]]:
    """What became of each sheet, in the order of the file."""
    return [(sheet, from_stored(sheet.outcome or {}, run_queries.findings_of(sheet.id))) for sheet in run.sheets]
