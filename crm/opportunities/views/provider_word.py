"""How it went, by a provider's word; and what an officer makes of marks that differ."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import EditConflict, edit_conflict
from crm.core import clock
from crm.core.access import STAFF, Role, allow
from crm.core.errors import Conflict, EditedMeanwhile, NotFound
from crm.core.forms import differences, pressed
from crm.core.submissions import submitting
from crm.opportunities import queries
from crm.opportunities.forms.provider_word import ProviderWordForm, answers
from crm.opportunities.models import Opportunity
from crm.opportunities.policies import may_say_how_it_went
from crm.opportunities.provider_word.services import say_for_provider, word_of
from crm.opportunities.views.blueprint import bp
from crm.opportunities.who_came.models import MarkedBy
from crm.opportunities.who_came.settling import settle
from crm.providers.models import Provider
from crm.providers.queries import provider_of


@bp.route("/<int:opportunity_id>/how-it-went", methods=["GET", "POST"])
@allow(Role.PROVIDER)
def provider_word(opportunity_id: int) -> ResponseReturnValue:
    """Three questions, answered for the provider that the coordinator acts for."""
    opportunity, provider = _own(opportunity_id)
    stored = word_of(opportunity_id, provider.id)
    form, met = ProviderWordForm(data=answers(stored)), False
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                opportunity, provider = _own(opportunity_id)
                say_for_provider(opportunity, provider, form.feedback(), by=signed_in_user(), seen=form.version.data)
                submission.leads_to = url_for("opportunities.show", opportunity_id=opportunity_id, _anchor="feedback")
        except EditedMeanwhile:
            met = True
        else:
            flash("Thank you. The council sees what you said.", "success")
            return redirect(submission.leads_to)
        opportunity, provider = _own(opportunity_id)
    return render_template(
        "opportunities/provider_word.html",
        form=form,
        opportunity=opportunity,
        provider=provider,
        conflict=_both_versions(form, opportunity_id, provider.id) if met else None,
    )


def _own(opportunity_id: int) -> tuple[Opportunity, Provider]:
    viewer = signed_in_user()
    opportunity, provider = queries.get_opportunity(opportunity_id, viewer=viewer), provider_of(viewer)
    if provider is None:
        raise NotFound("You act for no provider yet. Ask the council.")
    if not may_say_how_it_went(viewer, opportunity, clock.now()):
        raise Conflict("This has not taken place, so there is nothing to say of it yet.")
    return opportunity, provider


def _both_versions(form: ProviderWordForm, opportunity_id: int, provider_id: int) -> EditConflict:
    stored = word_of(opportunity_id, provider_id)
    saved = ProviderWordForm(formdata=None, data=answers(stored))
    return edit_conflict(form, stored, differences(saved, form))


@bp.post("/<int:opportunity_id>/marks/<any(council, provider):side>")
@allow(*STAFF)
def settle_marks(opportunity_id: int, side: str) -> ResponseReturnValue:
    """An officer and the provider differ about who came: one of the two is taken."""
    viewer = signed_in_user()
    with submitting(pressed()) as submission:
        opportunity = queries.get_opportunity(opportunity_id, viewer=viewer)
        seen = [int(each) for each in request.form.get("seen", "").split(",") if each.isdecimal()]
        settle(opportunity, MarkedBy(side), seen=seen, by=viewer)
        submission.leads_to = url_for("opportunities.show", opportunity_id=opportunity_id, _anchor="feedback")
    flash("The register says so now." if side == "provider" else "Our marks stay.", "success")
    return redirect(submission.leads_to)
