"""Administration: the quick entries of the log form."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.audit.conflicts import edit_conflict
from crm.audit.readable import readable_history
from crm.core.access import ADMINS, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.forms import ActionForm, differences
from crm.core.submissions import submitting
from crm.interactions import services
from crm.interactions.due import DUE_LABELS
from crm.interactions.forms.quick_entries import AddQuickEntryForm, ChangeQuickEntryForm, quick_entry_answers
from crm.interactions.queries.quick_entries import get_quick_entry, quick_entries

bp = Blueprint("quick_entries", __name__, url_prefix="/administration/quick-entries")


@bp.get("/")
@allow(*ADMINS)
def index() -> ResponseReturnValue:
    return render_template("quick_entries/index.html", rows=quick_entries(), due_labels=DUE_LABELS)


@bp.route("/new", methods=["GET", "POST"])
@allow(*ADMINS)
def new() -> ResponseReturnValue:
    form = AddQuickEntryForm()
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                services.add_quick_entry(form.details())
                submission.leads_to = url_for("quick_entries.index")
        except Conflict as refusal:
            form.refuse(str(refusal), form.name)
        else:
            flash(f"{form.name.data} added.", "success")
            return redirect(submission.leads_to)
    return render_template("quick_entries/new.html", form=form)


@bp.route("/<int:entry_id>", methods=["GET", "POST"])
@allow(*ADMINS)
def edit(entry_id: int) -> ResponseReturnValue:
    entry = get_quick_entry(entry_id)
    form = ChangeQuickEntryForm(data=quick_entry_answers(entry))
    conflict = None
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                services.change_quick_entry(get_quick_entry(entry_id), form.details(), seen=form.version.data)
                submission.leads_to = url_for("quick_entries.index")
        except Conflict as refusal:
            form.refuse(str(refusal), form.name)
        except EditedMeanwhile:
            entry = get_quick_entry(entry_id)
            saved = ChangeQuickEntryForm(formdata=None, data=quick_entry_answers(entry))
            conflict = edit_conflict(form, entry, differences(saved, form))
        else:
            flash(f"{form.name.data} saved.", "success")
            return redirect(submission.leads_to)
        entry = get_quick_entry(entry_id)
    return render_template(
        "quick_entries/edit.html",
        form=form,
        entry=entry,
        conflict=conflict,
        history=readable_history("quick_entry", entry_id),
    )


@bp.post("/<int:entry_id>/move")
@allow(*ADMINS)
def move(entry_id: int) -> ResponseReturnValue:
    """One place up, or down."""
    with submitting(ActionForm()) as submission:
        services.move_quick_entry(get_quick_entry(entry_id), up=request.form.get("way") == "up")
        submission.leads_to = url_for("quick_entries.index")
    return redirect(submission.leads_to)


@bp.post("/<int:entry_id>/use")
@allow(*ADMINS)
def use(entry_id: int) -> ResponseReturnValue:
    """Offer it on the form, or no longer."""
    in_use = request.form.get("in_use") == "yes"
    with submitting(ActionForm()) as submission:
        services.offer_quick_entry(get_quick_entry(entry_id), in_use=in_use)
        submission.leads_to = url_for("quick_entries.index")
    flash("In use again." if in_use else "Out of use. The form no longer offers it.", "success")
    return redirect(submission.leads_to)
