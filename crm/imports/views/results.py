"""An import that has ended: its report, its remarks, and its rejected rows to be mended."""

from flask import Response, abort, render_template, send_file
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.spreadsheets.csv_writing import csv_lines
from crm.core.spreadsheets.writing import as_bytes
from crm.imports import policies, rejected, remarks, reports, run_queries, undo_services
from crm.imports.models import ImportRun
from crm.imports.views.uploading import bp

__all__ = ["bp"]  # the imports' pages, with these among them

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def report(run: ImportRun) -> ResponseReturnValue:
    """The page of an import that is done."""
    sheets = [
        {"stored": sheet, "report": found, "groups": remarks.by_severity(found)}
        for sheet, found in reports.reports_of(run)
    ]
    now, user = clock.now(), signed_in_user()
    return render_template(
        "imports/report.html",
        run=run,
        sheets=sheets,
        may_undo=policies.may_undo(user, run) and policies.why_not_undone(run, now) is None,
        has_rejected=run_queries.has_rejected_rows(run),
        kept=undo_services.kept_with_names(run) if run.undo else [],
    )


@bp.get("/<int:run_id>/remarks.csv")
@allow(*STAFF)
def download_remarks(run_id: int) -> ResponseReturnValue:
    """Every remark on every row, to work through in a spreadsheet program."""
    run = run_queries.get_run(run_id)
    lines = csv_lines(remarks.COLUMNS, remarks.of_run(run))
    return _csv(Response(lines, mimetype="text/csv"), f"import-{run.id}-remarks.csv")


@bp.get("/<int:run_id>/rejected.xlsx")
@allow(*STAFF)
def rejected_workbook(run_id: int) -> ResponseReturnValue:
    """The rows that were not imported, as they were, each with the reason."""
    run = run_queries.get_run(run_id)
    content = as_bytes(rejected.workbook(run, author=signed_in_user().name))
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name=f"import-{run.id}-rejected.xlsx")


@bp.get("/<int:run_id>/sheets/<int:sheet_id>/rejected.csv")
@allow(*STAFF)
def rejected_csv(run_id: int, sheet_id: int) -> ResponseReturnValue:
    """The same of one sheet, as CSV."""
    run = run_queries.get_run(run_id)
    table = rejected.table_of(run_queries.get_sheet(run, sheet_id))
    if table is None:
        abort(404)
    response = Response(csv_lines(table.columns, table.rows), mimetype="text/csv")
    return _csv(response, f"import-{run.id}-rejected-{sheet_id}.csv")


def _csv(response: Response, name: str) -> Response:
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
