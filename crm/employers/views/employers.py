"""Adding, changing, archiving employers; suggestions for a box that asks for one."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import edit_conflict
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile, NotAllowed
from crm.core.forms import differences, pressed
from crm.core.submissions import submitting
from crm.employers import policies, queries, services
from crm.employers.forms.employers import AddEmployerForm, ArchiveForm, ChangeEmployerForm, described, employer_answers
from crm.employers.likely import LikelyEmployer, likely_employers
from crm.employers.models import Employer
from crm.employers.queries import get_employer
from crm.reference.models import Area, Sector, SizeBand, Tag
from crm.reference.queries import offered

bp = Blueprint("employers", __name__, url_prefix="/employers")


class _PossiblyThere(Exception):  # no error: a question to the person at the keyboard
    def __init__(self, likely: list[LikelyEmployer]) -> None:
        super().__init__()
        self.likely = likely


@bp.get("/options")
@allow(*STAFF)
def options() -> ResponseReturnValue:
    """Up to ten employers that ?q= may mean, for `SearchSelectField`."""
    found = queries.employer_options(request.args.get("q", ""))
    return jsonify([{"id": option.id, "text": option.name, "hint": option.hint} for option in found])


@bp.route("/new", methods=["GET", "POST"])
@allow(*STAFF)
def new() -> ResponseReturnValue:
    user = signed_in_user()
    form = AddEmployerForm(data={"owner_id": user.id, "name": request.args.get("name", "")})
    _offer(form)
    likely: list[LikelyEmployer] = []
    if form.validate_on_submit():
        try:
            return _add(form)
        except _PossiblyThere as question:
            likely = question.likely
            form.show(likely)
        except Conflict as refusal:
            _refuse(form, refusal)
    return render_template("employers/new.html", form=form, likely=likely)


def _add(form: AddEmployerForm) -> ResponseReturnValue:
    details = form.details()
    with submitting(form) as submission:
        # Asked inside, so that a second click finds its own key before it finds its own employer.
        likely = list(likely_employers(described(details)))
        if not form.has_shown(likely):
            raise _PossiblyThere(likely)
        employer = services.add_employer(details)
        submission.leads_to = url_for("employers.show", employer_id=employer.id)
    flash(f"{details.name} added.", "success")
    return redirect(submission.leads_to)


@bp.route("/<int:employer_id>/edit", methods=["GET", "POST"])
@allow(*STAFF)
def edit(employer_id: int) -> ResponseReturnValue:
    employer = _get(employer_id)
    form = ChangeEmployerForm(data=employer_answers(employer))
    _offer(form, employer)
    met = False
    if form.validate_on_submit():
        try:
            return _save(employer_id, form)
        except Conflict as refusal:
            _refuse(form, refusal)
        except EditedMeanwhile:
            met = True
        employer = _get(employer_id)
    return _form_again(employer, form, met=met)


def _save(employer_id: int, form: ChangeEmployerForm) -> ResponseReturnValue:
    with submitting(form) as submission:
        employer = _get(employer_id)
        services.change_employer(employer, form.details(), version=form.version.data)
        submission.leads_to = url_for("employers.show", employer_id=employer_id)
    flash("Employer saved.", "success")
    return redirect(submission.leads_to)


def _form_again(employer: Employer, form: ChangeEmployerForm, *, met: bool) -> ResponseReturnValue:
    """The form with what was typed; and, if somebody else saved the employer meanwhile, both versions."""
    conflict = None
    if met:
        saved = ChangeEmployerForm(formdata=None, data=employer_answers(employer))
        _offer(saved, employer)
        conflict = edit_conflict(form, employer, differences(saved, form))
    return render_template("employers/edit.html", form=form, employer=employer, conflict=conflict)


@bp.route("/<int:employer_id>/archive", methods=["GET", "POST"])
@allow(*STAFF)
def archive(employer_id: int) -> ResponseReturnValue:
    employer = get_employer(employer_id, viewer=signed_in_user())
    form = ArchiveForm()
    if form.validate_on_submit():
        with submitting(form) as submission:
            employer = get_employer(employer_id, viewer=signed_in_user())
            services.archive_employer(employer, reason=form.reason.data or "", at=clock.now())
            submission.leads_to = url_for("employers.show", employer_id=employer_id)
        flash("Employer archived. It is off the lists; everything about it is kept.", "success")
        return redirect(submission.leads_to)
    if not policies.may_archive(signed_in_user(), employer):
        raise NotAllowed("This employer is archived already.")
    return render_template("employers/archive.html", form=form, employer=employer)


@bp.post("/<int:employer_id>/restore")
@allow(*STAFF)
def restore(employer_id: int) -> ResponseReturnValue:
    with submitting(pressed()) as submission:
        services.restore_employer(get_employer(employer_id, viewer=signed_in_user()))
        submission.leads_to = url_for("employers.show", employer_id=employer_id)
    flash("Employer restored.", "success")
    return redirect(submission.leads_to)


def _get(employer_id: int) -> Employer:
    """The employer, if it may be changed now."""
    user = signed_in_user()
    employer = get_employer(employer_id, viewer=user)
    if not policies.may_change(user, employer):
        raise NotAllowed(services.ARCHIVED)
    return employer


def _offer(form: AddEmployerForm | ChangeEmployerForm, employer: Employer | None = None) -> None:
    """What can be chosen, with what this employer has chosen already even if it is out of use."""
    form.offer(
        sectors=offered(Sector, besides=[sector.id for sector in employer.sectors] if employer else ()),
        size_bands=offered(SizeBand, besides=[employer.size_band_id] if employer else ()),
        areas=offered(Area, besides=[employer.area_id] if employer else ()),
        tags=offered(Tag, besides=[tag.id for tag in employer.tags] if employer else ()),
        owners=queries.possible_owners(besides=employer.owner_id if employer else None),
    )


def _refuse(form: AddEmployerForm | ChangeEmployerForm, refusal: Conflict) -> None:
    form.refuse(str(refusal), form.company_number if isinstance(refusal, services.NumberTaken) else None)
