"""Who takes part from here on."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict
from crm.core.formatting import counted, short_date
from crm.core.submissions import submitting
from crm.opportunities.forms.arranging import FellThroughForm
from crm.opportunities.series import services
from crm.opportunities.series.forms.narrowing import MenteesForm
from crm.opportunities.series.views.blueprint import bp, get, who_misses
from crm.providers.queries import get_provider, get_young_person, providers_in_use


@bp.route("/<int:series_id>/mentees", methods=["GET", "POST"])
@allow(*STAFF)
def add_mentees(series_id: int) -> ResponseReturnValue:
    series = get(series_id)
    form = MenteesForm()
    form.offer_providers(providers_in_use(also=series.provider_id))
    if not form.is_submitted():
        form.provider.data = series.provider_id
    elif form.validate():
        try:
            with submitting(form) as submission:
                provider = get_provider(form.provider.data or 0, viewer=signed_in_user())
                meetings, missed = services.add_mentees(get(series_id), provider, form.references.data or "")
                submission.leads_to = url_for("series.show", series_id=series_id)
                missing = who_misses(list(missed))
        except Conflict as refusal:
            form.refuse(str(refusal), form.references)
            series = get(series_id)
        else:
            flash(f"Added to {counted(meetings, 'meeting')} to come.", "success")
            if missing:
                flash(missing, "warning")
            return redirect(submission.leads_to)
    return render_template("series/add_mentees.html", form=form, series=series)


@bp.route("/<int:series_id>/mentees/<int:young_person_id>/take-out", methods=["GET", "POST"])
@allow(*STAFF)
def take_out(series_id: int, young_person_id: int) -> ResponseReturnValue:
    """Somebody takes no part in what is to come."""
    viewer = signed_in_user()
    series, person = get(series_id), get_young_person(young_person_id, viewer=viewer)
    form = FellThroughForm()
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                taken = services.take_mentee(
                    get(series_id),
                    get_young_person(young_person_id, viewer=viewer),
                    side=form.chosen_side,
                    reason=form.reason.data or "",
                )
                submission.leads_to = url_for("series.show", series_id=series_id)
        except Conflict as refusal:
            form.refuse(str(refusal))
            series, person = get(series_id), get_young_person(young_person_id, viewer=viewer)
        else:
            flash(f"Taken out of {counted(taken.meetings, 'meeting')} to come. What is past stays.", "success")
            if taken.moved_up:
                moved = "; ".join(f"{who} on {short_date(day)}" for who, day in taken.moved_up)
                flash(f"Moved up from the waiting list: {moved}.", "notice")
            return redirect(submission.leads_to)
    return render_template("series/take_out.html", form=form, series=series, person=person)
