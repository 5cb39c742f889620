"""The page staff begin with; everybody else is led to what is theirs.

Each row's buttons lead back to the page. `in-place.js` fetches what they lead to and shows it without leaving.
"""

from dataclasses import dataclass, replace
from datetime import date

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.answering.services import remind as remind_about
from crm.core import clock
from crm.core.access import EVERYONE, STAFF, allow
from crm.core.errors import Conflict, NotAllowed, NotFound
from crm.core.fields import id_or_none
from crm.core.formatting import long_date
from crm.core.forms import ActionForm
from crm.core.submissions import submitting
from crm.core.web import safe_next
from crm.desk.chrome import navigation, page_settings
from crm.desk.my_day.day import day_of
from crm.desk.my_day.forms import ShortLogForm
from crm.employers.models import Employer
from crm.employers.queries import contacts_of, get_employer
from crm.interactions import services
from crm.interactions.due import quick_days
from crm.interactions.forms.fields import UNWORDED
from crm.interactions.policies import may_see_the_day_of
from crm.interactions.queries.follow_ups import get_follow_up
from crm.interactions.queries.log import officers
from crm.interactions.queries.people import people_at
from crm.interactions.queries.planned import get_plan
from crm.interactions.services import NextStep
from crm.leaving.queries import left_with_something
from crm.pledges.queries import get_pledge
from crm.pledges.wording import STATUS_LABELS, STATUS_MEANINGS

bp = Blueprint("my_day", __name__)

