"""Giving young people places, and saying which promise a place fulfils."""

from collections.abc import Iterable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict
from crm.core.formatting import counted
from crm.core.submissions import submitting
from crm.opportunities import policies, queries, services
from crm.opportunities.forms.marking import HeadcountForm, PledgeLineForm, ReferencesForm
from crm.opportunities.models import Opportunity, PlaceStatus
from crm.opportunities.services import AddedPlaces
from crm.opportunities.views.blueprint import bp, some, unpromised
from crm.providers.queries import get_provider, providers_in_use

GROUP_ADDED = {
    PlaceStatus.CONFIRMED: "Places held.",
    PlaceStatus.OFFERED: "Places offered.",
    PlaceStatus.WAITLISTED: "Too few places are free: this group is on the waiting list.",
}


@bp.route("/<int:opportunity_id>/places", methods=["GET", "POST"])
@allow(*STAFF)
def add_places(opportunity_id: int) -> ResponseReturnValue:
    """Add young people by their references, pasted."""
    opportunity = _open(opportunity_id)
    form = _references_form(opportunity)
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                result = _add(opportunity_id, form)
                submission.leads_to = url_for("opportunities.show", opportunity_id=opportunity_id)
        except Conflict as refusal:
            form.refuse(str(refusal), form.references)
            opportunity = _open(opportunity_id)
        else:
            for category, sentence in _sentences(result):
                flash(sentence, category)
            return redirect(submission.leads_to)
    return _adding_page(opportunity, form, _headcount_form(opportunity, formdata=None))


@bp.post("/<int:opportunity_id>/headcount")
@allow(*STAFF)
def add_headcount(opportunity_id: int) -> ResponseReturnValue:
    """Add so many young people who are not named."""
    opportunity = _open(opportunity_id)
    form = _headcount_form(opportunity)
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                provider = get_provider(form.headcount_provider.data or 0, viewer=signed_in_user())
                place = services.add_headcount(
                    _open(opportunity_id), provider, form.seats.data or 0, adding=form.adding
                )
                submission.leads_to = url_for("opportunities.show", opportunity_id=opportunity_id)
        except Conflict as refusal:
            form.refuse(str(refusal), form.seats)
            opportunity = _open(opportunity_id)
        else:
            flash(GROUP_ADDED[place.status], "success")
            return redirect(submission.leads_to)
    return _adding_page(opportunity, _references_form(opportunity, formdata=None), form)


def _adding_page(opportunity: Opportunity, by_reference: ReferencesForm, by_number: HeadcountForm) -> str:
    return render_template(
        "opportunities/add_places.html",
        form=by_number if by_number.errors else by_reference,
        by_reference=by_reference,
        by_number=by_number,
        opportunity=opportunity,
        lines=queries.fitting_lines(opportunity),
    )


def _references_form(opportunity: Opportunity, **options: None) -> ReferencesForm:
    """The form; with `formdata=None` untouched by what another form on the page has sent."""
    form = ReferencesForm(**options)
    form.offer_providers(providers_in_use(also=opportunity.provider_id))
    if options or not form.is_submitted():
        form.provider.data = opportunity.provider_id
    return form


def _headcount_form(opportunity: Opportunity, **options: None) -> HeadcountForm:
    form = HeadcountForm(**options)
    form.offer_providers(providers_in_use(also=opportunity.provider_id))
    if options or not form.is_submitted():
        form.headcount_provider.data = opportunity.provider_id
    return form


def _add(opportunity_id: int, form: ReferencesForm) -> AddedPlaces:
    provider = get_provider(form.provider.data or 0, viewer=signed_in_user())
    result = services.add_places_by_reference(
        _open(opportunity_id), provider, form.references.data or "", create_as=form.create_as, adding=form.adding
    )
    if result.unknown:
        raise Conflict(
            f"{provider.name} has no young people with these references: {some(result.unknown)}. "
            "Nobody was added. Correct them, or tick the box below to record them."
        )
    return result


def _sentences(result: AddedPlaces) -> Iterable[tuple[str, str]]:
    """What became of what was pasted, as flash messages."""
    if result.added:
        yield "success", f"{counted(len(result.added), 'place')} added."
    if result.created:
        yield "notice", f"Recorded just now: {some(result.created)}."
    if result.waiting:
        yield "notice", f"On the waiting list, in this order: {some(result.waiting)}."
    if result.unpromised:
        yield from unpromised(result.unpromised)
    if result.already:
        yield "notice", f"Already had a place here: {some(result.already)}."
    if result.repeated:
        yield "notice", f"Given more than once: {some(result.repeated)}."
    if result.busy:
        yield "warning", f"Not added: {some(f'{each.text} ({each.reason})' for each in result.busy)}."


@bp.route("/places/<int:place_id>/line", methods=["GET", "POST"])
@allow(*STAFF)
def pledge_line(place_id: int) -> ResponseReturnValue:
    """Choose which promise a place fulfils."""
    place = queries.get_place(place_id, viewer=signed_in_user())
    lines = queries.fitting_lines(place.opportunity)
    form = PledgeLineForm()
    form.offer(lines)
    if not form.is_submitted():
        form.line.data = place.pledge_line_id
    elif form.validate():
        try:
            with submitting(form) as submission:
                place = queries.get_place(place_id, viewer=signed_in_user())
                submission.leads_to = url_for("opportunities.show", opportunity_id=place.opportunity_id)
                services.change_pledge_line(place, form.line.data, over_delivery=bool(form.over_delivery.data))
        except Conflict as refusal:
            form.refuse(str(refusal), form.line)
            place = queries.get_place(place_id, viewer=signed_in_user())
        else:
            flash("Saved.", "success")
            return redirect(submission.leads_to)
    return render_template(
        "opportunities/pledge_line.html", form=form, place=place, opportunity=place.opportunity, lines=lines
    )


def _open(opportunity_id: int) -> Opportunity:
    opportunity = queries.get_opportunity(opportunity_id, viewer=signed_in_user())
    if not policies.may_add_places(signed_in_user(), opportunity):
        raise Conflict(f"This opportunity is {opportunity.status.value}, so nobody can be added to it.")
    return opportunity
