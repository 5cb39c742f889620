"""Companies House beside the imports: upload an extract, see what it would do, load it, take it back."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.companies import queries, services
from crm.companies.forms import LoadForm, UploadForm
from crm.companies.models import CompanyLoad, LoadStatus
from crm.companies.reading import NotTheFile, date_in, opened, read
from crm.companies.wording import COLUMN_LABELS, LOAD_LABELS
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict
from crm.core.formatting import counted
from crm.core.forms import pressed
from crm.core.submissions import submitting
from crm.employers.wording import LEGAL_FORM_LABELS

bp = Blueprint("companies", __name__, url_prefix="/imports/companies-house")

MOST_UNPACKED = 300 * 1024 * 1024  # bytes: some seconds of reading
MOST_SHOWN = 100  # of one kind of finding


@bp.route("", methods=["GET", "POST"])
@allow(*STAFF)
def index() -> ResponseReturnValue:
    form = UploadForm()
    if form.validate_on_submit():
        try:
            return _staged(form)
        except NotTheFile as refusal:
            form.refuse(str(refusal), form.file)
    return render_template(
        "companies/index.html",
        form=form,
        loads=queries.recent_loads(),
        last_done=queries.last_done_id(),
        labels=LOAD_LABELS,
    )


def _staged(form: UploadForm) -> ResponseReturnValue:
    """Keep what the file says of us, and lead to what it would do. Raises NotTheFile."""
    upload = form.file.data
    name = upload.filename or "companies.csv"
    as_at = form.made_on(date_in(name))
    if as_at is None:
        raise NotTheFile(
            "Its name does not say when the file was made. Enter the day below, and choose the file again."
        )
    with opened(upload.stream, most=MOST_UNPACKED) as lines:
        found = read(lines, queries.looked_for())
    load = services.new_load(found, file_name=name, as_at=as_at, is_whole=form.is_whole.data, at=clock.now())
    with submitting(form) as submission:
        services.stage(load, signed_in_user())
        submission.leads_to = url_for("companies.show", load_id=load.id)
    return redirect(submission.leads_to)


@bp.route("/<int:load_id>", methods=["GET", "POST"])
@allow(*STAFF)
def show(load_id: int) -> ResponseReturnValue:
    load, form = queries.get_load(load_id), LoadForm()
    if load.status is LoadStatus.CHECKED and form.validate_on_submit():
        try:
            with submitting(form) as submission:
                services.apply(queries.get_load(load_id), take=form.take.data or (), at=clock.now())
                submission.leads_to = url_for("companies.show", load_id=load_id)
        except Conflict as refusal:
            form.refuse(str(refusal))
            load = queries.get_load(load_id)
        else:
            flash("Loaded. You can undo it as long as no later file is loaded.", "success")
            return redirect(submission.leads_to)
    return _shown(load, form)


def _shown(load: CompanyLoad, form: LoadForm) -> ResponseReturnValue:
    return render_template(
        "companies/show.html",
        load=load,
        form=form,
        found=queries.findings(load) if load.status is LoadStatus.CHECKED else None,
        can_undo=load.status is LoadStatus.DONE and queries.last_done_id() == load.id,
        most=MOST_SHOWN,
        labels=LOAD_LABELS,
        columns=COLUMN_LABELS,
        forms=LEGAL_FORM_LABELS,
    )


@bp.post("/<int:load_id>/undo")
@allow(*STAFF)
def undo(load_id: int) -> ResponseReturnValue:
    with submitting(pressed()) as submission:
        kept = services.undo(queries.get_load(load_id), at=clock.now())
        submission.leads_to = url_for("companies.index")
    left = f" {counted(kept, 'detail')} changed since then {'was' if kept == 1 else 'were'} kept." if kept else ""
    flash(f"Undone.{left}", "success")
    return redirect(submission.leads_to)


@bp.post("/<int:load_id>/discard")
@allow(*STAFF)
def discard(load_id: int) -> ResponseReturnValue:
    with submitting(pressed()) as submission:
        services.discard(queries.get_load(load_id), at=clock.now())
        submission.leads_to = url_for("companies.index")
    flash("Discarded. Nothing was changed.", "success")
    return redirect(submission.leads_to)
