"""Pages of the contact log."""

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.audit.queries import history_of
from crm.core import clock
from crm.core.access import READERS, STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile, NotAllowed
from crm.core.formatting import long_date
from crm.core.forms import differences
from crm.core.pagination import page_number
from crm.core.spreadsheets.cells import Column
from crm.core.spreadsheets.csv_writing import csv_lines
from crm.core.submissions import submitting
from crm.core.web import safe_next
from crm.employers.queries import employers_named, get_employer, possible_owners
from crm.interactions import services
from crm.interactions.due import quick_days
from crm.interactions.forms.fields import id_or_none
from crm.interactions.forms.filtering import LogFilterForm
from crm.interactions.forms.logging import EditInteractionForm, LogForm
from crm.interactions.models import Interaction
from crm.interactions.policies import may_edit
from crm.interactions.queries.follow_ups import follow_ups_from, open_at
from crm.interactions.queries.log import LogRow, employer_name, get_interaction, log_page, log_rows, officers
from crm.interactions.queries.people import people_at
from crm.interactions.queries.pressure import contact_summary
from crm.pledges.queries import live_pledge
from crm.reference.academic_years import AcademicYear

bp = Blueprint("interactions", __name__, url_prefix="/contact-log")

MOST_PLANNED = 3
SHARED = (
    Column[LogRow]("Date", lambda row: row.happened_on),
    Column[LogRow]("How", lambda row: row.channel.label),
    Column[LogRow]("Employer", lambda row: row.employer),
    Column[LogRow]("Direction", lambda row: row.direction.label),
    Column[LogRow]("Officers", lambda row: row.officers),
)
NOTES = (
    Column[LogRow]("Contacts", lambda row: row.contacts),
    Column[LogRow]("Outcome", lambda row: row.outcome.label if row.outcome else None),
    Column[LogRow]("What was said", lambda row: row.summary),
)


@bp.get("/")
@allow(*READERS)
def index() -> ResponseReturnValue:
    viewer = signed_in_user()
    form = _filter_form(viewer)
    filters = form.filters()
    named = employer_name(filters.employer_id, viewer=viewer) if filters.employer_id else None
    return render_template(
        "interactions/index.html",
        form=form,
        page=log_page(filters, page_number(), viewer=viewer),
        chips=form.described(named),
        employer=named,
        download=f"{url_for('interactions.download')}?{request.query_string.decode('ascii', 'ignore')}",
    )


