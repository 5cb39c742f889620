"""Pages of what is planned."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import EditConflict, edit_conflict
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.fields import id_or_none
from crm.core.formatting import long_date
from crm.core.forms import differences
from crm.core.pagination import asked
from crm.core.submissions import submitting
from crm.core.web import safe_next
from crm.employers.queries import get_employer, possible_owners
from crm.interactions import services
from crm.interactions.forms.planning import CancelPlanForm, EditPlanForm, PlanFilterForm, PlanForm
from crm.interactions.models import PlannedInteraction
from crm.interactions.queries.log import employer_name, officers
from crm.interactions.queries.people import people_at
from crm.interactions.queries.planned import get_plan, plan_page

bp = Blueprint("planned", __name__, url_prefix="/contact-log/planned")


@bp.get("/")
@allow(*STAFF)
def index() -> ResponseReturnValue:
    viewer, form = signed_in_user(), PlanFilterForm()
    form.offer_officers(officers())
    form.validate()
    filters = form.filters()
    named = employer_name(filters.employer_id, viewer=viewer) if filters.employer_id else None
    return render_template(
        "planned/index.html",
        form=form,
        page=plan_page(filters, asked(), viewer=viewer),
        chips=form.chips(),
        employer=named,
        today=clock.today(),
    )


@bp.route("/new", methods=["GET", "POST"])
@allow(*STAFF)
def new() -> ResponseReturnValue:
    user, form = signed_in_user(), PlanForm()
    form.officers.offer(possible_owners())
    if not form.is_submitted():
        form.came_from.data = request.args.get("next", "")
        form.employer.data = id_or_none(request.args.get("employer"))
        form.officers.show([user.id])
    elif "look_up" in request.form:
        form.employer.validate(form)  # nothing is saved: the page comes back with the employer's people
    elif form.validate() and (answer := _save_new(form)):
        return answer
    employer = get_employer(form.employer.data, viewer=user) if form.employer.data else None
    if employer:
        form.employer.show(employer.id, employer.name)
        form.contacts.offer(people_at(employer.id))
    return render_template("planned/new.html", form=form, employer=employer)


def _save_new(form: PlanForm) -> ResponseReturnValue | None:
    """Save and go back to where the officer came from; nothing if the service refused."""
    assert form.employer.data  # noqa: S101  # validated
    employer = get_employer(form.employer.data, viewer=signed_in_user())
    details = form.details()
    try:
        with submitting(form) as submission:
            services.plan_interaction(employer, details, by=signed_in_user(), today=clock.today())
            submission.leads_to = _back(form.came_from.data, url_for("employers.show", employer_id=employer.id))
    except Conflict as refusal:
        form.refuse(str(refusal))
        return None
    said = f"{details.channel.label} with {employer.name} planned for {long_date(details.planned_on)}."
    flash(said, "success")
    return redirect(submission.leads_to)


@bp.route("/<int:plan_id>/edit", methods=["GET", "POST"])
@allow(*STAFF)
def edit(plan_id: int) -> ResponseReturnValue:
    plan, form = _open(plan_id), EditPlanForm()
    _offer_people(form, plan)
    if not form.is_submitted():
        form.fill(plan)
        form.came_from.data = request.args.get("next", "")
    conflict = None
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                services.change_plan(_open(plan_id), form.details(), seen=form.version.data, today=clock.today())
                submission.leads_to = _back(form.came_from.data)
        except Conflict as refusal:
            form.refuse(str(refusal))
        except EditedMeanwhile:
            conflict = _both_versions(form, plan_id)
        else:
            flash(f"Plan changed. It is for {long_date(form.planned_on.data)}.", "success")
            return redirect(submission.leads_to)
        plan = get_plan(plan_id, viewer=signed_in_user())
    return render_template(
        "planned/edit.html", form=form, plan=plan, conflict=conflict, cancel=_back(form.came_from.data)
    )


def _both_versions(form: EditPlanForm, plan_id: int) -> EditConflict:
    plan, saved = get_plan(plan_id, viewer=signed_in_user()), EditPlanForm(formdata=None)
    _offer_people(saved, plan)
    saved.fill(plan)
    return edit_conflict(form, plan, differences(saved, form))


@bp.route("/<int:plan_id>/cancel", methods=["GET", "POST"])
@allow(*STAFF)
def cancel(plan_id: int) -> ResponseReturnValue:
    plan, form = _open(plan_id), CancelPlanForm()
    if not form.is_submitted():
        form.came_from.data = request.args.get("next", "")
    if not form.validate_on_submit():
        return render_template("planned/cancel.html", form=form, plan=plan, back=_back(form.came_from.data))
    with submitting(form) as submission:
        services.cancel_plan(_open(plan_id), reason=form.reason.data or "")
        submission.leads_to = _back(form.came_from.data)
    flash("Cancelled. The plan and the reason stay in its history.", "success")
    return redirect(submission.leads_to)


def _offer_people(form: EditPlanForm, plan: PlannedInteraction) -> None:
    """Those who may take part, and those who are to though they have left since."""
    form.contacts.offer(people_at(plan.employer_id, besides=[each.id for each in plan.contacts]))
    colleagues = dict(possible_owners()) | {each.id: each.name for each in plan.officers}
    form.officers.offer(list(colleagues.items()))


def _open(plan_id: int) -> PlannedInteraction:
    """A plan that can still change. Raises Conflict for one that is logged or cancelled."""
    plan = get_plan(plan_id, viewer=signed_in_user())
    if not plan.is_open:
        raise Conflict(f"This is {plan.status.value} already.")
    return plan


def _back(target: str | None, otherwise: str | None = None) -> str:
    return safe_next(target, otherwise=otherwise or url_for("planned.index"))
