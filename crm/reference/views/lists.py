"""Administration: the council's lists and settings. For administrators."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.audit.conflicts import edit_conflict
from crm.audit.readable import readable_history
from crm.core.access import ADMINS, allow
from crm.core.errors import Conflict, EditedMeanwhile, NotFound
from crm.core.forms import differences, pressed
from crm.core.submissions import submitting
from crm.reference import forms, queries, services
from crm.reference.models import Area, DeclineReason, Sector, SizeBand, Tag
from crm.reference.settings import CHOICES, settings

bp = Blueprint("reference", __name__, url_prefix="/administration")


@dataclass(frozen=True, slots=True)
class ListKind:
    """One of the council's lists, and the words for it."""

    model: type[Sector] | type[Area] | type[SizeBand] | type[Tag] | type[DeclineReason]
    title: str
    one: str
    purpose: str
    add_form: type[forms.AddEntryForm]
    change_form: type[forms.ChangeEntryForm]


LISTS = {
    "sectors": ListKind(
        Sector,
        "Sectors",
        "sector",
        "Lines of work. Growth sectors are those the strategy names.",
        forms.AddSectorForm,
        forms.ChangeSectorForm,
    ),
    "areas": ListKind(
        Area,
        "Areas",
        "area",
        "Parts of the council’s territory, such as wards.",
        forms.AddAreaForm,
        forms.ChangeAreaForm,
    ),
    "sizes": ListKind(
        SizeBand,
        "Sizes",
        "size",
        "How many people the whole enterprise employs. Each number belongs to one size.",
        forms.AddSizeBandForm,
        forms.ChangeSizeBandForm,
    ),
    "tags": ListKind(
        Tag,
        "Tags",
        "tag",
        "Words to mark employers with, for lists of your own: a roundtable’s guests, a newsletter.",
        forms.AddTagForm,
        forms.ChangeTagForm,
    ),
    "reasons": ListKind(
        DeclineReason,
        "Reasons for “not this year”",
        "reason",
        "Why an employer promises nothing this year. Employers choose from them too, on the page that asks them.",
        forms.AddDeclineReasonForm,
        forms.ChangeDeclineReasonForm,
    ),
}


@bp.get("/")
@allow(*ADMINS)
def index() -> ResponseReturnValue:
    chosen = settings()
    return render_template(
        "reference/index.html",
        lists=[(key, kind, queries.entries(kind.model)) for key, kind in LISTS.items()],
        settings=[(name, choice, chosen[name]) for name, choice in CHOICES.items()],
    )


@bp.get("/<any(sectors, areas, sizes, tags, reasons):key>")
@allow(*ADMINS)
def entries(key: str) -> ResponseReturnValue:
    kind = LISTS[key]
    return render_template("reference/entries.html", key=key, kind=kind, rows=queries.entries(kind.model))


@bp.route("/<any(sectors, areas, sizes, tags, reasons):key>/new", methods=["GET", "POST"])
@allow(*ADMINS)
def new(key: str) -> ResponseReturnValue:
    kind = LISTS[key]
    form = kind.add_form()
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                services.add_entry(form.details())
                submission.leads_to = url_for("reference.entries", key=key)
        except Conflict as refusal:
            form.refuse(str(refusal), form.name)
        else:
            flash(f"{form.name.data} added.", "success")
            return redirect(submission.leads_to)
    return render_template("reference/new.html", form=form, key=key, kind=kind)


@bp.route("/<any(sectors, areas, sizes, tags, reasons):key>/<int:entry_id>", methods=["GET", "POST"])
@allow(*ADMINS)
def edit(key: str, entry_id: int) -> ResponseReturnValue:
    kind = LISTS[key]
    entry = queries.get_entry(kind.model, entry_id)
    form = kind.change_form(data=forms.entry_answers(entry))
    conflict = None
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                entry = queries.get_entry(kind.model, entry_id)
                services.change_entry(entry, form.details(), version=form.version.data)
                submission.leads_to = url_for("reference.entries", key=key)
        except Conflict as refusal:
            form.refuse(str(refusal), form.name)
        except EditedMeanwhile:
            entry = queries.get_entry(kind.model, entry_id)
            saved = kind.change_form(formdata=None, data=forms.entry_answers(entry))
            conflict = edit_conflict(form, entry, differences(saved, form))
        else:
            flash("Saved.", "success")
            return redirect(submission.leads_to)
        entry = queries.get_entry(kind.model, entry_id)
    history = readable_history(kind.model.__tablename__, entry_id)
    return render_template(
        "reference/edit.html", form=form, key=key, kind=kind, entry=entry, conflict=conflict, history=history
    )


@bp.post("/<any(sectors, areas, sizes, tags, reasons):key>/<int:entry_id>/move")
@allow(*ADMINS)
def move(key: str, entry_id: int) -> ResponseReturnValue:
    """One place up, or down."""
    with submitting(pressed()) as submission:
        entry = queries.get_entry(LISTS[key].model, entry_id)
        services.move_entry(entry, up=request.form.get("way") == "up")
        submission.leads_to = url_for("reference.entries", key=key)
    return redirect(submission.leads_to)


@bp.post("/<any(sectors, areas, sizes, tags, reasons):key>/<int:entry_id>/use")
@allow(*ADMINS)
def use(key: str, entry_id: int) -> ResponseReturnValue:
    """Put into use, or take out of it."""
    in_use = request.form.get("in_use") == "yes"
    with submitting(pressed()) as submission:
        entry = queries.get_entry(LISTS[key].model, entry_id)
        services.put_in_use(entry, in_use=in_use)
        submission.leads_to = url_for("reference.entries", key=key)
    flash("In use again." if in_use else "Out of use. Those who have it keep it; forms no longer offer it.", "success")
    return redirect(submission.leads_to)


@bp.route("/settings/<name>", methods=["GET", "POST"])
@allow(*ADMINS)
def setting(name: str) -> ResponseReturnValue:
    if name not in CHOICES:
        raise NotFound("We could not find that setting.")
    form = forms.SettingForm(data=_setting_answers(name))
    form.ask(name)
    conflict = None
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                services.save_setting(name, form.value.data or "", version=form.version.data or 0)
                submission.leads_to = url_for("reference.index")
        except EditedMeanwhile:
            saved = forms.SettingForm(formdata=None, data=_setting_answers(name))
            saved.ask(name)
            conflict = edit_conflict(form, queries.stored_setting(name), differences(saved, form))
        else:
            flash(f"{CHOICES[name].label} saved.", "success")
            return redirect(submission.leads_to)
    stored = queries.stored_setting(name)
    return render_template(
        "reference/setting.html",
        form=form,
        choice=CHOICES[name],
        conflict=conflict,
        history=readable_history("setting", stored.id) if stored else [],
    )


def _setting_answers(name: str) -> dict[str, Any]:
    stored = queries.stored_setting(name)
    return {"value": stored.value if stored else CHOICES[name].default, "version": stored.version if stored else 0}