@bp.get("/contact-log.csv")
@allow(*READERS)
def download() -> ResponseReturnValue:
    viewer = signed_in_user()
    columns = (*SHARED, *NOTES) if viewer.is_staff else SHARED
    rows = log_rows(_filter_form(viewer).filters(), viewer=viewer)
    name = f"contact-log-{clock.today().isoformat()}.csv"
    return Response(
        stream_with_context(csv_lines(columns, rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.route("/new", methods=["GET", "POST"])
@allow(*STAFF)
def new() -> ResponseReturnValue:
    user, today, form = signed_in_user(), clock.today(), LogForm()
    form.employer.find = employers_named
    form.offer_days(today, none="No next step")
    colleagues = possible_owners()
    form.offer_owners(colleagues, user.id)
    form.officers.offer(colleagues)
    if not form.is_submitted():
        _open(form)
    elif "look_up" in request.form:
        form.employer.validate(form)  # nothing is saved: the page comes back with the employer's people
    elif "change" in request.form:
        form.employer.data, form.employer.typed, form.contacts.data = None, "", []
    elif form.validate() and (answer := _save(form)):
        return answer
    return _log_page(form)


def _open(form: LogForm) -> None:
    """Begin with the employer and the contact named in the address."""
    form.came_from.data = request.args.get("next", "")
    form.happened_on.data = clock.today()
    form.employer.data = id_or_none(request.args.get("employer"))
    form.contacts.show(map(int, filter(None, map(id_or_none, request.args.getlist("contact")))))
    form.officers.show([signed_in_user().id])


def _save(form: LogForm) -> ResponseReturnValue | None:
    """Save and go back to where the officer came from; nothing if the service refused."""
    user, today = signed_in_user(), clock.today()
    assert form.employer.data  # noqa: S101  # validated
    employer = get_employer(form.employer.data, viewer=user)
    step = form.step(today)
    try:
        with submitting(form) as submission:
            services.log_interaction(employer, form.details(), by=user, today=today, next_step=step)
            submission.leads_to = safe_next(
                form.came_from.data, otherwise=url_for("employers.show", employer_id=employer.id)
            )
    except Conflict as refusal:
        form.refuse(str(refusal))
        return None
    due = f" Next step due {long_date(step.due_on)}." if step else ""
    flash(f"Contact with {employer.name} logged.{due}", "success")
    return redirect(submission.leads_to)


def _log_page(form: LogForm) -> ResponseReturnValue:
    """The form; once the employer is known, with its people and what to know before a call."""
    known = _before_you_call(form) if form.employer.data else {"employer": None}
    return render_template("interactions/new.html", form=form, **known)


def _before_you_call(form: LogForm) -> dict[str, object]:
    """Show the chosen employer and who works there; give what to know before ringing them."""
    assert form.employer.data  # noqa: S101  # the caller asked
    today = clock.today()
    employer = get_employer(form.employer.data, viewer=signed_in_user())
    form.employer.show(employer.id, employer.name)
    form.contacts.offer(people_at(employer.id))
    return {
        "employer": employer,
        "summary": contact_summary(employer.id, today=today),
        "pledge": live_pledge(employer.id, AcademicYear.of(today)),
        "planned": open_at(employer.id, limit=MOST_PLANNED),
    }


@bp.get("/<int:interaction_id>")
@allow(*STAFF)
def show(interaction_id: int) -> ResponseReturnValue:
    user = signed_in_user()
    interaction = get_interaction(interaction_id, viewer=user)
    return render_template(
        "interactions/show.html",
        interaction=interaction,
        steps=follow_ups_from(interaction.id),
        history=history_of("interaction", interaction.id),
        may_edit=may_edit(user, interaction),
        today=clock.today(),
        days=quick_days(clock.today()),
    )


@bp.route("/<int:interaction_id>/edit", methods=["GET", "POST"])
@allow(*STAFF)
def edit(interaction_id: int) -> ResponseReturnValue:
    interaction = _mine(interaction_id)
    form = EditInteractionForm()
    _offer_people(form, interaction)
    if not form.is_submitted():
        form.fill(interaction)
    if not form.validate_on_submit():
        return render_template("interactions/edit.html", form=form, interaction=interaction, conflict=None)
    try:
        with submitting(form) as submission:
            services.edit_interaction(interaction, form.details(), seen=form.version.data, today=clock.today())
            submission.leads_to = url_for("interactions.show", interaction_id=interaction.id)
    except Conflict as refusal:
        form.refuse(str(refusal))
        return render_template("interactions/edit.html", form=form, interaction=_mine(interaction_id), conflict=None)
    except EditedMeanwhile:
        return _both_versions(form, interaction_id)
    flash("Contact log entry changed.", "success")
    return redirect(submission.leads_to)


def _both_versions(form: EditInteractionForm, interaction_id: int) -> ResponseReturnValue:
    """Show what somebody else saved beside what was typed; the next save overwrites it knowingly."""
    interaction = _mine(interaction_id)
    form.move_to(interaction.version)
    saved = EditInteractionForm(formdata=None)
    _offer_people(saved, interaction)
    saved.fill(interaction)
    conflict = {
        "who": history_of("interaction", interaction.id, limit=1)[0].actor,
        "at": interaction.updated_at,
        "rows": differences(saved, form),
    }
    return render_template("interactions/edit.html", form=form, interaction=interaction, conflict=conflict)


def _offer_people(form: EditInteractionForm, interaction: Interaction) -> None:
    """Those who may have taken part, and those who did though they have left since."""
    took_part = [each.id for each in interaction.contacts]
    form.contacts.offer(people_at(interaction.employer_id, besides=took_part))
    colleagues = dict(possible_owners()) | {each.id: each.name for each in interaction.officers}
    form.officers.offer(list(colleagues.items()))


def _mine(interaction_id: int) -> Interaction:
    """An entry the user may change. Raises NotAllowed for somebody else's."""
    user = signed_in_user()
    interaction = get_interaction(interaction_id, viewer=user)
    if not may_edit(user, interaction):
        raise NotAllowed("Only whoever logged this contact, or a manager, can change it.")
    return interaction


def _filter_form(viewer: User) -> LogFilterForm:
    form = LogFilterForm()
    form.offer_officers(officers())
    if not viewer.is_staff:
        del form.text
    form.validate()
    return form
