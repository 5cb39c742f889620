"""What is posted about a matching: accept, take off, put back, stop, undo."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, NotAllowed
from crm.core.forms import STALE, ActionForm, pressed
from crm.core.pagination import address_at
from crm.core.submissions import submitting
from crm.matching import policies, queries, services
from crm.matching.forms import DecideForm, PlacesFilterForm
from crm.matching.models import MatchedState, Matching
from crm.matching.views.blueprint import bp
from crm.matching.views.showing import flash_decided


@bp.post("/<int:matching_id>/decide")
@allow(*STAFF)
def decide(matching_id: int) -> ResponseReturnValue:
    """Of the places selected, or of all that the filters in the address leave."""
    form = DecideForm()
    if not form.validate_on_submit():
        raise Conflict(STALE)
    try:
        leads_to = _decide(matching_id, form)
    except Conflict as refusal:
        flash(str(refusal), "warning")
        leads_to = address_at(url_for("matching.show", matching_id=matching_id))
    return redirect(leads_to)


def _decide(matching_id: int, form: DecideForm) -> str:
    """Where it leads. Raises Conflict."""
    decision = form.decision.data
    with submitting(form) as submission:
        matching = queries.get_matching(matching_id)
        by, at = signed_in_user(), clock.now()
        do = {"accept": services.accept, "take_off": services.take_off, "put_back": services.put_back}[decision]
        number = do(matching, _chosen(form, matching), by=by, at=at)
        submission.leads_to = address_at(url_for("matching.show", matching_id=matching_id))
    if decision != "accept":
        flash_decided(decision, number)
    return submission.leads_to


def _chosen(form: DecideForm, matching: Matching) -> Sequence[int]:
    if not form.everything.data:
        return list(form.row.data or ())
    filters = PlacesFilterForm()
    filters.offer([], [])
    return queries.ids_of(matching.id, filters.wanted())


@bp.post("/<int:matching_id>/stop")
@allow(*STAFF)
def stop(matching_id: int) -> ResponseReturnValue:
    with submitting(pressed()) as submission:
        services.stop(queries.get_matching(matching_id), at=clock.now())
        submission.leads_to = url_for("matching.show", matching_id=matching_id)
    return redirect(submission.leads_to)


@bp.route("/<int:matching_id>/undo", methods=["GET", "POST"])
@allow(*STAFF)
def undo(matching_id: int) -> ResponseReturnValue:
    matching = queries.get_matching(matching_id)
    booked = queries.states_of(matching.id).get(MatchedState.BOOKED, 0)
    if not policies.may_undo(signed_in_user(), matching, booked=booked, now=clock.now()):
        raise NotAllowed("Only whoever asked for a matching, or a manager, can undo it, for 30 days.")
    form = ActionForm()
    if form.validate_on_submit():
        with submitting(form) as submission:
            services.undo(queries.get_matching(matching_id), by=signed_in_user(), at=clock.now())
            submission.leads_to = url_for("matching.show", matching_id=matching_id)
        return redirect(submission.leads_to)
    return render_template("matching/undo.html", matching=matching, form=form, booked=booked)
