"""Moving an opportunity to another day, with who will hear of it: invitations lie above opportunities."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import edit_conflict
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.forms import differences
from crm.core.submissions import submitting
from crm.desk.opportunity_page import bp
from crm.invitations.views import standings_of
from crm.opportunities import policies, queries, services
from crm.opportunities.forms.timing import RescheduleForm
from crm.opportunities.models import Opportunity
from crm.opportunities.services import ClashWarning
from crm.opportunities.timing import Timing
from crm.opportunities.views.blueprint import get_if
from crm.opportunities.views.scheduling import DRAFT_AGAIN

__all__ = ["bp"]


@bp.route("/<int:opportunity_id>/reschedule", methods=["GET", "POST"])
@allow(*STAFF)
def reschedule(opportunity_id: int) -> ResponseReturnValue:
    opportunity = get_if(opportunity_id, policies.may_edit)
    form = RescheduleForm()
    clashes: Sequence[str] = ()
    meanwhile = False
    if not form.is_submitted():
        form.show(opportunity)
    elif form.validate():
        try:
            return _move(opportunity_id, form)
        except ClashWarning as warning:
            clashes = warning.clashes
        except Conflict as refusal:
            form.refuse(str(refusal))
        except EditedMeanwhile:
            meanwhile = True
        opportunity = get_if(opportunity_id, policies.may_edit)
    return render_template(
        "opportunities/reschedule.html",
        form=form,
        opportunity=opportunity,
        clashes=clashes,
        conflict=_conflict(form, opportunity) if meanwhile else None,
        invitations=standings_of(opportunity),
        places=[place for place in queries.places_in(opportunity_id, viewer=signed_in_user()) if place.is_live],
    )


def _move(opportunity_id: int, form: RescheduleForm) -> ResponseReturnValue:
    with submitting(form) as submission:
        opportunity = get_if(opportunity_id, policies.may_edit)
        before = opportunity.status
        services.reschedule_opportunity(
            opportunity,
            form.timing,
            hours=form.chosen_hours,
            seen_version=form.version.data,
            warned=bool(form.anyway.data),
        )
        when, closed = Timing.of(opportunity), opportunity.status is not before
        submission.leads_to = url_for("opportunities.show", opportunity_id=opportunity_id)
    flash(DRAFT_AGAIN if closed else f"Moved to {when.days}, {when.times}.", "warning" if closed else "success")
    return redirect(submission.leads_to)


def _conflict(form: RescheduleForm, opportunity: Opportunity) -> object:
    stored = RescheduleForm(formdata=None)
    stored.show(opportunity)
    form.anyway.data = False
    return edit_conflict(form, opportunity, differences(stored, form))
