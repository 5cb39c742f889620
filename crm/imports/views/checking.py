"""An import before and while it runs: what it would do, what its sheets are taken for, how far it is."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.forms import pressed
from crm.core.submissions import submitting
from crm.imports import remarks, run_queries, services
from crm.imports.forms import SheetForm, examples
from crm.imports.models import ImportRun, RunStatus
from crm.imports.views import results
from crm.imports.views.uploading import bp

__all__ = ["bp"]  # the imports' pages, with these among them

REFRESH_SECONDS = 2


@bp.get("/<int:run_id>")
@allow(*STAFF)
def show(run_id: int) -> ResponseReturnValue:
    """The import as it stands: what it would do, how far it is, or what it did."""
    run = run_queries.get_run(run_id)
    if run.status is RunStatus.CHECKING:
        return _preview(run, None)
    if run.is_under_way or (run.undo is not None and run.undo.is_under_way):
        page = make_response(render_template("imports/progress.html", run=run))
        page.headers["Refresh"] = str(REFRESH_SECONDS)
        return page
    return results.report(run)


@bp.post("/<int:run_id>/sheets/<int:sheet_id>")
@allow(*STAFF)
def correct(run_id: int, sheet_id: int) -> ResponseReturnValue:
    """Save what a sheet is, which row has its headings and what its columns are, and show what that would do."""
    run = run_queries.get_run(run_id)
    sheet = run_queries.get_sheet(run, sheet_id)
    form = SheetForm(prefix=SheetForm.prefix_of(sheet.position))
    if not form.validate_on_submit() or not form.refuse_doubles():
        return _preview(run, form)
    with submitting(form) as submission:
        run = run_queries.get_run(run_id)
        services.correct(run, run_queries.get_sheet(run, sheet_id), form.answer())
        submission.leads_to = url_for("imports.show", run_id=run_id, _anchor=f"sheet-{sheet.position}")
    return redirect(submission.leads_to)


@bp.post("/<int:run_id>/sheets/<int:sheet_id>/forget")
@allow(*STAFF)
def forget(run_id: int, sheet_id: int) -> ResponseReturnValue:
    """Do not take this sheet for what files of its shape were taken for last time."""
    with submitting(pressed()) as submission:
        run = run_queries.get_run(run_id)
        services.forget_mapping(run, run_queries.get_sheet(run, sheet_id))
        submission.leads_to = url_for("imports.show", run_id=run_id)
    flash("Files of this shape are now recognised by their headings again.", "success")
    return redirect(submission.leads_to)


@bp.post("/<int:run_id>/start")
@allow(*STAFF)
def start(run_id: int) -> ResponseReturnValue:
    with submitting(pressed()) as submission:
        services.queue(run_queries.get_run(run_id), at=clock.now())
        submission.leads_to = url_for("imports.show", run_id=run_id)
    return redirect(submission.leads_to)


@bp.post("/<int:run_id>/discard")
@allow(*STAFF)
def discard(run_id: int) -> ResponseReturnValue:
    with submitting(pressed()) as submission:
        services.discard(run_queries.get_run(run_id), at=clock.now())
        submission.leads_to = url_for("imports.index")
    flash("The file was deleted and nothing was imported.", "success")
    return redirect(submission.leads_to)


def _preview(run: ImportRun, answered: SheetForm | None) -> ResponseReturnValue:
    """The page before an import. `answered` is the one form on it that could not be saved."""
    preview = services.preview(run)
    sheets = []
    for plan, sheet in zip(preview.plans, run.sheets, strict=True):
        form = SheetForm(prefix=SheetForm.prefix_of(sheet.position), formdata=None)
        form.show(plan.setting, plan.layout)
        if answered is not None and request.view_args == {"run_id": run.id, "sheet_id": sheet.id}:
            form = answered
        shown = examples(plan.sheet, plan.layout) if plan.layout else []
        groups = remarks.by_severity(plan.report)
        sheets.append({"plan": plan, "stored": sheet, "form": form, "examples": shown, "groups": groups})
    return render_template("imports/preview.html", run=run, form=answered, preview=preview, sheets=sheets)
