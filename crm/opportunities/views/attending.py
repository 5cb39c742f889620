"""The register: on a phone, on a desk, and on paper; and which registers there are to mark."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.submissions import submitting
from crm.opportunities import policies, queries, services
from crm.opportunities.forms.marking import RegisterForm
from crm.opportunities.models import TAKES_PART, Opportunity, Place, PlaceStatus
from crm.opportunities.registers import standing
from crm.opportunities.views.blueprint import bp
from crm.providers.policies import TAKE_PART
from crm.providers.queries import provider_of

# One tap each; the last takes a tap back.
CHOICES = {
    PlaceStatus.ATTENDED: "Attended",
    PlaceStatus.PART_ATTENDED: "In part",
    PlaceStatus.NO_SHOW: "No-show",
    PlaceStatus.CONFIRMED: "Not marked",
}
MOST_LINES = 60  # to sign on, of one headcount
SAVE_AGAIN, TAP_AGAIN = "Save again to replace that with yours", "Tap it again to replace that with yours"


@bp.get("/registers")
@allow(*TAKE_PART)
def registers() -> ResponseReturnValue:
    """The registers of today, and older ones in which somebody is not marked yet."""
    viewer, today = signed_in_user(), clock.today()
    rows = queries.register_rows(viewer, today)
    return render_template(
        "opportunities/registers.html",
        today=today,
        of_today=[row for row in rows if row.is_on(today)],
        waiting=[row for row in rows if not row.is_on(today)],
        own_provider=provider_of(viewer),
        sees_all=viewer.is_staff,
    )


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
            opportunity, places = _save(opportunity_id, form)
        except (Conflict, EditedMeanwhile) as refusal:
            form.refuse(str(refusal))
            opportunity, places = _register(opportunity_id)
        else:
            flash(f"Register saved: {standing(places)}.", "success")
            return redirect(url_for("opportunities.register", opportunity_id=opportunity_id))
    return render_template(
        "opportunities/register.html",
        form=form,
        rows=[(place, form.rows[place.id]) for place in places if place.id in form.rows],
        opportunity=opportunity,
        choices=CHOICES,
        said=standing(places),
    )


@bp.post("/<int:opportunity_id>/register/mark")
@allow(*TAKE_PART)
def mark(opportunity_id: int) -> ResponseReturnValue:
    """What the register's page sends at each tap: only the lines that were tapped. Answers in JSON.

    409 says why it was not saved, and how each line is saved now; sending it once more replaces that.
    """
    _, places = _register(opportunity_id)
    form = RegisterForm()
    refused = "" if form.validate_on_submit() else form.error_list[0].text
    if not refused and not _met_another(form, places, again=TAP_AGAIN):
        try:
            _, places = _save(opportunity_id, form)
        except (Conflict, EditedMeanwhile) as refusal:
            refused = str(refusal)
            _, places = _register(opportunity_id)
    refused = refused or next((error.text for error in form.error_list), "")
    answer = {"refused": refused, "standing": standing(places), "seen": form.saved(places)}
    return jsonify(answer), HTTPStatus.CONFLICT if refused else HTTPStatus.OK


def _save(opportunity_id: int, form: RegisterForm) -> tuple[Opportunity, Sequence[Place]]:
    with submitting(form) as submission:
        opportunity, places = _register(opportunity_id)
        marks = form.marks_for(places, rest_attended="rest_attended" in request.form)
        services.mark_attendance(opportunity, marks, by=signed_in_user())
        submission.leads_to = url_for("opportunities.register", opportunity_id=opportunity_id)
    return _register(opportunity_id)


def _met_another(form: RegisterForm, places: Sequence[Place], *, again: str = SAVE_AGAIN) -> bool:
    """Whether somebody else marked the same people otherwise meanwhile. If so the form says how, once."""
    others = form.marked_otherwise(places)
    if others:
        said = ", ".join(f"{_who(place)}: {place.status.label.lower()}" for place in others)
        form.refuse(f"Somebody else marked these while you were working: {said}. {again}")
        form.move_to(others)
    return bool(others)


def _who(place: Place) -> str:
    return place.young_person.reference if place.young_person else f"{place.seats} by number"


@bp.get("/<int:opportunity_id>/register/print")
@allow(*TAKE_PART)
def printed_register(opportunity_id: int) -> ResponseReturnValue:
    """A sheet to tick on the day: references only."""
    return _sheet(opportunity_id, "opportunities/printed_register.html")


@bp.get("/<int:opportunity_id>/sign-in-sheet")
@allow(*TAKE_PART)
def sign_in_sheet(opportunity_id: int) -> ResponseReturnValue:
    """A sheet for the reception desk: when each came and went. References only, and empty lines for headcounts."""
    return _sheet(opportunity_id, "opportunities/sign_in_sheet.html")


def _sheet(opportunity_id: int, template: str) -> str:
    opportunity = queries.get_opportunity(opportunity_id, viewer=signed_in_user())
    return render_template(template, opportunity=opportunity, places=_held(opportunity_id), most_lines=MOST_LINES)


def _register(opportunity_id: int) -> tuple[Opportunity, Sequence[Place]]:
    viewer = signed_in_user()
    opportunity = queries.get_opportunity(opportunity_id, viewer=viewer)
    if not policies.may_mark_attendance(viewer, opportunity, clock.today()):
        raise Conflict("Attendance can be marked from the first day on, unless the opportunity was cancelled.")
    return opportunity, _held(opportunity_id)


def _held(opportunity_id: int) -> Sequence[Place]:
    places = queries.places_in(opportunity_id, viewer=signed_in_user())
    return [place for place in places if place.status in TAKES_PART]
