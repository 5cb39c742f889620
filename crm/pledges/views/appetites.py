"""What an employer says of an academic year before there is a number: a page of its own, from the employer's page."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import EditConflict, edit_conflict
from crm.audit.readable import readable_history
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.forms import differences
from crm.core.submissions import submitting
from crm.core.web import safe_next
from crm.employers.queries import get_employer
from crm.pledges.appetites import appetite_for, record_appetite
from crm.pledges.forms.appetite import AppetiteForm, appetite_answers
from crm.pledges.models import Appetite
from crm.reference.academic_years import AcademicYear
from crm.reference.models import DeclineReason
from crm.reference.queries import offered

bp = Blueprint("appetites", __name__, url_prefix="/employers")


@bp.route("/<int:employer_id>/appetite", methods=["GET", "POST"])
@allow(*STAFF)
def edit(employer_id: int) -> ResponseReturnValue:
    """Write down what the employer says of ?year=2026/27: this academic year if none is named, or the next."""
    this_year = AcademicYear.of(clock.today())
    year = this_year.next if request.args.get("year") == this_year.next.name else this_year
    employer, stored = get_employer(employer_id, viewer=signed_in_user()), appetite_for(employer_id, year)
    form = AppetiteForm(data=appetite_answers(stored))
    form.offer_reasons(_reasons(stored))
    back = safe_next(
        request.args.get("next"), otherwise=url_for("employers.show", employer_id=employer_id, _anchor="pledges")
    )
    met = False
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                employer, by = get_employer(employer_id, viewer=signed_in_user()), signed_in_user()
                details, seen = form.details(), form.version.data
                record_appetite(employer, year, details, by=by, on=clock.today(), seen_version=seen)
                submission.leads_to = back
        except Conflict as refusal:
            form.refuse(str(refusal), form.attitude)
        except EditedMeanwhile:
            met = True
        else:
            flash(f"What they say of {year} is written down.", "success")
            return redirect(submission.leads_to)
        employer, stored = get_employer(employer_id, viewer=signed_in_user()), appetite_for(employer_id, year)
    return render_template(
        "pledges/appetite.html",
        employer=employer,
        year=year,
        years=(this_year, this_year.next),
        form=form,
        back=back,
        conflict=_both_versions(form, stored) if met else None,
        history=readable_history("appetite", stored.id) if stored else [],
    )


def _reasons(stored: Appetite | None) -> list[tuple[int, str]]:
    return list(offered(DeclineReason, besides=[stored.reason_id if stored else None]))


def _both_versions(form: AppetiteForm, stored: Appetite | None) -> EditConflict:
    saved = AppetiteForm(formdata=None, data=appetite_answers(stored))
    saved.offer_reasons(_reasons(stored))
    return edit_conflict(form, stored, differences(saved, form))
