"""Making a series, and adding meetings to one: first the dates, then the deed."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core.access import STAFF, allow
from crm.core.clock import local_date
from crm.core.errors import Conflict
from crm.core.formatting import counted
from crm.core.submissions import submitting
from crm.employers.queries import get_employer
from crm.opportunities.forms.arranging import ChooseEmployerForm
from crm.opportunities.queries import leaders_of
from crm.opportunities.series import queries, services
from crm.opportunities.series.clashing import Present
from crm.opportunities.series.forms.arranging import MoreMeetingsForm, SeriesForm
from crm.opportunities.series.models import Series
from crm.opportunities.series.preview import Preview, preview
from crm.opportunities.series.rule import plan
from crm.opportunities.series.services import Made
from crm.opportunities.series.services.following import rule_of
from crm.opportunities.series.views.blueprint import bp, get, open_sites, who_misses
from crm.opportunities.volunteering import GUIDANCE
from crm.providers.models import Provider
from crm.providers.queries import by_reference, get_provider, providers_in_use
from crm.providers.references import read_references
from crm.reference.settings import group_limit

DATES_CHANGED = "The dates are not those you were shown. Look at them again, then make them."


@bp.route("/new", methods=["GET", "POST"])
@allow(*STAFF)
def new() -> ResponseReturnValue:
    """Make a series of ?employer='s, or ask whose it is."""
    employer_id = request.args.get("employer", type=int)
    if employer_id is None:
        return _choose_employer()
    employer = get_employer(employer_id, viewer=signed_in_user())
    form = SeriesForm()
    form.limit = group_limit()
    form.offer(open_sites(employer_id), leaders_of(employer_id))
    form.offer_providers(providers_in_use())
    shown = None
    if form.is_submitted() and form.validate():
        shown = _shown_or_refused(form)
        try:
            if shown is not None and _is_to_be_made(form, shown):
                return _make(employer_id, form, shown)
        except Conflict as refusal:
            form.refuse(str(refusal))
            employer = get_employer(employer_id, viewer=signed_in_user())
    if shown is not None:
        form.seen.data = shown.seen
    return render_template(
        "series/new.html", form=form, employer=employer, shown=shown, guidance=GUIDANCE, rule=_words(form, shown)
    )


def _choose_employer() -> ResponseReturnValue:
    form = ChooseEmployerForm()
    if form.is_asked and form.validate():
        return redirect(url_for("series.new", employer=form.name.data))
    return render_template("series/choose_employer.html", form=form)


def _words(form: SeriesForm, shown: Preview | None) -> str:
    return form.rule().words if shown is not None else ""


def _is_to_be_made(form: SeriesForm | MoreMeetingsForm, shown: Preview) -> bool:
    """Whether the button was pressed under the dates that would be made now. If they are others, says so."""
    if request.form.get("step") != "make":
        return False
    if form.seen.data != shown.seen:
        form.refuse(DATES_CHANGED)
        return False
    return True


def _shown_or_refused(form: SeriesForm) -> Preview | None:
    """The dates as the form has them; none if a reference is not known, which the form says."""
    try:
        return _shown(form)
    except Conflict as refusal:
        form.refuse(str(refusal), form.references)
        return None


def _shown(form: SeriesForm) -> Preview:
    details = form.details()
    provider = get_provider(details.provider_id, viewer=signed_in_user()) if details.provider_id else None
    people = _people(provider, form.references.data or "")
    rule = details.rule
    planned = plan(rule, queries.open_days(provider, since=rule.first_on))
    present = Present(leader_id=details.leader_id, people=people, mode=details.mode)
    chosen = form.chosen(planned.meetings) if form.seen.data else None
    return preview(planned, (rule.starts, rule.ends), present, chosen=chosen)


def _people(provider: Provider | None, references: str) -> list[int]:
    """The ids of the young people who are named. Raises Conflict if one is not known."""
    if provider is None:
        return []
    read = read_references(references)
    known = by_reference(provider.id, read.references)
    people = {person.id for person in known.values()}
    if len(people) < len({each.casefold() for each in read.references}):
        unknown = [each for each in read.references if not by_reference(provider.id, [each])]
        raise Conflict(
            f"{provider.name} has no young people with these references: {', '.join(unknown)}. "
            "Correct them, or record the young people first."
        )
    return sorted(people)


def _make(employer_id: int, form: SeriesForm, shown: Preview) -> ResponseReturnValue:
    with submitting(form) as submission:
        employer = get_employer(employer_id, viewer=signed_in_user())
        made = services.make_series(
            employer,
            form.details(),
            shown.chosen,
            references=form.references.data or "",
            made_by=signed_in_user(),
        )
        submission.leads_to = url_for("series.show", series_id=made.series.id)
        said = _said(made)
    for category, sentence in said:
        flash(sentence, category)
    return redirect(submission.leads_to)


def _said(made: Made) -> list[tuple[str, str]]:
    said = [("success", f"{counted(len(made.meetings), 'meeting')} arranged.")]
    missing = who_misses(list(made.missed))
    return [*said, ("warning", missing)] if missing else said


@bp.route("/<int:series_id>/more", methods=["GET", "POST"])
@allow(*STAFF)
def more(series_id: int) -> ResponseReturnValue:
    """Add meetings in the rhythm of the series, after its last one."""
    series = get(series_id)
    meetings = queries.meetings_of(series_id, viewer=signed_in_user())
    form, shown = MoreMeetingsForm(), None
    if not form.is_submitted():
        last = max((local_date(each.starts_at) for each in meetings), default=series.first_on)
        form.first_on.data = next(rule_of(series).going_on_after(last, times=1).days())
    elif form.validate():
        try:
            shown = _more_shown(series, form)
            if _is_to_be_made(form, shown):
                return _add(series_id, form, shown)
        except Conflict as refusal:
            form.refuse(str(refusal))
            series = get(series_id)
    if shown is not None:
        form.seen.data = shown.seen
    return render_template(
        "series/more.html", form=form, series=series, shown=shown, guidance=GUIDANCE, rule=rule_of(series).rhythm
    )


def _more_shown(series: Series, form: MoreMeetingsForm) -> Preview:
    rule = form.rule(series)
    meetings = queries.meetings_of(series.id, viewer=signed_in_user())
    last = queries.latest(meetings)
    taken = frozenset(local_date(each.starts_at) for each in meetings if each.cancelled_at is None)
    planned = plan(rule, queries.open_days(series.provider, since=rule.first_on), taken=taken)
    people = [each.id for each in queries.mentees_of(series.id)]
    present = Present(leader_id=series.leader_id, people=people, mode=last.mode)
    chosen = form.chosen(planned.meetings) if form.seen.data else None
    return preview(planned, (rule.starts, rule.ends), present, chosen=chosen)


def _add(series_id: int, form: MoreMeetingsForm, shown: Preview) -> ResponseReturnValue:
    with submitting(form) as submission:
        series = get(series_id)
        last = queries.latest(queries.meetings_of(series_id, viewer=signed_in_user()))
        made = services.add_meetings(series, form.details(series, last), shown.chosen, made_by=signed_in_user())
        submission.leads_to = url_for("series.show", series_id=series_id)
        said = _said(made)
    for category, sentence in said:
        flash(sentence, category)
    return redirect(submission.leads_to)
