"""What an officer does beside one opportunity: stop its reminders, let them go on, plan what comes next."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import NotFound
from crm.core.formatting import long_date
from crm.core.forms import pressed
from crm.core.submissions import submitting
from crm.opportunities.queries import get_opportunity
from crm.pledges.kinds import OpportunityKind
from crm.reminders import services
from crm.reminders.next_step import plan_small_step

bp = Blueprint("reminders", __name__, url_prefix="/opportunities")


@bp.post("/<int:opportunity_id>/reminders/stop")
@allow(*STAFF)
def stop(opportunity_id: int) -> ResponseReturnValue:
    viewer = signed_in_user()
    with submitting(pressed()) as submission:
        services.stop_reminders(get_opportunity(opportunity_id, viewer=viewer), by=viewer)
        submission.leads_to = _block(opportunity_id)
    flash("No reminders go out about this opportunity any more.", "success")
    return redirect(submission.leads_to)


@bp.post("/<int:opportunity_id>/reminders/resume")
@allow(*STAFF)
def resume(opportunity_id: int) -> ResponseReturnValue:
    with submitting(pressed()) as submission:
        services.resume_reminders(get_opportunity(opportunity_id, viewer=signed_in_user()))
        submission.leads_to = _block(opportunity_id)
    flash("Reminders go out again. What was due meanwhile is not made up for.", "success")
    return redirect(submission.leads_to)


@bp.post("/<int:opportunity_id>/next-step/<kind>")
@allow(*STAFF)
def plan(opportunity_id: int, kind: str) -> ResponseReturnValue:
    """One press: what was suggested becomes somebody's next step."""
    viewer, form = signed_in_user(), pressed()
    if kind not in set(OpportunityKind):
        raise NotFound("There is no such kind of opportunity.")
    with submitting(form) as submission:
        opportunity = get_opportunity(opportunity_id, viewer=viewer)
        step = plan_small_step(opportunity, OpportunityKind(kind), by=viewer, today=clock.today())
        submission.leads_to = url_for("opportunities.show", opportunity_id=opportunity_id, _anchor="next-step")
        told = f"{step.what}: a next step, due {long_date(step.due_on)}."
    flash(told, "success")
    return redirect(submission.leads_to)


def _block(opportunity_id: int) -> str:
    return url_for("opportunities.show", opportunity_id=opportunity_id, _anchor="reminders")
