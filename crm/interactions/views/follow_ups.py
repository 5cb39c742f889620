"""Pages and buttons of next steps. Each button leads back to the list it stood in."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import EditConflict, edit_conflict
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.fields import id_or_none
from crm.core.formatting import long_date
from crm.core.forms import ActionForm, differences
from crm.core.submissions import submitting
from crm.core.web import safe_next
from crm.employers.queries import get_employer, possible_owners
from crm.interactions import services
from crm.interactions.due import quick_days
from crm.interactions.forms.steps import EditStepForm, NewStepForm
from crm.interactions.models import FollowUp
from crm.interactions.queries.follow_ups import get_follow_up

bp = Blueprint("follow_ups", __name__, url_prefix="/follow-ups")


@bp.route("/new", methods=["GET", "POST"])
@allow(*STAFF)
def new() -> ResponseReturnValue:
    user, form = signed_in_user(), NewStepForm()
    form.offer_days(clock.today())
    form.offer_owners(possible_owners(), user.id)
    if not form.is_submitted():
        form.came_from.data = request.args.get("next", "")
        form.employer.data = id_or_none(request.args.get("employer"))
    elif form.validate() and (answer := _save_new(form)):
        return answer
    employer = get_employer(form.employer.data, viewer=user) if form.employer.data else None
    if employer:
        form.employer.show(employer.id, employer.name)
    return render_template("follow_ups/new.html", form=form, employer=employer)


def _save_new(form: NewStepForm) -> ResponseReturnValue | None:
    assert form.employer.data  # noqa: S101  # validated
    employer = get_employer(form.employer.data, viewer=signed_in_user())
    step = form.step(clock.today())
    try:
        with submitting(form) as submission:
            services.add_follow_up(employer, step)
            submission.leads_to = _back(form.came_from.data)
    except Conflict as refusal:
        form.refuse(str(refusal))
        return None
    flash(f"Next step for {employer.name} added, due {long_date(step.due_on)}.", "success")
    return redirect(submission.leads_to)


@bp.route("/<int:follow_up_id>/edit", methods=["GET", "POST"])
@allow(*STAFF)
def edit(follow_up_id: int) -> ResponseReturnValue:
    follow_up = _get(follow_up_id)
    form = EditStepForm()
    form.owner.choices = list(possible_owners(besides=follow_up.owner_id))
    if not form.is_submitted():
        form.fill(follow_up)
        form.came_from.data = request.args.get("next", "")
    if not form.validate_on_submit():
        return _edit_page(form, follow_up)
    try:
        with submitting(form) as submission:
            services.change_follow_up(follow_up, form.step(), seen=form.version.data)
            submission.leads_to = _back(form.came_from.data)
    except Conflict as refusal:
        form.refuse(str(refusal))
        return _edit_page(form, _get(follow_up_id))
    except EditedMeanwhile:
        return _both_versions(form, follow_up_id)
    flash("Next step changed.", "success")
    return redirect(submission.leads_to)


def _both_versions(form: EditStepForm, follow_up_id: int) -> ResponseReturnValue:
    follow_up, saved = _get(follow_up_id), EditStepForm(formdata=None)
    saved.owner.choices = form.owner.choices
    saved.fill(follow_up)
    return _edit_page(form, follow_up, edit_conflict(form, follow_up, differences(saved, form)))


def _edit_page(form: EditStepForm, follow_up: FollowUp, conflict: EditConflict | None = None) -> ResponseReturnValue:
    cancel = _back(form.came_from.data)
    return render_template("follow_ups/edit.html", form=form, follow_up=follow_up, conflict=conflict, cancel=cancel)


@bp.post("/<int:follow_up_id>/done")
@allow(*STAFF)
def done(follow_up_id: int) -> ResponseReturnValue:
    with submitting(ActionForm()) as submission:
        follow_up = _get(follow_up_id)
        services.complete_follow_up(follow_up, by=signed_in_user(), at=clock.now())
        submission.leads_to = _back()
        said = f"Done: {follow_up.what}, {follow_up.employer.name}."
    flash(said, "success")
    return redirect(submission.leads_to)


@bp.post("/<int:follow_up_id>/reopen")
@allow(*STAFF)
def reopen(follow_up_id: int) -> ResponseReturnValue:
    with submitting(ActionForm()) as submission:
        follow_up = _get(follow_up_id)
        services.reopen_follow_up(follow_up)
        submission.leads_to = _back()
        said = f"Not done yet: {follow_up.what}, {follow_up.employer.name}."
    flash(said, "success")
    return redirect(submission.leads_to)


@bp.post("/<int:follow_up_id>/move")
@allow(*STAFF)
def move(follow_up_id: int) -> ResponseReturnValue:
    days = quick_days(clock.today())
    asked = request.form.get("to", "")
    if asked not in days:
        raise Conflict("Select to which day the next step should move.")
    due_on = days[asked][1]
    with submitting(ActionForm()) as submission:
        follow_up = _get(follow_up_id)
        services.move_follow_up(follow_up, due_on)
        submission.leads_to = _back()
        said = f"Moved to {long_date(due_on)}: {follow_up.what}, {follow_up.employer.name}."
    flash(said, "success")
    return redirect(submission.leads_to)


def _get(follow_up_id: int) -> FollowUp:
    return get_follow_up(follow_up_id, viewer=signed_in_user())


def _back(target: str | None = None) -> str:
    """The page the button stood on, or My day."""
    return safe_next(target or request.form.get("next"), otherwise=url_for("my_day.index"))
