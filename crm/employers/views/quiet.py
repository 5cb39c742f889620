"""Leaving an employer in peace until a day, from its page."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import NotAllowed
from crm.core.formatting import long_date
from crm.core.forms import pressed
from crm.core.submissions import submitting
from crm.employers import policies, services
from crm.employers.forms.quiet import QuietForm
from crm.employers.models import Employer
from crm.employers.queries import get_employer
from crm.employers.views.employers import bp


@bp.route("/<int:employer_id>/quiet", methods=["GET", "POST"])
@allow(*STAFF)
def quiet(employer_id: int) -> ResponseReturnValue:
    employer = _get(employer_id)
    form = QuietForm(data={"until": employer.quiet_until, "reason": employer.quiet_reason})
    if not form.validate_on_submit():
        return render_template("employers/quiet.html", form=form, employer=employer)
    with submitting(form) as submission:
        asked = form.quiet()
        services.keep_quiet(_get(employer_id), asked, today=clock.today())
        submission.leads_to = url_for("employers.show", employer_id=employer_id)
    flash(f"Everybody is asked not to call before {long_date(asked.until)}.", "success")
    return redirect(submission.leads_to)


@bp.post("/<int:employer_id>/quiet/end")
@allow(*STAFF)
def end_quiet(employer_id: int) -> ResponseReturnValue:
    with submitting(pressed()) as submission:
        services.end_quiet(_get(employer_id))
        submission.leads_to = url_for("employers.show", employer_id=employer_id)
    flash("They may be called again.", "success")
    return redirect(submission.leads_to)


def _get(employer_id: int) -> Employer:
    """The employer, if it may be changed now."""
    user = signed_in_user()
    employer = get_employer(employer_id, viewer=user)
    if not policies.may_change(user, employer):
        raise NotAllowed(services.ARCHIVED)
    return employer
