"""Administration: the term dates."""

from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.audit.conflicts import edit_conflict
from crm.audit.readable import readable_history
from crm.core import clock
from crm.core.access import ADMINS, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.forms import ActionForm, differences
from crm.core.submissions import submitting
from crm.reference import terms
from crm.reference.academic_years import AcademicYear
from crm.reference.forms import AddTermForm, ChangeTermForm

bp = Blueprint("terms", __name__, url_prefix="/administration/terms")


@bp.get("/")
@allow(*ADMINS)
def index() -> ResponseReturnValue:
    """Term dates by academic year, the latest year first, its terms as they come."""
    rows = terms.all_terms()
    years = [(year, list(of_year)) for year, of_year in groupby(rows, key=lambda term: term.academic_year)]
    known = {year for year, _ in years}
    this_year = AcademicYear.of(clock.today())
    return render_template(
        "terms/index.html",
        years=years[::-1],
        unknown=[year for year in (this_year, this_year.next) if year not in known] if years else [],
    )


@bp.route("/new", methods=["GET", "POST"])
@allow(*ADMINS)
def new() -> ResponseReturnValue:
    form = AddTermForm()
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                terms.add_term(form.details())
                submission.leads_to = url_for("terms.index")
        except Conflict as refusal:
            form.refuse(str(refusal), form.first_day)
        else:
            flash(f"{form.name.data} added.", "success")
            return redirect(submission.leads_to)
    return render_template("terms/new.html", form=form)


@bp.route("/<int:term_id>", methods=["GET", "POST"])
@allow(*ADMINS)
def edit(term_id: int) -> ResponseReturnValue:
    term = terms.get_term(term_id)
    form = ChangeTermForm(obj=term)
    conflict = None
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                terms.change_term(terms.get_term(term_id), form.details(), version=form.version.data)
                submission.leads_to = url_for("terms.index")
        except Conflict as refusal:
            form.refuse(str(refusal), form.first_day)
        except EditedMeanwhile:
            term = terms.get_term(term_id)
            saved = ChangeTermForm(formdata=None, obj=term)
            conflict = edit_conflict(form, term, differences(saved, form))
        else:
            flash(f"{form.name.data} saved.", "success")
            return redirect(submission.leads_to)
        term = terms.get_term(term_id)
    history = readable_history("term", term_id)
    return render_template("terms/edit.html", form=form, term=term, conflict=conflict, history=history)


@bp.route("/<int:term_id>/remove", methods=["GET", "POST"])
@allow(*ADMINS)
def remove(term_id: int) -> ResponseReturnValue:
    """Ask first: what is due by now is counted without it at once."""
    term, form = terms.get_term(term_id), ActionForm()
    name = term.name
    if form.validate_on_submit():
        with submitting(form) as submission:
            terms.remove_term(terms.get_term(term_id))
            submission.leads_to = url_for("terms.index")
        flash(f"{name} removed.", "success")
        return redirect(submission.leads_to)
    return render_template("terms/remove.html", term=term, form=form)
