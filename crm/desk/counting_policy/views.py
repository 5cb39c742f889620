"""What counts towards the three: reading it, trying another, publishing that."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import MANAGERS, STAFF, allow
from crm.core.errors import EditedMeanwhile
from crm.core.submissions import submitting
from crm.counting.models import CountingPolicyVersion
from crm.counting.queries import versions
from crm.counting.services import FIRST, publish_policy
from crm.desk.counting_policy.forms import CountingPolicyForm
from crm.desk.counting_policy.previewing import counts_alike, differences, policy_of
from crm.fulfilment.policies import as_policy, policy_for
from crm.reference.academic_years import AcademicYear, years_around

bp = Blueprint("counting_policy", __name__, url_prefix="/figures/policy")


@bp.get("/")
@allow(*STAFF)
def index() -> ResponseReturnValue:
    found, years = versions(), _years()
    return render_template(
        "counting/index.html",
        in_force=[(year, policy_for(year)) for year in years],
        versions=[(each, as_policy(each, each.academic_year)) for each in found],
        may_change=signed_in_user().is_manager,
    )


@bp.route("/new", methods=["GET", "POST"])
@allow(*MANAGERS)
def new() -> ResponseReturnValue:
    """Try another policy for ?year=. Posting saves nothing: it shows what the figures would become."""
    form = CountingPolicyForm()
    year = _year(form.year.data or request.args.get("year"))
    current = policy_for(year)
    number = _latest_number(year, versions())
    if not form.is_submitted():
        form.show(current, number)
    if not form.is_submitted() or request.form.get("step") == "change" or not form.validate():
        return _form(form, year)
    if form.version.data != number:
        return _form(form, year, met=True)
    proposed = policy_of(form.details(), current)
    if counts_alike(current, proposed):
        form.refuse("Nothing has changed. Change what counts, then look at it.", form.kinds)
        return _form(form, year)
    today = clock.today()
    return render_template(
        "counting/preview.html",
        form=form,
        year=year,
        current=current,
        proposed=proposed,
        as_at=min(max(today, year.first_day), year.last_day),
        differences=differences(current, proposed, min(max(today, year.first_day), year.last_day)),
    )


@bp.post("/publish")
@allow(*MANAGERS)
def publish() -> ResponseReturnValue:
    form, met = CountingPolicyForm(), False
    year = _year(form.year.data)
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                publish_policy(year, form.details(), seen=form.version.data or 0, by=signed_in_user(), at=clock.now())
                submission.leads_to = url_for("counting_policy.index")
        except EditedMeanwhile:
            met = True
        else:
            flash(f"Published. The figures of {year} are counted by it from now on.", "success")
            return redirect(submission.leads_to, 303)
    return _form(form, year, met=met)


def _form(form: CountingPolicyForm, year: AcademicYear, *, met: bool = False) -> str:
    """The form; `met`: with what somebody else published meanwhile, which the next try then follows."""
    found = versions()
    if met:
        form.move_to(_latest_number(year, found))
    theirs = next((each for each in found if each.academic_year == year), None) if met else None
    return render_template(
        "counting/new.html",
        form=form,
        year=year,
        theirs=theirs,
        their_policy=as_policy(theirs, year) if theirs else None,
    )


def _latest_number(year: AcademicYear, found: Sequence[CountingPolicyVersion]) -> int:
    return next((each.number for each in found if each.academic_year == year), FIRST)


def _years() -> Sequence[AcademicYear]:
    """This academic year and the next: what is over is not counted otherwise afterwards."""
    _, this_year, following = years_around(clock.today())
    return this_year, following


def _year(name: str | None) -> AcademicYear:
    years = _years()
    return next((each for each in years if each.name == name), years[0])
