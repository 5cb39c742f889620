"""Attendance as a grid: who takes part, by meeting."""

from collections.abc import Collection, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.submissions import submitting
from crm.opportunities.forms.marking import CHOICES, RegisterForm
from crm.opportunities.models import TAKES_PART, Place
from crm.opportunities.policies import may_mark_attendance
from crm.opportunities.series import services
from crm.opportunities.series.models import Series
from crm.opportunities.series.progress import Progress
from crm.opportunities.series.views.blueprint import bp, get
from crm.opportunities.series.views.listing import progress_for
from crm.providers.policies import TAKE_PART


@bp.route("/<int:series_id>/attendance", methods=["GET", "POST"])
@allow(*TAKE_PART)
def attendance(series_id: int) -> ResponseReturnValue:
    """Mark, or correct, who came to which meeting. A provider's coordinator sees their own young people."""
    series, progress, places = _grid(series_id)
    form = RegisterForm()
    if not form.is_submitted():
        form.show(places)
    elif form.validate() and not _met_another(form, places):
        try:
            with submitting(form) as submission:
                series, progress, places = _grid(series_id)
                marks = form.marks_for(places, rest_attended="rest_attended" in request.form)
                services.mark_grid(series, marks, by=signed_in_user())
                submission.leads_to = url_for("series.show", series_id=series_id)
        except (Conflict, EditedMeanwhile) as refusal:
            form.refuse(str(refusal))
            series, progress, places = _grid(series_id)
        else:
            flash("Attendance saved.", "success")
            return redirect(submission.leads_to)
    return render_template(
        "series/attendance.html",
        form=form,
        series=series,
        progress=progress,
        columns=[row for row in progress.meetings if row.meeting.id in {each.opportunity_id for each in places}],
        cells={place_id: row for place_id, row in form.rows.items() if place_id in {each.id for each in places}},
        choices=CHOICES,
    )


def _grid(series_id: int) -> tuple[Series, Progress, Sequence[Place]]:
    """The series, its progress, and the places that can be marked: of meetings that have begun."""
    viewer, today = signed_in_user(), clock.today()
    series = get(series_id)
    progress = progress_for(series, viewer)
    begun = {row.meeting.id for row in progress.meetings if may_mark_attendance(viewer, row.meeting, today)}
    people = [place for row in progress.people for place in row.places.values()]
    groups = [place for row in progress.groups for place in row.places.values()]
    return series, progress, [each for each in (*people, *groups) if _can_be_marked(each, begun)]


def _can_be_marked(place: Place, begun: Collection[int]) -> bool:
    return place.opportunity_id in begun and place.status in TAKES_PART


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
