"""Undoing an import: what that would take back and keep, and the asking for it."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, NotAllowed
from crm.core.forms import ActionForm
from crm.core.submissions import submitting
from crm.imports import policies, run_queries, undo_services, undoing
from crm.imports.views import checking, results
from crm.imports.views.uploading import bp

__all__ = ["bp", "checking", "results"]  # every page of imports


@bp.route("/<int:run_id>/undo", methods=["GET", "POST"])
@allow(*STAFF)
def undo(run_id: int) -> ResponseReturnValue:
    run, user = run_queries.get_run(run_id), signed_in_user()
    if not policies.may_undo(user, run):
        raise NotAllowed("Only whoever ran an import, or a manager, can undo it.")
    why_not = policies.why_not_undone(run, clock.now())
    if why_not is not None:
        raise Conflict(why_not)
    form = ActionForm()
    if form.validate_on_submit():
        with submitting(form) as submission:
            undo_services.ask_for_undo(run_queries.get_run(run_id), by=signed_in_user(), at=clock.now())
            submission.leads_to = url_for("imports.show", run_id=run_id)
        return redirect(submission.leads_to)
    summary = undo_services.summarised(undoing.foresee_undo(run_id))
    return render_template("imports/undo.html", run=run, form=form, summary=summary)
