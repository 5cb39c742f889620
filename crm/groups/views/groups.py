"""The list of groups; adding and changing one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import edit_conflict
from crm.core import clock
from crm.core.access import READERS, STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.forms import differences
from crm.core.submissions import submitting
from crm.groups import policies, queries, services
from crm.groups.forms import AddGroupForm, ChangeGroupForm, group_answers
from crm.groups.models import EmployerGroup
from crm.groups.views.blueprint import bp


@bp.get("/")
@allow(*READERS)
def index() -> ResponseReturnValue:
    rows = queries.groups_on(clock.today())
    return render_template(
        "groups/index.html",
        rows=rows,
        today=clock.today(),
        may_change=policies.may_change(signed_in_user()),
    )


@bp.route("/new", methods=["GET", "POST"])
@allow(*STAFF)
def new() -> ResponseReturnValue:
    form = AddGroupForm(data={"begins_on": clock.today()})
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                group = services.add_group(form.details())
                submission.leads_to = url_for("groups.show", group_id=group.id)
        except Conflict as refusal:
            form.refuse(str(refusal), form.name)
        else:
            flash(f"{form.name.data} added. Add its members.", "success")
            return redirect(submission.leads_to)
    return render_template("groups/new.html", form=form)


@bp.route("/<int:group_id>/edit", methods=["GET", "POST"])
@allow(*STAFF)
def edit(group_id: int) -> ResponseReturnValue:
    group = _get(group_id)
    form = ChangeGroupForm(data=group_answers(group))
    met = False
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                services.change_group(_get(group_id), form.details(), version=form.version.data)
                submission.leads_to = url_for("groups.show", group_id=group_id)
        except Conflict as refusal:
            form.refuse(str(refusal), form.name)
        except EditedMeanwhile:
            met = True
        else:
            flash("Group saved.", "success")
            return redirect(submission.leads_to)
        group = _get(group_id)
    return _form_again(group, form, met=met)


def _form_again(group: EmployerGroup, form: ChangeGroupForm, *, met: bool) -> ResponseReturnValue:
    """The form with what was typed; and, if somebody else saved the group meanwhile, both versions."""
    conflict = None
    if met:
        saved = ChangeGroupForm(formdata=None, data=group_answers(group))
        conflict = edit_conflict(form, group, differences(saved, form))
    return render_template("groups/edit.html", form=form, group=group, conflict=conflict)


def _get(group_id: int) -> EmployerGroup:
    return queries.get_group(group_id, viewer=signed_in_user())
