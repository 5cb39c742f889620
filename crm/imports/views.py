"""Importing in the browser: upload, look at what it would do, correct the columns, import, read the report."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict
from crm.core.forms import ActionForm
from crm.core.spreadsheets.cells import Column
from crm.core.spreadsheets.csv_writing import csv_lines
from crm.core.spreadsheets.limits import UnreadableFile
from crm.core.submissions import submitting
from crm.imports import queries, services
from crm.imports.findings import TITLES, Finding, Report, Severity, grouped
from crm.imports.forms import ColumnsForm, UploadForm, examples
from crm.imports.models import ImportRun, RunStatus

bp = Blueprint("imports", __name__, url_prefix="/imports")

REFRESH_SECONDS = 2
STALE = "This page is out of date. Open it again."
REMARKS = (
    Column[Finding]("Row", lambda finding: finding.row),
    Column[Finding]("What happened", lambda finding: TITLES[finding.severity]),
    Column[Finding]("Column", lambda finding: finding.column),
    Column[Finding]("Value", lambda finding: finding.value),
    Column[Finding]("Reason", lambda finding: finding.reason),
)


@bp.route("/", methods=["GET", "POST"])
@allow(*STAFF)
def index() -> ResponseReturnValue:
    form = UploadForm()
    if form.validate_on_submit():
        upload = form.file.data
        content = upload.read()
        try:
            sheet = services.read(content)
        except UnreadableFile as refusal:
            form.refuse(str(refusal), form.file)
        else:
            with submitting(form) as submission:
                run = services.stage(content, upload.filename or "", sheet.name, signed_in_user())
                submission.leads_to = url_for("imports.show", run_id=run.id)
            return redirect(submission.leads_to)
    return render_template("imports/index.html", form=form, runs=queries.recent_runs())


@bp.get("/<int:run_id>")
@allow(*STAFF)
def show(run_id: int) -> ResponseReturnValue:
    """The import as it stands: what it would do, how far it is, or what it did."""
    run = queries.get_run(run_id)
    if run.status is RunStatus.CHECKING:
        return _preview(run, ColumnsForm())
    if run.is_under_way:
        page = make_response(render_template("imports/progress.html", run=run))
        page.headers["Refresh"] = str(REFRESH_SECONDS)
        return page
    report = services.report_of(run)
    return render_template("imports/report.html", run=run, report=report, groups=_by_severity(report))


@bp.post("/<int:run_id>/columns")
@allow(*STAFF)
def correct(run_id: int) -> ResponseReturnValue:
    """Save which sheet, row and columns to use, and show again what the import would do."""
    form = ColumnsForm()
    if not form.validate_on_submit() or not form.refuse_doubles():
        return _preview(queries.get_run(run_id), form)
    with submitting(form) as submission:
        run = queries.get_run(run_id)
        moved = (form.sheet.data or None) != run.sheet or form.header_row.data != request.form.get(
            "shown_row", type=int
        )
        header_row = None if (form.sheet.data or None) != run.sheet else form.header_row.data
        columns = None if moved else form.chosen()
        services.correct(run, sheet=form.sheet.data or None, header_row=header_row, columns=columns)
        submission.leads_to = url_for("imports.show", run_id=run_id)
    return redirect(submission.leads_to)


@bp.post("/<int:run_id>/start")
@allow(*STAFF)
def start(run_id: int) -> ResponseReturnValue:
    form = ActionForm()
    if not form.validate_on_submit():
        raise Conflict(STALE)
    with submitting(form) as submission:
        services.queue(queries.get_run(run_id), at=clock.now())
        submission.leads_to = url_for("imports.show", run_id=run_id)
    return redirect(submission.leads_to)


@bp.post("/<int:run_id>/discard")
@allow(*STAFF)
def discard(run_id: int) -> ResponseReturnValue:
    form = ActionForm()
    if not form.validate_on_submit():
        raise Conflict(STALE)
    with submitting(form) as submission:
        services.discard(queries.get_run(run_id), at=clock.now())
        submission.leads_to = url_for("imports.index")
    flash("The file was deleted and nothing was imported.", "success")
    return redirect(submission.leads_to)


@bp.get("/<int:run_id>/remarks.csv")
@allow(*STAFF)
def remarks(run_id: int) -> ResponseReturnValue:
    """Every remark on every row, to work through in a spreadsheet program."""
    run = queries.get_run(run_id)
    if run.status is RunStatus.CHECKING:
        report = services.preview(run).report
        findings = report.findings if report else []
    else:
        findings = queries.findings_of(run)
    response = Response(csv_lines(REMARKS, sorted(findings, key=lambda each: each.row)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"import-{run.id}-remarks.csv")
    return response


def _preview(run: ImportRun, form: ColumnsForm) -> ResponseReturnValue:
    preview = services.preview(run)
    if not form.is_submitted():
        form.show(preview.sheet, preview.layout)
    else:
        form.sheet.choices = [(name, name) for name in (preview.sheet.name, *preview.sheet.others)]
    return render_template(
        "imports/preview.html",
        run=run,
        form=form,
        preview=preview,
        report=preview.report,
        groups=_by_severity(preview.report) if preview.report else [],
        examples=examples(preview.sheet, preview.layout) if preview.layout else [],
    )


def _by_severity(report: Report) -> list[tuple[str, Severity, list[object]]]:
    """Remarks grouped, under the title of what happened to the rows or cells."""
    return [
        (title, severity, list(groups))
        for severity, title in TITLES.items()
        if (groups := grouped(each for each in report.findings if each.severity is severity))
    ]
