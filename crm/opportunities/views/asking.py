"""A provider's coordinator asks for places in what is open to its young people."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import Role, allow
from crm.core.errors import Conflict, NotFound
from crm.core.formatting import counted
from crm.core.pagination import asked
from crm.core.submissions import submitting
from crm.opportunities import policies, services
from crm.opportunities.forms.placing import AskForm
from crm.opportunities.models import Opportunity
from crm.opportunities.queries import get_opportunity
from crm.opportunities.queries.asking import get_open_to, offers_to, open_to
from crm.opportunities.services import REQUESTED, AddedPlaces
from crm.opportunities.views.blueprint import bp, some
from crm.providers.models import Provider
from crm.providers.queries import provider_of


@bp.get("/open")
@allow(Role.PROVIDER)
def open_to_ask() -> ResponseReturnValue:
    """What is open to the viewer's young people, soonest first."""
    viewer = signed_in_user()
    rows = open_to(viewer, clock.now())
    return render_template(
        "opportunities/open.html",
        page=asked().part_of(rows),
        offers=offers_to(viewer),
        own_provider=provider_of(viewer),
    )


@bp.route("/<int:opportunity_id>/ask", methods=["GET", "POST"])
@allow(Role.PROVIDER)
def ask_for_places(opportunity_id: int) -> ResponseReturnValue:
    """Ask for places for one's own young people, by reference or by number."""
    viewer = signed_in_user()
    if get_open_to(opportunity_id, viewer=viewer, now=clock.now()) is None:
        opportunity = get_opportunity(opportunity_id, viewer=viewer)
        flash("No places can be asked for here any more.", "warning")
        return redirect(url_for("opportunities.show", opportunity_id=opportunity.id))
    opportunity = _open(opportunity_id)
    form = AskForm()
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                result = _ask(_open(opportunity_id), form)
                submission.leads_to = url_for("opportunities.show", opportunity_id=opportunity_id)
        except Conflict as refusal:
            form.refuse(str(refusal), form.references)
            opportunity = _open(opportunity_id)
        else:
            _say(result, form.seats.data)
            return redirect(submission.leads_to)
    return render_template("opportunities/ask.html", form=form, opportunity=opportunity)


def _ask(opportunity: Opportunity, form: AskForm) -> AddedPlaces:
    provider = _own_provider()
    if form.seats.data:
        services.add_headcount(opportunity, provider, form.seats.data, adding=REQUESTED)
        return AddedPlaces()
    result = services.add_places_by_reference(opportunity, provider, form.references.data or "", adding=REQUESTED)
    if result.unknown:
        raise Conflict(
            f"You have no young people with these references: {some(result.unknown)}. Nothing was asked for. "
            "Correct them, or record the young people first."
        )
    if not result.added and not result.already:
        said = [*(f"{each.text} ({each.reason})" for each in (*result.busy, *result.refused))]
        raise Conflict(f"Nothing was asked for: {some(said)}.")
    return result


def _say(result: AddedPlaces, seats: int | None) -> None:
    wanted = seats or len(result.added)
    if wanted:
        flash(f"You asked for {counted(wanted, 'place')}. You will see here what is offered.", "success")
    if result.already:
        flash(f"Already on this list: {some(result.already)}.", "notice")
    if result.busy:
        flash(f"Not asked for: {some(f'{each.text} ({each.reason})' for each in result.busy)}.", "warning")


def _own_provider() -> Provider:
    provider = provider_of(signed_in_user())
    if provider is None:
        raise Conflict("You do not act for a provider yet. Ask the council to add you to yours.")
    return provider


def _open(opportunity_id: int) -> Opportunity:
    viewer, now = signed_in_user(), clock.now()
    opportunity = get_open_to(opportunity_id, viewer=viewer, now=now)
    if opportunity is None or not policies.may_ask_for_places(viewer, opportunity, now):
        raise NotFound("We could not find that opportunity, or it is not open any more.")
    return opportunity
