"""Logging a contact, and putting an entry right."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import EditConflict, edit_conflict
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile, NotAllowed
from crm.core.fields import id_or_none
from crm.core.formatting import long_date
from crm.core.forms import differences
from crm.core.submissions import submitting
from crm.core.web import safe_next
from crm.employers.models import Employer
from crm.employers.queries import get_employer, possible_owners
from crm.employers.services import add_contact, end_quiet, keep_quiet
from crm.interactions import services
from crm.interactions.forms.logging import EditInteractionForm, LogForm
from crm.interactions.models import Interaction, QuickEntry
from crm.interactions.policies import may_edit, may_edit_freely
from crm.interactions.queries.log import get_interaction
from crm.interactions.queries.people import people_at
from crm.interactions.queries.planned import get_plan
from crm.interactions.queries.quick_entries import quick_entries
from crm.interactions.views.blueprint import bp


@bp.route("/new", methods=["GET", "POST"])
@allow(*STAFF)
def new() -> ResponseReturnValue:
    user, today, form = signed_in_user(), clock.today(), LogForm()
    form.offer_days(today, none="No next step")
    colleagues = possible_owners()
    form.offer_owners(colleagues, user.id)
    form.officers.offer(colleagues)
    quick = quick_entries(in_use_only=True)
    if not form.is_submitted():
        _open(form)
    elif "look_up" in request.form:
        form.employer.validate(form)  # nothing is saved: the page comes back with the employer's people
    elif "change" in request.form:
        form.employer.data, form.employer.typed, form.contacts.data = None, "", []
    elif "quick" in request.form:  # without scripts: the page comes back filled in
        form.fill_in([entry for entry in quick if str(entry.id) == request.form["quick"]])
    elif form.validate() and (answer := _save(form)):
        return answer
    return _log_page(form, quick)


def _open(form: LogForm) -> None:
    """Begin with the employer and the contact named in the address."""
    form.came_from.data = request.args.get("next", "")
    form.happened_on.data = clock.today()
    form.employer.data = id_or_none(request.args.get("employer"))
    form.contacts.show(map(int, filter(None, map(id_or_none, request.args.getlist("contact")))))
    form.officers.show([signed_in_user().id])
    if plan_id := id_or_none(request.args.get("plan")):
        form.begin_as(get_plan(plan_id, viewer=signed_in_user()), clock.today())


def _save(form: LogForm) -> ResponseReturnValue | None:
    """Save and go back to where the officer came from; nothing if the service refused."""
    user, today = signed_in_user(), clock.today()
    assert form.employer.data  # noqa: S101  # validated
    employer = get_employer(form.employer.data, viewer=user)
    step = form.step(today)
    try:
        with submitting(form) as submission:
            details = form.details()
            if newcomer := form.newcomer():
                contact = add_contact(employer, newcomer)
                details = replace(details, contact_ids=details.contact_ids | {contact.id})
            if plan_id := id_or_none(form.plan.data):
                plan = get_plan(plan_id, viewer=user)
                services.log_plan(plan, details, by=user, today=today, next_step=step)
            else:
                services.log_interaction(employer, details, by=user, today=today, next_step=step)
            _leave_in_peace(employer, form, today)
            submission.leads_to = safe_next(
                form.came_from.data, otherwise=url_for("employers.show", employer_id=employer.id)
            )
    except (Conflict, EditedMeanwhile) as refusal:
        form.refuse(str(refusal))
        return None
    due = f" Next step due {long_date(step.due_on)}." if step else ""
    flash(f"Contact with {employer.name} logged.{due}", "success")
    return redirect(submission.leads_to)


def _leave_in_peace(employer: Employer, form: LogForm, today: date) -> None:
    """What they said about being called: not before a day, or at any time again."""
    if form.quiet_over.data:
        end_quiet(employer)
    if quiet := form.quiet():
        keep_quiet(employer, quiet, today=today)


def _log_page(form: LogForm, quick: Sequence[QuickEntry]) -> ResponseReturnValue:
    """The form; once the employer is known, with its people and what to know before a call."""
    known = _chosen(form) if form.employer.data else {"employer": None}
    return render_template("interactions/new.html", form=form, quick=quick, **known)


def _chosen(form: LogForm) -> dict[str, object]:
    """Show the chosen employer and who works there."""
    assert form.employer.data  # noqa: S101  # the caller asked
    employer = get_employer(form.employer.data, viewer=signed_in_user())
    form.employer.show(employer.id, employer.name)
    form.contacts.offer(people_at(employer.id))
    return {"employer": employer, "is_quiet": employer.is_quiet(clock.today())}


@bp.route("/<int:interaction_id>/edit", methods=["GET", "POST"])
@allow(*STAFF)
def edit(interaction_id: int) -> ResponseReturnValue:
    """Change an entry freely while it is fresh, by a correction with a reason afterwards."""
    interaction = _mine(interaction_id)
    form = _edit_form(interaction)
    if not form.is_submitted():
        form.fill(interaction)
    if not form.validate_on_submit():
        return _edit_page(form, interaction)
    try:
        with submitting(form) as submission:
            _change(interaction, form)
            submission.leads_to = url_for("interactions.show", interaction_id=interaction.id)
    except Conflict as refusal:
        form.refuse(str(refusal))
        return _edit_page(form, _mine(interaction_id))
    except EditedMeanwhile:
        return _both_versions(form, interaction_id)
    flash("Contact log entry corrected." if "reason" in form else "Contact log entry changed.", "success")
    return redirect(submission.leads_to)


def _edit_form(interaction: Interaction, **options: None) -> EditInteractionForm:
    form = EditInteractionForm(**options)
    _offer_people(form, interaction)
    if may_edit_freely(signed_in_user(), interaction, clock.now()):
        del form.reason
    return form


def _change(interaction: Interaction, form: EditInteractionForm) -> None:
    seen, today = form.version.data, clock.today()
    if "reason" not in form:
        services.edit_interaction(interaction, form.details(), seen=seen, today=today)
        return
    correcting = services.Correcting(signed_in_user(), clock.now(), form.reason.data or "")
    services.correct_interaction(interaction, form.details(), correcting, seen=seen, today=today)


def _edit_page(
    form: EditInteractionForm, interaction: Interaction, conflict: EditConflict | None = None
) -> ResponseReturnValue:
    return render_template("interactions/edit.html", form=form, interaction=interaction, conflict=conflict)


def _both_versions(form: EditInteractionForm, interaction_id: int) -> ResponseReturnValue:
    interaction = _mine(interaction_id)
    saved = _edit_form(interaction, formdata=None)
    saved.fill(interaction)
    if "reason" in form and "reason" in saved:
        saved.reason.data = form.reason.data  # nobody saved another
    return _edit_page(form, interaction, edit_conflict(form, interaction, differences(saved, form)))


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
