"""The register: on screen, and on paper."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.submissions import submitting
from crm.opportunities import policies, queries, services
from crm.opportunities.forms.marking import CHOICES, RegisterForm
from crm.opportunities.models import HOLDS_A_SEAT, Opportunity, Place
from crm.opportunities.views.blueprint import bp
from crm.providers.policies import TAKE_PART


@bp.route("/<int:opportunity_id>/register", methods=["GET", "POST"])
@allow(*TAKE_PART)
def register(opportunity_id: int) -> ResponseReturnValue:
    """Mark, or correct, who came: everybody on one page. A provider's coordinator sees their own young people."""
    opportunity, places = _register(opportunity_id)
    form = RegisterForm()
    if not form.is_submitted():
        form.show(places)
    elif form.validate() and not _met_another(form, places):
        try:
            with submitting(form) as submission:
                opportunity, places = _register(opportunity_id)
                services.mark_attendance(
                    opportunity, form.marks_for(places, rest_attended="rest_attended" in request.form)
                )
                submission.leads_to = url_for("opportunities.show", opportunity_id=opportunity_id)
        except (Conflict, EditedMeanwhile) as refusal:
            form.refuse(str(refusal))
            opportunity, places = _register(opportunity_id)
        else:
            flash("Register saved.", "success")
            return redirect(submission.leads_to)
    return render_template(
        "opportunities/register.html",
        form=form,
        rows=[(place, form.rows[place.id]) for place in places if place.id in form.rows],
        opportunity=opportunity,
        choices=CHOICES,
    )


def _met_another(form: RegisterForm, places: Sequence[Place]) -> bool:
    """Whether somebody else marked the same people otherwise meanwhile. If so the form says how, once."""
    others = form.marked_otherwise(places)
    if others:
        said = ", ".join(f"{_who(place)}: {place.status.label.lower()}" for place in others)
        form.refuse(f"Somebody else marked these while you were working: {said}. Save again to replace that with yours")
        form.move_to(others)
    return bool(others)


def _who(place: Place) -> str:
    return place.young_person.reference if place.young_person else f"{place.seats} by number"


@bp.get("/<int:opportunity_id>/register/print")
@allow(*TAKE_PART)
def printed_register(opportunity_id: int) -> ResponseReturnValue:
    """A sheet to tick on the day: references only."""
    opportunity = queries.get_opportunity(opportunity_id, viewer=signed_in_user())
    return render_template("opportunities/printed_register.html", opportunity=opportunity, places=_held(opportunity_id))


def _register(opportunity_id: int) -> tuple[Opportunity, Sequence[Place]]:
    viewer = signed_in_user()
    opportunity = queries.get_opportunity(opportunity_id, viewer=viewer)
    if not policies.may_mark_attendance(viewer, opportunity, clock.today()):
        raise Conflict("Attendance can be marked from the first day on, unless the opportunity was cancelled.")
    return opportunity, _held(opportunity_id)


def _held(opportunity_id: int) -> Sequence[Place]:
    places = queries.places_in(opportunity_id, viewer=signed_in_user())
    return [place for place in places if place.status in HOLDS_A_SEAT]
