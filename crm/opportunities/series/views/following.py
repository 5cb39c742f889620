"""Changing or cancelling a meeting of a series and all that follow it."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import edit_conflict
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile, NotFound
from crm.core.formatting import counted
from crm.core.forms import differences
from crm.core.submissions import submitting
from crm.opportunities.forms.arranging import FellThroughForm
from crm.opportunities.models import ONGOING, Opportunity
from crm.opportunities.queries import leaders_of
from crm.opportunities.series import queries, services
from crm.opportunities.series.clashing import Present
from crm.opportunities.series.forms.arranging import FollowingForm
from crm.opportunities.series.models import Series
from crm.opportunities.series.preview import Preview, moved
from crm.opportunities.series.services import laid_out
from crm.opportunities.series.views.blueprint import bp, get, open_sites
from crm.opportunities.series.views.making import DATES_CHANGED
from crm.opportunities.timing import Timing
from crm.opportunities.volunteering import GUIDANCE


@bp.route("/<int:series_id>/from/<int:meeting_id>", methods=["GET", "POST"])
@allow(*STAFF)
def change(series_id: int, meeting_id: int) -> ResponseReturnValue:
    """Change a meeting and all that follow it: first the dates, then the deed."""
    series, meeting, following = _from(series_id, meeting_id)
    form = _form(series, meeting)
    shown, conflict = None, None
    if not form.is_submitted():
        form.show(series, meeting)
    elif form.validate():
        shown = _shown(form, series, meeting, following)
        try:
            if _is_to_be_saved(form, shown):
                return _save(series_id, meeting_id, form, shown)
        except Conflict as refusal:
            form.refuse(str(refusal))
        except EditedMeanwhile:
            series, meeting, following = _from(series_id, meeting_id)
            saved = FollowingForm(formdata=None)
            saved.offer(open_sites(series.employer_id, also=meeting.site_id), leaders_of(series.employer_id))
            saved.show(series, meeting)
            conflict = edit_conflict(form, series, differences(saved, form))
        series, meeting, following = _from(series_id, meeting_id)
    if shown is not None:
        form.seen.data = shown.seen
    return render_template(
        "series/change.html",
        form=form,
        series=series,
        meeting=meeting,
        following=following,
        shown=shown,
        guidance=GUIDANCE,
        conflict=conflict,
    )


def _form(series: Series, meeting: Opportunity) -> FollowingForm:
    form = FollowingForm()
    form.offer(
        open_sites(series.employer_id, also=meeting.site_id),
        leaders_of(series.employer_id, also=meeting.leader_id),
    )
    return form


def _from(series_id: int, meeting_id: int) -> tuple[Series, Opportunity, Sequence[Opportunity]]:
    """The series, the meeting, and those from it on that have not begun and can still be changed."""
    series = get(series_id)
    meetings = queries.meetings_of(series_id, viewer=signed_in_user())
    meeting = next((each for each in meetings if each.id == meeting_id), None)
    if meeting is None:
        raise NotFound("We could not find that meeting.")
    following = [
        each
        for each in meetings
        if each.starts_at >= meeting.starts_at and each.starts_at > clock.now() and each.status in ONGOING
    ]
    if not following:
        raise Conflict("Nothing is to come from this meeting on.")
    return series, meeting, following


def _is_to_be_saved(form: FollowingForm, shown: Preview) -> bool:
    if request.form.get("step") != "make":
        return False
    if form.seen.data != shown.seen:
        form.refuse(DATES_CHANGED)
        return False
    return True


def _shown(form: FollowingForm, series: Series, meeting: Opportunity, following: Sequence[Opportunity]) -> Preview:
    wanted = form.change(meeting)
    ids = {each.id for each in following}
    others = (each for each in queries.meetings_of(series.id, viewer=signed_in_user()) if each.id not in ids)
    planned = laid_out(
        series,
        following,
        wanted.weekday,
        queries.open_days(series.provider, since=clock.local_date(following[0].starts_at)),
        taken=frozenset(clock.local_date(each.starts_at) for each in others if each.cancelled_at is None),
    )
    present = Present(
        leader_id=wanted.leader_id,
        people=queries.people_in(ids),
        mode=wanted.mode,
        besides=ids,
    )
    was = Timing.of(meeting)
    return moved(planned, following, lambda each, day: wanted.timing_on(day, each, was), present)


def _save(series_id: int, meeting_id: int, form: FollowingForm, shown: Preview) -> ResponseReturnValue:
    with submitting(form) as submission:
        series, meeting, _ = _from(series_id, meeting_id)
        changed = services.change_following(
            series, meeting, form.change(meeting), shown.chosen, seen_version=form.version.data
        )
        submission.leads_to = url_for("series.show", series_id=series_id)
        how_many = len(changed)
    flash(f"{counted(how_many, 'meeting')} changed.", "success")
    return redirect(submission.leads_to)


@bp.route("/<int:series_id>/from/<int:meeting_id>/cancel", methods=["GET", "POST"])
@allow(*STAFF)
def cancel(series_id: int, meeting_id: int) -> ResponseReturnValue:
    series, meeting, following = _from(series_id, meeting_id)
    form = FellThroughForm()
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                series, meeting, _ = _from(series_id, meeting_id)
                how_many = services.cancel_following(
                    series, meeting, side=form.chosen_side, reason=form.reason.data or ""
                )
                submission.leads_to = url_for("series.show", series_id=series_id)
        except Conflict as refusal:
            form.refuse(str(refusal))
            series, meeting, following = _from(series_id, meeting_id)
        else:
            flash(f"{counted(how_many, 'meeting')} cancelled, and everybody’s places with them.", "success")
            return redirect(submission.leads_to)
    return render_template("series/cancel.html", form=form, series=series, meeting=meeting, following=following)
