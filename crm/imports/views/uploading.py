"""Where an import begins: a file or pasted rows, and the imports so far."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core.access import STAFF, allow
from crm.core.forms import Form
from crm.core.spreadsheets.limits import UnreadableFile
from crm.core.submissions import submitting
from crm.imports import run_queries, services
from crm.imports.forms import PasteForm, UploadForm

bp = Blueprint("imports", __name__, url_prefix="/imports")


@bp.route("/", methods=["GET", "POST"])
@allow(*STAFF)
def index() -> ResponseReturnValue:
    form = UploadForm()
    if form.validate_on_submit():
        upload = form.file.data
        try:
            return _staged(form, upload.read(), upload.filename or "")
        except UnreadableFile as refusal:
            form.refuse(str(refusal), form.file)
    return render_template("imports/index.html", form=form, runs=run_queries.recent_runs())


@bp.route("/paste", methods=["GET", "POST"])
@allow(*STAFF)
def paste() -> ResponseReturnValue:
    """Rows copied from a spreadsheet program: the same as a file with them."""
    form = PasteForm()
    if form.validate_on_submit():
        try:
            return _staged(form, services.as_pasted(form.as_copied), services.PASTED)
        except UnreadableFile as refusal:
            form.refuse(str(refusal), form.rows)
    return render_template("imports/paste.html", form=form)


def _staged(form: Form, content: bytes, name: str) -> ResponseReturnValue:
    """Keep what was sent and lead to its preview. Raises UnreadableFile."""
    sent = services.read(content)
    with submitting(form) as submission:
        run = services.stage(content, name, sent, signed_in_user())
        submission.leads_to = url_for("imports.show", run_id=run.id)
    return redirect(submission.leads_to)
