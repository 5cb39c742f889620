"""Recording a pledge, and changing one that has not been answered."""

from collections.abc import Iterator

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import edit_conflict
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.forms import Difference
from crm.core.submissions import submitting
from crm.employers.queries import get_employer
from crm.pledges import policies, queries, services
from crm.pledges.forms.promise import ChangePledgeForm, ChooseEmployerForm, PledgeForm
from crm.pledges.kinds import OpportunityKind
from crm.pledges.models import Pledge
from crm.pledges.views.blueprint import May, bp, refuse_unless
from crm.pledges.wording import counted_kind, line_sentence
from crm.reference.academic_years import AcademicYear, years_around

KIND_WORDS = {kind.value: [counted_kind(1, kind)[2:], kind.plural] for kind in OpportunityKind}


@bp.route("/new", methods=["GET", "POST"])
@allow(*STAFF)
def new() -> ResponseReturnValue:
    """Record a promise of ?employer_id=, or ask whose it is."""
    employer_id = request.args.get("employer_id", type=int)
    if employer_id is None:
        return _choose_employer()
    employer = get_employer(employer_id, viewer=signed_in_user())
    contacts = queries.signatories(employer_id)
    this_year = AcademicYear.of(clock.today())
    form = PledgeForm()
    form.offer_years(tuple(years_around(clock.today())), this_year)
    form.offer_signatories(contacts)
    form.expect(form.year, queries.offered_sites(employer_id), queries.offered_sectors())
    if "add_line" in request.form:
        form.add_row()
    elif form.validate_on_submit():
        try:
            with submitting(form) as submission:
                employer = get_employer(employer_id, viewer=signed_in_user())
                details = form.promise(form.year, queries.signatories(employer_id))
                pledge = services.record_pledge(employer, details, signed_in_user())
                submission.leads_to = url_for("pledges.show", pledge_id=pledge.id)
        except Conflict as refusal:
            form.refuse(str(refusal))
            employer = get_employer(employer_id, viewer=signed_in_user())
        else:
            flash("Pledge recorded as a draft.", "success")
            return redirect(submission.leads_to)
    return render_template(
        "pledges/new.html",
        form=form,
        employer=employer,
        live=queries.live_pledge(employer_id, form.year),
        kind_words=KIND_WORDS,
    )


def _choose_employer() -> ResponseReturnValue:
    form = ChooseEmployerForm(request.args if "employer" in request.args else None)
    if "employer" in request.args and form.validate():
        return redirect(url_for("pledges.new", employer_id=form.employer.data))
    return render_template("pledges/choose_employer.html", form=form)


@bp.route("/<int:pledge_id>/edit", methods=["GET", "POST"])
@allow(*STAFF)
def edit(pledge_id: int) -> ResponseReturnValue:
    pledge = _get(pledge_id, policies.may_change)
    form = ChangePledgeForm()
    form.offer_signatories(queries.signatories(pledge.employer_id))
    if not form.is_submitted():
        form.show(pledge)
    form.expect(
        pledge.academic_year,
        queries.offered_sites(pledge.employer_id, besides=pledge.lines),
        queries.offered_sectors(besides=pledge.lines),
    )
    meanwhile = False
    if "add_line" in request.form:
        form.add_row()
    elif form.validate_on_submit():
        try:
            return _save(pledge_id, form)
        except Conflict as refusal:
            form.refuse(str(refusal))
        except EditedMeanwhile:
            meanwhile = True
        pledge = _get(pledge_id, policies.may_change)
    return _form_again(pledge, form, meanwhile=meanwhile)


def _save(pledge_id: int, form: ChangePledgeForm) -> ResponseReturnValue:
    with submitting(form) as submission:
        pledge = queries.get_pledge(pledge_id, viewer=signed_in_user())
        details = form.promise(pledge.academic_year, queries.signatories(pledge.employer_id))
        services.change_pledge(pledge, details, seen_version=form.version.data)
        submission.leads_to = url_for("pledges.show", pledge_id=pledge_id)
    flash("Pledge saved.", "success")
    return redirect(submission.leads_to)


def _form_again(pledge: Pledge, form: ChangePledgeForm, *, meanwhile: bool) -> ResponseReturnValue:
    """The form with what was typed; and, if somebody else saved the pledge meanwhile, both versions."""
    conflict = None
    if meanwhile:
        conflict = edit_conflict(form, pledge, _differences(form, pledge), parts=["pledge_line"])
    return render_template("pledges/edit.html", form=form, pledge=pledge, kind_words=KIND_WORDS, conflict=conflict)


def _differences(form: ChangePledgeForm, pledge: Pledge) -> list[Difference]:
    rows = [
        *_differing_lines(form, pledge),
        Difference("Who signs", form.signatory_name(pledge.signatory_id), form.signatory_name(form.signatory.data)),
        Difference("Note", pledge.note, form.note.data or ""),
    ]
    return [row for row in rows if row.saved != row.yours]


def _differing_lines(form: ChangePledgeForm, pledge: Pledge) -> Iterator[Difference]:
    """Each line as a sentence: those that are stored, as far as they were kept, then those that were added."""
    year = pledge.academic_year
    yours = {row.line_id.data: line_sentence(row.as_line(year)) for row in form.filled_rows if row.line_id.data}
    saved = {line.id: line_sentence(line) for line in pledge.lines}
    for number, line_id in enumerate(saved | yours, start=1):
        yield Difference(f"Line {number}", saved.get(line_id, ""), yours.get(line_id, ""))
    for row in form.filled_rows:
        if not row.line_id.data:
            yield Difference("A line added", "", line_sentence(row.as_line(year)))


def _get(pledge_id: int, may: May) -> Pledge:
    pledge = queries.get_pledge(pledge_id, viewer=signed_in_user())
    refuse_unless(may, pledge)
    return pledge
