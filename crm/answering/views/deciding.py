"""An officer accepts what an employer offered, says why not, or takes an answer back for it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.answering import policies, queries
from crm.answering.forms import RefuseOfferForm
from crm.answering.services import accept_offer, refuse_offer, undo_answer
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, NotFound
from crm.core.forms import pressed
from crm.core.submissions import submitting
from crm.pledges.queries import get_pledge

TAKEN_BACK = "Taken back by {officer} for the employer"

bp = Blueprint("answers", __name__, url_prefix="/pledges")


@bp.post("/<int:pledge_id>/accept")
@allow(*STAFF)
def accept(pledge_id: int) -> ResponseReturnValue:
    viewer = signed_in_user()
    with submitting(pressed()) as submission:
        accept_offer(get_pledge(pledge_id, viewer=viewer), by=viewer, on=clock.today())
        submission.leads_to = url_for("pledges.show", pledge_id=pledge_id)
    flash("Accepted: what they offered is their pledge from today. They are told by e-mail.", "success")
    return redirect(submission.leads_to)


@bp.route("/<int:pledge_id>/refuse", methods=["GET", "POST"])
@allow(*STAFF)
def refuse(pledge_id: int) -> ResponseReturnValue:
    viewer, form = signed_in_user(), RefuseOfferForm()
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                pledge = get_pledge(pledge_id, viewer=viewer)
                refuse_offer(pledge, reason=form.reason.data or "", on=clock.today())
                submission.leads_to = url_for("pledges.show", pledge_id=pledge_id)
        except Conflict as refusal:
            form.refuse(str(refusal))
        else:
            flash("Their offer is declined. Tell them, or record what you agree instead.", "success")
            return redirect(submission.leads_to)
    return render_template("answering/refuse.html", form=form, pledge=get_pledge(pledge_id, viewer=viewer))


@bp.post("/answers/<int:answer_id>/undo")
@allow(*STAFF)
def undo(answer_id: int) -> ResponseReturnValue:
    viewer = signed_in_user()
    with submitting(pressed()) as submission:
        answer = queries.get_answer(answer_id)
        if answer is None:
            raise NotFound("We could not find that answer.")
        if not policies.may_undo(viewer, answer, clock.now()):
            raise Conflict("This answer cannot be taken back any more. It could for 7 days, once.")
        undone = undo_answer(answer, by=viewer, reason=TAKEN_BACK.format(officer=viewer.name))
        shown = undone.asked_again.id if undone.asked_again else answer.pledge_id
        submission.leads_to = url_for("pledges.show", pledge_id=shown)
    flash("Their answer is taken back, and they are told. They can answer anew by the link in that e-mail.", "success")
    return redirect(submission.leads_to)
