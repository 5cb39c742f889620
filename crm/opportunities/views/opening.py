"""From draft to open, and who answers for an exception."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core.access import MANAGERS, STAFF, allow
from crm.core.errors import Conflict
from crm.core.forms import ActionForm, Form
from crm.core.submissions import submitting
from crm.opportunities import policies, queries, services
from crm.opportunities.forms.excepting import AllowBlockForm, ExemptForm
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.opportunities.views.blueprint import bp, get_if


@bp.post("/<int:opportunity_id>/open")
@allow(*STAFF)
def open_it(opportunity_id: int) -> ResponseReturnValue:
    return _do(opportunity_id, services.open_opportunity, "Open: young people can have places now.")


@bp.post("/<int:opportunity_id>/draft")
@allow(*STAFF)
def make_draft(opportunity_id: int) -> ResponseReturnValue:
    return _do(opportunity_id, services.make_draft_again, "A draft again: nobody can have a place until it is opened.")


@bp.post("/<int:opportunity_id>/take-back-exemption")
@allow(*MANAGERS)
def take_back_exemption(opportunity_id: int) -> ResponseReturnValue:
    def take_back(opportunity: Opportunity) -> None:
        services.take_back_exemption(opportunity, by=signed_in_user())

    return _do(opportunity_id, take_back, "The exemption is taken back: the site’s checks are asked for again.")


@bp.route("/<int:opportunity_id>/exempt", methods=["GET", "POST"])
@allow(*STAFF)
def exempt(opportunity_id: int) -> ResponseReturnValue:
    """Say why it takes place without its site's checks."""
    opportunity = get_if(opportunity_id, policies.may_exempt)
    form = ExemptForm()
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                opportunity = get_if(opportunity_id, policies.may_exempt)
                services.exempt_from_checks(opportunity, reason=form.reason.data or "", by=signed_in_user())
                submission.leads_to = url_for("opportunities.show", opportunity_id=opportunity_id)
        except Conflict as refusal:
            opportunity = _refused(form, opportunity_id, str(refusal))
        else:
            flash(f"Exempt from the site’s checks. Managers see the reason.{_what_next(opportunity)}", "success")
            return redirect(submission.leads_to)
    return render_template(
        "opportunities/exempt.html",
        form=form,
        opportunity=opportunity,
        problems=queries.checks_of(opportunity).problems,
    )


@bp.route("/<int:opportunity_id>/allow-block", methods=["GET", "POST"])
@allow(*MANAGERS)
def allow_block(opportunity_id: int) -> ResponseReturnValue:
    """Say why Years 7 to 9 take part in a placement of several days."""
    opportunity = get_if(opportunity_id, policies.may_allow_block)
    form = AllowBlockForm()
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                opportunity = get_if(opportunity_id, policies.may_allow_block)
                services.allow_block(opportunity, reason=form.reason.data or "", by=signed_in_user())
                submission.leads_to = url_for("opportunities.show", opportunity_id=opportunity_id)
        except Conflict as refusal:
            opportunity = _refused(form, opportunity_id, str(refusal))
        else:
            flash(f"Years 7 to 9 may take part.{_what_next(opportunity)}", "success")
            return redirect(submission.leads_to)
    return render_template("opportunities/allow_block.html", form=form, opportunity=opportunity)


def _do(opportunity_id: int, change: Callable[[Opportunity], None], told: str) -> ResponseReturnValue:
    """Carry out one button. Its refusal is told on the page of the opportunity."""
    address = url_for("opportunities.show", opportunity_id=opportunity_id)
    try:
        with submitting(ActionForm()) as submission:
            change(queries.get_opportunity(opportunity_id, viewer=signed_in_user()))
            submission.leads_to = address
    except Conflict as refusal:
        flash(str(refusal), "warning")
    else:
        flash(told, "success")
    return redirect(address)


def _refused(form: Form, opportunity_id: int, why: str) -> Opportunity:
    form.refuse(why)
    return queries.get_opportunity(opportunity_id, viewer=signed_in_user())


def _what_next(opportunity: Opportunity) -> str:
    return " Open it when everything is agreed." if opportunity.status is OpportunityStatus.DRAFT else ""
