"""Who sits in a group: joining, changing, leaving, and coming back after all."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import edit_conflict
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.forms import differences, pressed
from crm.core.submissions import submitting
from crm.employers.queries import contacts_of, get_employer
from crm.groups import queries, services
from crm.groups.forms import AddMemberForm, ChangeMemberForm, ChooseMemberForm, EndMembershipForm, member_answers
from crm.groups.models import EmployerGroup, Membership
from crm.groups.views.blueprint import bp


@bp.route("/<int:group_id>/members/new", methods=["GET", "POST"])
@allow(*STAFF)
def add_member(group_id: int) -> ResponseReturnValue:
    """Add ?employer= to a group, or ask which."""
    group = queries.get_group(group_id, viewer=signed_in_user())
    employer_id = request.args.get("employer", type=int)
    if employer_id is None:
        return _choose_employer(group)
    employer = get_employer(employer_id, viewer=signed_in_user())
    form = AddMemberForm(data={"joined_on": clock.today()})
    form.offer(contacts_of(employer_id))
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                services.add_member(
                    queries.get_group(group_id, viewer=signed_in_user()),
                    get_employer(employer_id, viewer=signed_in_user()),
                    form.details(),
                )
                submission.leads_to = url_for("groups.show", group_id=group_id)
        except Conflict as refusal:
            form.refuse(str(refusal))
            group = queries.get_group(group_id, viewer=signed_in_user())
            employer = get_employer(employer_id, viewer=signed_in_user())
        else:
            flash("Member added.", "success")
            return redirect(submission.leads_to)
    return render_template("groups/add_member.html", form=form, group=group, employer=employer)


def _choose_employer(group: EmployerGroup) -> ResponseReturnValue:
    form = ChooseMemberForm()
    if form.is_asked and form.validate():
        return redirect(url_for("groups.add_member", group_id=group.id, employer=form.name.data))
    return render_template("groups/choose_member.html", form=form, group=group)


@bp.route("/members/<int:membership_id>/edit", methods=["GET", "POST"])
@allow(*STAFF)
def edit_member(membership_id: int) -> ResponseReturnValue:
    membership = _get(membership_id)
    form = ChangeMemberForm(data=member_answers(membership))
    form.offer(contacts_of(membership.employer_id))
    met = False
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                services.change_member(_get(membership_id), form.details(), version=form.version.data)
                submission.leads_to = _address(membership)
        except Conflict as refusal:
            form.refuse(str(refusal))
        except EditedMeanwhile:
            met = True
        else:
            flash("Membership saved.", "success")
            return redirect(submission.leads_to)
        membership = _get(membership_id)
    return _form_again(membership, form, met=met)


def _form_again(membership: Membership, form: ChangeMemberForm, *, met: bool) -> ResponseReturnValue:
    """The form with what was typed; and, if somebody else saved the membership meanwhile, both versions."""
    conflict = None
    if met:
        saved = ChangeMemberForm(formdata=None, data=member_answers(membership))
        saved.offer(contacts_of(membership.employer_id))
        conflict = edit_conflict(form, membership, differences(saved, form))
    return render_template("groups/edit_member.html", form=form, membership=membership, conflict=conflict)


@bp.route("/members/<int:membership_id>/end", methods=["GET", "POST"])
@allow(*STAFF)
def end_member(membership_id: int) -> ResponseReturnValue:
    membership = _get(membership_id)
    form = EndMembershipForm(data={"left_on": clock.today(), "version": membership.version})
    if form.validate_on_submit():
        assert form.left_on.data is not None  # noqa: S101  # validated
        try:
            with submitting(form) as submission:
                services.end_membership(_get(membership_id), on=form.left_on.data, version=form.version.data)
                submission.leads_to = _address(membership)
        except (Conflict, EditedMeanwhile) as refusal:
            form.refuse(str(refusal))
            membership = _get(membership_id)
            form.move_to(membership.version)
        else:
            flash("Membership ended. It is kept under past members.", "success")
            return redirect(submission.leads_to)
    return render_template("groups/end_member.html", form=form, membership=membership)


@bp.post("/members/<int:membership_id>/resume")
@allow(*STAFF)
def resume_member(membership_id: int) -> ResponseReturnValue:
    """They have not left after all."""
    with submitting(pressed()) as submission:
        membership = _get(membership_id)
        services.resume_membership(membership)
        submission.leads_to = _address(membership)
    flash("They are a member again.", "success")
    return redirect(submission.leads_to)


def _get(membership_id: int) -> Membership:
    return queries.get_membership(membership_id, viewer=signed_in_user())


def _address(membership: Membership) -> str:
    return url_for("groups.show", group_id=membership.group_id)
