"""Pages that change pledges. The list and the page of a pledge show progress, so they are `crm.desk.pledge_pages`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.audit.queries import history_of
from crm.core import clock
from crm.core.access import MANAGERS, STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.forms import ActionForm
from crm.core.submissions import submitting
from crm.pledges import policies, queries, services
from crm.pledges.forms import (
    ChangePledgeForm,
    ChooseEmployerForm,
    ConfirmedForm,
    DeclinedForm,
    PledgeForm,
    SentForm,
    StepForm,
    WithdrawnForm,
)
from crm.pledges.kinds import OpportunityKind
from crm.pledges.models import Pledge
from crm.pledges.wording import counted_kind, line_sentence, short_line
from crm.reference.academic_years import AcademicYear, years_around

bp = Blueprint("pledges", __name__, url_prefix="/pledges")
bp.add_app_template_filter(line_sentence)
bp.add_app_template_filter(short_line)
May = Callable[[User, Pledge], bool]
KIND_WORDS = {kind.value: [counted_kind(1, kind)[2:], kind.plural] for kind in OpportunityKind}


@bp.route("/new", methods=["GET", "POST"])
@allow(*STAFF)
def new() -> ResponseReturnValue:
    """Record a promise of ?employer_id=, or ask whose it is."""
    employer_id = request.args.get("employer_id", type=int)
    if employer_id is None:
        return _choose_employer()
    employer = queries.employer_to_pledge(employer_id)
    contacts = queries.signatories(employer_id)
    this_year = AcademicYear.of(clock.today())
    form = PledgeForm()
    form.offer_years(tuple(years_around(clock.today())), this_year)
    form.offer_signatories(contacts)
    form.expect(form.year)
    if "add_line" in request.form:
        form.add_row()
    elif form.validate_on_submit():
        try:
            with submitting(form) as submission:
                employer = queries.employer_to_pledge(employer_id)
                details = form.promise(form.year, queries.signatories(employer_id))
                pledge = services.record_pledge(employer, details, signed_in_user())
                submission.leads_to = url_for("pledges.show", pledge_id=pledge.id)
        except Conflict as refusal:
            form.refuse(str(refusal))
            employer = queries.employer_to_pledge(employer_id)
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
    form.employer.find = queries.employers_named
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
    form.expect(pledge.academic_year)
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
    if meanwhile:
        form.move_to(pledge.version)
    return render_template(
        "pledges/edit.html",
        form=form,
        pledge=pledge,
        kind_words=KIND_WORDS,
        differences=_differences(form, pledge) if meanwhile else [],
        last_change=history_of("pledge", pledge.id, limit=1)[0] if meanwhile else None,
    )


class Difference(NamedTuple):
    """A field that two people changed: its label, what is saved now, what the second one typed."""

    label: str
    saved: str
    yours: str


def _differences(form: ChangePledgeForm, pledge: Pledge) -> list[Difference]:
    details = form.promise(pledge.academic_year, [])
    yours = [
        f"{each.young_people:,} × {counted_kind(each.each, each.kind)}"
        if each.young_people
        else f"{each.kind.plural}, number not known yet"
        for each in details.lines
    ]
    rows = [
        Difference("Lines", "; ".join(map(short_line, pledge.lines)), "; ".join(yours)),
        Difference("Who signs", form.signatory_name(pledge.signatory_id), form.signatory_name(form.signatory.data)),
        Difference("Note", pledge.note, form.note.data or ""),
    ]
    return [row for row in rows if row.saved != row.yours]


@dataclass(frozen=True, slots=True)
class Step:
    """A change of state, and the form that asks for what must be known about it."""

    endpoint: str
    title: str
    button: str
    done: str
    form: type[StepForm]
    may: May
    do: Callable[[Pledge, StepForm], None]

    @property
    def look(self) -> str:
        return "warning" if self.endpoint == "pledges.withdraw" else "primary"

    def ask(self) -> StepForm:
        """The form, its fields named after the step, so that several fit on the page of a pledge."""
        form = self.form(prefix=self.endpoint.removeprefix("pledges."))
        if not form.is_submitted():
            form.on.data = clock.today()
        return form


SEND = Step(
    "pledges.send",
    "Mark as sent",
    "Mark as sent",
    "Marked as sent.",
    SentForm,
    policies.may_send,
    lambda pledge, form: services.mark_sent(pledge, form.day),
)
CONFIRM = Step(
    "pledges.confirm",
    "They said yes",
    "Confirm pledge",
    "Pledge confirmed.",
    ConfirmedForm,
    policies.may_answer,
    lambda pledge, form: services.confirm(pledge, form.day),
)
DECLINE = Step(
    "pledges.decline",
    "They said no",
    "Record the answer",
    "The employer’s answer is recorded.",
    DeclinedForm,
    policies.may_answer,
    lambda pledge, form: services.decline(pledge, reason=form.why, on=form.day),
)
WITHDRAW = Step(
    "pledges.withdraw",
    "Withdraw this pledge",
    "Withdraw pledge",
    "Pledge withdrawn.",
    WithdrawnForm,
    policies.may_withdraw,
    lambda pledge, form: services.withdraw(pledge, reason=form.why, on=form.day),
)
STEPS = (SEND, CONFIRM, DECLINE, WITHDRAW)


@bp.route("/<int:pledge_id>/send", methods=["GET", "POST"])
@allow(*STAFF)
def send(pledge_id: int) -> ResponseReturnValue:
    return _take(SEND, pledge_id)


@bp.route("/<int:pledge_id>/confirm", methods=["GET", "POST"])
@allow(*STAFF)
def confirm(pledge_id: int) -> ResponseReturnValue:
    return _take(CONFIRM, pledge_id)


@bp.route("/<int:pledge_id>/decline", methods=["GET", "POST"])
@allow(*STAFF)
def decline(pledge_id: int) -> ResponseReturnValue:
    return _take(DECLINE, pledge_id)


@bp.route("/<int:pledge_id>/withdraw", methods=["GET", "POST"])
@allow(*MANAGERS)
def withdraw(pledge_id: int) -> ResponseReturnValue:
    return _take(WITHDRAW, pledge_id)


def _take(step: Step, pledge_id: int) -> ResponseReturnValue:
    """Change the state, or show the form on a page of its own with what is wrong with it."""
    pledge = queries.get_pledge(pledge_id, viewer=signed_in_user())
    form = step.ask()
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                pledge = queries.get_pledge(pledge_id, viewer=signed_in_user())
                step.do(pledge, form)
                submission.leads_to = url_for("pledges.show", pledge_id=pledge_id)
        except Conflict as refusal:
            form.refuse(str(refusal))
            pledge = queries.get_pledge(pledge_id, viewer=signed_in_user())
        else:
            flash(step.done, "success")
            return redirect(submission.leads_to)
    elif not form.is_submitted():
        _refuse_unless(step.may, pledge)
    return render_template("pledges/step.html", form=form, pledge=pledge, step=step)


@bp.post("/<int:pledge_id>/next-version")
@allow(*STAFF)
def next_version(pledge_id: int) -> ResponseReturnValue:
    with submitting(ActionForm()) as submission:
        pledge = queries.get_pledge(pledge_id, viewer=signed_in_user())
        draft = services.next_version(pledge, recorded_by=signed_in_user())
        submission.leads_to = url_for("pledges.edit", pledge_id=draft.id)
    flash("This is the next version. The present one stays in force until the new one is confirmed.", "notice")
    return redirect(submission.leads_to)


@bp.post("/<int:pledge_id>/discard")
@allow(*STAFF)
def discard(pledge_id: int) -> ResponseReturnValue:
    with submitting(ActionForm()) as submission:
        services.discard_draft(queries.get_pledge(pledge_id, viewer=signed_in_user()))
        submission.leads_to = url_for("pledges.index")
    flash("Draft discarded.", "success")
    return redirect(submission.leads_to)


def _get(pledge_id: int, may: May) -> Pledge:
    pledge = queries.get_pledge(pledge_id, viewer=signed_in_user())
    _refuse_unless(may, pledge)
    return pledge


def _refuse_unless(may: May, pledge: Pledge) -> None:
    """Raises Conflict with the reason: roles are the endpoint's business, so what is in the way is the state."""
    if not may(signed_in_user(), pledge):
        raise Conflict(f"This pledge is {services.IN_WORDS[pledge.status]}, so this cannot be done to it.")
