"""Passing a pledge from one state to the next."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import MANAGERS, STAFF, allow
from crm.core.errors import Conflict
from crm.core.forms import ActionForm
from crm.core.submissions import submitting
from crm.pledges import policies, queries, services
from crm.pledges.appetites import keep_no
from crm.pledges.forms.steps import ConfirmedForm, DeclinedForm, SentForm, StepForm, WithdrawnForm
from crm.pledges.models import Pledge
from crm.pledges.views.blueprint import May, bp, refuse_unless
from crm.reference.models import DeclineReason
from crm.reference.queries import offered


@dataclass(frozen=True, slots=True)
class Step:
    """A change of state, and the form that asks for what must be known about it."""

    endpoint: str
    title: str
    button: str
    done: str
    form: type[StepForm]
    may: May
    do: Callable[[Pledge, StepForm], None]

    @property
    def look(self) -> str:
        return "warning" if self.endpoint == "pledges.withdraw" else "primary"

    @property
    def is_usual(self) -> bool:
        """Whether its form stands open on the page of a pledge; the others are unfolded first."""
        return self.endpoint == "pledges.confirm"

    def ask(self) -> StepForm:
        """The form, its fields named after the step, so that several fit on the page of a pledge."""
        form = self.form(prefix=self.endpoint.removeprefix("pledges."))
        if not form.is_submitted():
            form.on.data = clock.today()
        if isinstance(form, DeclinedForm):
            form.offer_reasons(offered(DeclineReason))
        return form


def _decline(pledge: Pledge, form: StepForm) -> None:
    said = cast(DeclinedForm, form)
    services.decline(pledge, reason=said.why, on=said.day)
    keep_no(pledge, reason_id=said.reason_id, detail=said.detail.data or "", by=signed_in_user(), on=said.day)


SEND = Step(
    "pledges.send",
    "Sent in another way? Mark it as sent",
    "Mark as sent",
    "Marked as sent.",
    SentForm,
    policies.may_send,
    lambda pledge, form: services.mark_sent(pledge, form.day),
)
CONFIRM = Step(
    "pledges.confirm",
    "They said yes",
    "Confirm pledge",
    "Pledge confirmed.",
    ConfirmedForm,
    policies.may_answer,
    lambda pledge, form: services.confirm(pledge, form.day),
)
DECLINE = Step(
    "pledges.decline",
    "They said no",
    "Record the answer",
    "The employer’s answer is recorded.",
    DeclinedForm,
    policies.may_answer,
    _decline,
)
WITHDRAW = Step(
    "pledges.withdraw",
    "Withdraw this pledge",
    "Withdraw pledge",
    "Pledge withdrawn.",
    WithdrawnForm,
    policies.may_withdraw,
    lambda pledge, form: services.withdraw(pledge, reason=form.why, on=form.day),
)
STEPS = (SEND, CONFIRM, DECLINE, WITHDRAW)


@bp.route("/<int:pledge_id>/send", methods=["GET", "POST"])
@allow(*STAFF)
def send(pledge_id: int) -> ResponseReturnValue:
    return _take(SEND, pledge_id)


@bp.route("/<int:pledge_id>/confirm", methods=["GET", "POST"])
@allow(*STAFF)
def confirm(pledge_id: int) -> ResponseReturnValue:
    return _take(CONFIRM, pledge_id)


@bp.route("/<int:pledge_id>/decline", methods=["GET", "POST"])
@allow(*STAFF)
def decline(pledge_id: int) -> ResponseReturnValue:
    return _take(DECLINE, pledge_id)


@bp.route("/<int:pledge_id>/withdraw", methods=["GET", "POST"])
@allow(*MANAGERS)
def withdraw(pledge_id: int) -> ResponseReturnValue:
    return _take(WITHDRAW, pledge_id)


def _take(step: Step, pledge_id: int) -> ResponseReturnValue:
    """Change the state, or show the form on a page of its own with what is wrong with it."""
    pledge = queries.get_pledge(pledge_id, viewer=signed_in_user())
    form = step.ask()
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                pledge = queries.get_pledge(pledge_id, viewer=signed_in_user())
                step.do(pledge, form)
                submission.leads_to = url_for("pledges.show", pledge_id=pledge_id)
        except Conflict as refusal:
            form.refuse(str(refusal))
            pledge = queries.get_pledge(pledge_id, viewer=signed_in_user())
        else:
            flash(step.done, "success")
            return redirect(submission.leads_to)
    elif not form.is_submitted():
        refuse_unless(step.may, pledge)
    return render_template("pledges/step.html", form=form, pledge=pledge, step=step)


@bp.post("/<int:pledge_id>/next-version")
@allow(*STAFF)
def next_version(pledge_id: int) -> ResponseReturnValue:
    with submitting(ActionForm()) as submission:
        pledge = queries.get_pledge(pledge_id, viewer=signed_in_user())
        draft = services.next_version(pledge, recorded_by=signed_in_user())
        submission.leads_to = url_for("pledges.edit", pledge_id=draft.id)
    flash("This is the next version. The present one stays in force until the new one is confirmed.", "notice")
    return redirect(submission.leads_to)


@bp.post("/<int:pledge_id>/discard")
@allow(*STAFF)
def discard(pledge_id: int) -> ResponseReturnValue:
    with submitting(ActionForm()) as submission:
        services.discard_draft(queries.get_pledge(pledge_id, viewer=signed_in_user()))
        submission.leads_to = url_for("pledges.index")
    flash("Draft discarded.", "success")
    return redirect(submission.leads_to)