# What is planned from a row that is no next step itself.
WORDS = {
    "pledge": "Ask for an answer to the pledge",
    "quiet": UNWORDED,
    "check": "Ask about insurance and checks",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """The short form, open in a row."""

    form: ShortLogForm
    employer: Employer

    @property
    def at(self) -> str:
        return str(self.form.at.data or "")


@bp.get("/")
@allow(*EVERYONE)
def index() -> ResponseReturnValue:
    user = signed_in_user()
    if not user.is_staff:
        return _first_page_of(user)
    asked = request.args.get("officer", user.id, type=int)
    return _day(user, asked, _opened_by_address(asked))


def _first_page_of(user: User) -> ResponseReturnValue:
    """Partners begin with employers, providers with opportunities: whatever their navigation names first."""
    items = navigation(user.role, frozenset(current_app.view_functions))
    return redirect(items[0].href) if items else abort(404)


def _day(user: User, asked: int, opened: Opened | None = None) -> ResponseReturnValue:
    today = clock.today()
    colleagues = officers() if user.is_manager else []
    officer_id, name = _officer(user, asked, dict(colleagues))
    return render_template(
        "my_day/index.html",
        day=day_of(officer_id, today, page_settings()),
        today=today,
        colleagues=colleagues,
        officer_id=officer_id,
        somebody_else=name if officer_id != user.id else None,
        days=quick_days(today),
        people=left_with_something() if user.is_manager else [],
        opened=opened,
        form=opened.form if opened else None,
        status_labels=STATUS_LABELS,
        status_meanings=STATUS_MEANINGS,
    )


def _officer(user: User, asked: int, colleagues: dict[int, str]) -> tuple[int, str]:
    """Whose day it is. Raises NotAllowed for a colleague's day, NotFound for nobody's."""
    if not may_see_the_day_of(user, asked):
        raise NotAllowed("Only a manager can look at a colleague’s day.")
    if asked != user.id and asked not in colleagues:
        raise NotFound("We could not find that colleague.")
    return asked, colleagues.get(asked, user.name)


def _opened_by_address(officer_id: int) -> Opened | None:
    """The short form of ?log=EMPLOYER&at=ROW: without scripts a link opens it."""
    employer_id = request.args.get("log", type=int)
    if employer_id is None:
        return None
    form = ShortLogForm(formdata=None)
    form.open_at(employer_id, request.args.get("at", ""), officer_id)
    if form.plan_id:
        form.show_plan(get_plan(form.plan_id, viewer=signed_in_user()))
    return _opened(form)


def _opened(form: ShortLogForm) -> Opened:
    employer = get_employer(form.employer_id, viewer=signed_in_user())
    form.offer_days(clock.today())
    form.contacts.offer(people_at(employer.id))
    return Opened(form, employer)


@bp.post("/my-day/log")
@allow(*STAFF)
def log() -> ResponseReturnValue:
    """Save the short form; if something is wrong with it, the day comes back with the form open."""
    form = ShortLogForm()
    officer_id = _whose(form.officer.data)
    opened = _opened(form)
    if form.validate():
        try:
            return _save(form, officer_id)
        except Conflict as refusal:
            form.refuse(str(refusal))
            opened = _opened(form)
    return _day(signed_in_user(), officer_id, opened)


def _save(form: ShortLogForm, officer_id: int) -> ResponseReturnValue:
    today = clock.today()
    with submitting(form) as submission:
        employer = get_employer(form.employer_id, viewer=signed_in_user())
        step = _log_plan(form, officer_id, today) if form.plan_id else _log(form, employer, officer_id, today)
        submission.leads_to = _back(officer_id)
        said = f"Contact with {employer.name} logged."
    flash(f"{said} Next step due {long_date(step.due_on)}." if step else said, "success")
    return redirect(submission.leads_to)


def _log(form: ShortLogForm, employer: Employer, officer_id: int, today: date) -> NextStep | None:
    """Log a contact, ticking off the next step in whose row it was written."""
    user = signed_in_user()
    follow_up = get_follow_up(form.follow_up_id, viewer=user) if form.follow_up_id else None
    if follow_up is not None and follow_up.employer_id != employer.id:
        raise Conflict("That step is about another employer. Open My day again.")
    step = form.step(today, owner_id=officer_id, unworded=follow_up.what if follow_up else UNWORDED)
    services.log_interaction(employer, form.details(today), by=user, today=today, next_step=step)
    if follow_up is not None and form.finished.data:
        services.complete_follow_up(follow_up, by=user, at=clock.now())
    return step


def _log_plan(form: ShortLogForm, officer_id: int, today: date) -> NextStep | None:
    """Log a plan as it turned out: on its own day, if that is past, and for everybody who was to take part."""
    user = signed_in_user()
    plan = get_plan(form.plan_id or 0, viewer=user)
    details = replace(
        form.details(min(plan.planned_on, today)), officer_ids=frozenset(each.id for each in plan.officers)
    )
    step = form.step(today, owner_id=officer_id)
    services.log_plan(plan, details, by=user, today=today, next_step=step)
    return step


@bp.post("/my-day/plans/<int:plan_id>/move")
@allow(*STAFF)
def move_plan(plan_id: int) -> ResponseReturnValue:
    """Put a planned contact off by one touch."""
    officer_id, due_on = _whose(request.form.get("officer")), _chosen_day()
    with submitting(ActionForm()) as submission:
        plan = get_plan(plan_id, viewer=signed_in_user())
        services.move_plan(plan, due_on, today=clock.today())
        submission.leads_to = _back(officer_id)
        said = f"Moved to {long_date(due_on)}: {plan.about}, {plan.employer.name}."
    flash(said, "success")
    return redirect(submission.leads_to)


@bp.post("/my-day/plan")
@allow(*STAFF)
def plan() -> ResponseReturnValue:
    """Put something off to a day, as a next step: a pledge, a quiet employer, a check."""
    why, due_on = request.form.get("why", ""), _chosen_day()
    if why not in WORDS:
        raise Conflict("This page is out of date. Open it again, then plan it.")
    officer_id = _whose(request.form.get("officer"))
    with submitting(ActionForm()) as submission:
        employer = get_employer(id_or_none(request.form.get("employer")) or 0, viewer=signed_in_user())
        services.add_follow_up(employer, NextStep(WORDS[why], due_on, officer_id))
        submission.leads_to = _back(officer_id)
        said = f"Planned for {long_date(due_on)}: {WORDS[why].lower()}, {employer.name}."
    flash(said, "success")
    return redirect(submission.leads_to)


@bp.post("/my-day/pledges/<int:pledge_id>/remind")
@allow(*STAFF)
def remind(pledge_id: int) -> ResponseReturnValue:
    """Ask by e-mail for an answer to a pledge."""
    user = signed_in_user()
    officer_id = _whose(request.form.get("officer"))
    with submitting(ActionForm()) as submission:
        pledge = get_pledge(pledge_id, viewer=user)
        to = remind_about(pledge, contacts_of(pledge.employer_id), by=user, today=clock.today())
        submission.leads_to = safe_next(request.form.get("next"), otherwise=_back(officer_id))
        said = f"A reminder goes to {to.name} at {pledge.employer.name}. They answer by its link."
    flash(said, "success")
    return redirect(submission.leads_to)


def _chosen_day() -> date:
    """The day whose button was pressed. Raises Conflict if there is none such."""
    days, asked = quick_days(clock.today()), request.form.get("to", "")
    if asked not in days:
        raise Conflict("Select a day.")
    return days[asked][1]


def _whose(officer: str | None) -> int:
    """Whose day a form was on. Raises NotAllowed for a colleague's."""
    user = signed_in_user()
    officer_id = id_or_none(officer) or user.id
    if not may_see_the_day_of(user, officer_id):
        raise NotAllowed("Only a manager can look at a colleague’s day.")
    return officer_id


def _back(officer_id: int) -> str:
    return url_for("my_day.index", officer=officer_id if officer_id != signed_in_user().id else None, _anchor="day")
