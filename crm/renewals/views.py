"""The pages of renewals: all of them, one with its proposals, and sending it."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import MANAGERS, STAFF, allow
from crm.core.errors import Conflict, CrmError, EditedMeanwhile
from crm.core.forms import pressed
from crm.core.pagination import Page, asked
from crm.core.submissions import submitting
from crm.core.web import safe_next
from crm.fulfilment.progress import line_progress
from crm.fulfilment.standing import Progress
from crm.reference.academic_years import AcademicYear
from crm.renewals import policies, queries
from crm.renewals.forms import BeginForm, ReviewForm, ShownForm, WavesForm
from crm.renewals.models import ProposalState, RenewalProposal, RenewalRun, RunStatus
from crm.renewals.services import proposing, reviewing, waves
from crm.renewals.wording import RUN_LABELS, STATE_LABELS

REFRESH_SECONDS = 5

bp = Blueprint("renewals", __name__, url_prefix="/renewals")


@bp.route("/", methods=["GET"])
@allow(*STAFF)
def index() -> ResponseReturnValue:
    runs = queries.runs()
    return render_template(
        "renewals/index.html",
        runs=runs,
        counts={run.id: queries.counts(run.id) for run in runs},
        labels=RUN_LABELS,
        form=_begin_form(),
        may_begin=policies.may_steer(signed_in_user()),
        states=ProposalState,
    )


@bp.post("/begin")
@allow(*MANAGERS)
def begin() -> ResponseReturnValue:
    form = _begin_form()
    if not form.validate_on_submit():
        raise Conflict("Select an academic year.")
    with submitting(form) as submission:
        run = proposing.begin(form.year, by=signed_in_user())
        submission.leads_to = url_for("renewals.show", run_id=run.id)
    flash("Nothing is sent yet. Look through the proposals, then send them in waves.", "notice")
    return redirect(submission.leads_to)


def _begin_form() -> BeginForm:
    this = AcademicYear.of(clock.today())
    form = BeginForm()
    form.offer_years((this.next, this), this.next)
    return form


@bp.route("/<int:run_id>", methods=["GET", "POST"])
@allow(*STAFF)
def show(run_id: int) -> ResponseReturnValue:
    """A page of proposals to decide about.

    While it is sent the page asks again by itself, unless somebody may be typing on it.
    """
    run, filters = queries.get_run(run_id), ShownForm()
    filters.offer_officers(queries.owners_in(run_id))
    page = queries.proposals(run_id, filters.wanted(), asked())
    people = queries.people_of([each.employer_id for each in page.rows])
    form = ReviewForm()
    if not form.is_submitted():
        form.show([each for each in page.rows if each.is_open])
    form.offer({each.id: each for each in page.rows}, people)
    if form.validate_on_submit():
        decided = _decide(run, form, page)
        if decided is not None:
            return decided
    answer = make_response(_page(run, filters, page, form))
    if run.status is RunStatus.SENDING and not any(each.is_open for each in page.rows):
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    return answer


def _decide(run: RenewalRun, form: ReviewForm, page: Page[RenewalProposal]) -> ResponseReturnValue | None:
    """Save what was decided about the rows of the page, together or not at all."""
    here = {each.id: each for each in page.rows}
    try:
        with submitting(form) as submission:
            changed = 0
            for row in form.filled:
                proposal = here.get(row.proposal_id.data or 0)
                if proposal is None:
                    raise Conflict("The list has changed. Open it again: nothing was saved.")
                changed += _decide_one(proposal, row.decided())
            submission.leads_to = safe_next(request.full_path, otherwise=url_for("renewals.show", run_id=run.id))
    except CrmError as refusal:
        if not isinstance(refusal, (Conflict, EditedMeanwhile)):
            raise
        form.refuse(str(refusal))
        return None
    flash(f"Saved: {changed} decided." if changed else "Nothing had changed.", "success" if changed else "notice")
    return redirect(submission.leads_to)


def _decide_one(proposal: RenewalProposal, decision: reviewing.Decision) -> bool:
    try:
        return reviewing.decide(proposal, decision, by=signed_in_user())
    except EditedMeanwhile as late:
        raise Conflict(
            f"Somebody else decided about {proposal.employer.name} since you opened this page. Nothing was saved: "
            "look at that row again, then save."
        ) from late


def _page(run: RenewalRun, filters: ShownForm, page: Page[RenewalProposal], form: ReviewForm) -> str:
    viewer, counts = signed_in_user(), queries.counts(run.id)
    usual = {"per_wave": run.per_wave, "hours_between": run.hours_between} if run.per_wave else {}
    waves_form = WavesForm(formdata=None, data={"version": run.version, **usual})
    return render_template(
        "renewals/show.html",
        run=run,
        label=RUN_LABELS[run.status],
        labels=STATE_LABELS,
        states=ProposalState,
        counts=counts,
        to_ask=counts[ProposalState.APPROVED] + counts[ProposalState.SENT],
        filters_form=filters,
        chips=filters.chips(),
        page=page,
        kept=_kept(page.rows),
        form=form,
        waves_form=waves_form,
        may={
            "start": policies.may_start(viewer, run) and counts[ProposalState.APPROVED] > 0,
            "pause": policies.may_pause(viewer, run),
            "steer": policies.may_steer(viewer),
        },
    )


def _kept(rows: Sequence[RenewalProposal]) -> Mapping[int, Progress]:
    """Of each line of last year's pledges what came of it."""
    return line_progress([line for row in rows for line in row.former.lines], clock.today())


@bp.post("/<int:run_id>/update")
@allow(*MANAGERS)
def update(run_id: int) -> ResponseReturnValue:
    with submitting(pressed()) as submission:
        added = proposing.bring_up_to_date(queries.get_run(run_id))
        submission.leads_to = url_for("renewals.show", run_id=run_id)
    flash(f"Added: {added}." if added else "Every employer with a pledge is there already.", "success")
    return redirect(submission.leads_to)


@bp.post("/<int:run_id>/start")
@allow(*MANAGERS)
def start(run_id: int) -> ResponseReturnValue:
    form = WavesForm()
    if not form.validate_on_submit():
        raise Conflict(" ".join(each.text for each in form.error_list))
    with submitting(form) as submission:
        waves.start(
            queries.get_run(run_id),
            per_wave=form.per_wave.data or 0,
            hours_between=form.hours_between.data or 0,
            by=signed_in_user(),
            now=clock.now(),
            seen_version=form.version.data or 0,
        )
        submission.leads_to = url_for("renewals.show", run_id=run_id)
    flash("The first wave goes out now. You can leave this page.", "success")
    return redirect(submission.leads_to)


@bp.post("/<int:run_id>/pause")
@allow(*MANAGERS)
def pause(run_id: int) -> ResponseReturnValue:
    with submitting(pressed()) as submission:
        waves.pause(queries.get_run(run_id))
        submission.leads_to = url_for("renewals.show", run_id=run_id)
    flash("Paused. Nothing more is sent until you go on.", "success")
    return redirect(submission.leads_to)
