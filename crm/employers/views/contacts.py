"""Adding and changing the people at an employer."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import edit_conflict
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile, NotAllowed
from crm.core.forms import differences, pressed
from crm.core.submissions import submitting
from crm.employers import policies, services
from crm.employers.forms.contacts import AddContactForm, ChangeContactForm, contact_answers
from crm.employers.models import Contact
from crm.employers.queries import get_contact, get_employer

bp = Blueprint("contacts", __name__)


@bp.route("/employers/<int:employer_id>/contacts/new", methods=["GET", "POST"])
@allow(*STAFF)
def new(employer_id: int) -> ResponseReturnValue:
    employer = get_employer(employer_id, viewer=signed_in_user())
    if not policies.may_change(signed_in_user(), employer):
        raise NotAllowed(services.ARCHIVED)
    form = AddContactForm()
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                contact = services.add_contact(get_employer(employer_id, viewer=signed_in_user()), form.details())
                submission.leads_to = _address(contact)
        except Conflict as refusal:
            form.refuse(str(refusal), form.email)
            employer = get_employer(employer_id, viewer=signed_in_user())
        else:
            flash(f"{form.name.data} added.", "success")
            return redirect(submission.leads_to)
    return render_template("contacts/new.html", form=form, employer=employer)


@bp.route("/contacts/<int:contact_id>/edit", methods=["GET", "POST"])
@allow(*STAFF)
def edit(contact_id: int) -> ResponseReturnValue:
    contact = _get(contact_id)
    form = ChangeContactForm(data=contact_answers(contact))
    met = False
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                contact = _get(contact_id)
                services.change_contact(contact, form.details(), version=form.version.data)
                submission.leads_to = _address(contact)
        except Conflict as refusal:
            form.refuse(str(refusal), form.email)
        except EditedMeanwhile:
            met = True
        else:
            flash("Contact saved.", "success")
            return redirect(submission.leads_to)
        contact = _get(contact_id)
    return _form_again(contact, form, met=met)


def _form_again(contact: Contact, form: ChangeContactForm, *, met: bool) -> ResponseReturnValue:
    """The form with what was typed; and, if somebody else saved the contact meanwhile, both versions."""
    conflict = None
    if met:
        saved = ChangeContactForm(formdata=None, data=contact_answers(contact))
        conflict = edit_conflict(form, contact, differences(saved, form))
    return render_template("contacts/edit.html", form=form, contact=contact, conflict=conflict)


@bp.post("/contacts/<int:contact_id>/left")
@allow(*STAFF)
def left(contact_id: int) -> ResponseReturnValue:
    """They no longer work there."""
    with submitting(pressed()) as submission:
        contact = _get(contact_id)
        services.mark_left(contact, at=clock.now())
        submission.leads_to = _address(contact)
    flash("Marked as no longer working there. What they did is kept.", "success")
    return redirect(submission.leads_to)


@bp.post("/contacts/<int:contact_id>/back")
@allow(*STAFF)
def back(contact_id: int) -> ResponseReturnValue:
    """They work there after all."""
    with submitting(pressed()) as submission:
        contact = _get(contact_id)
        services.mark_back(contact)
        submission.leads_to = _address(contact)
    flash("Marked as working there.", "success")
    return redirect(submission.leads_to)


def _get(contact_id: int) -> Contact:
    """The contact, if they may be changed now."""
    contact = get_contact(contact_id, viewer=signed_in_user())
    if not policies.may_change(signed_in_user(), contact.employer):
        raise NotAllowed(services.ARCHIVED)
    return contact


def _address(contact: Contact) -> str:
    return url_for("employers.show", employer_id=contact.employer_id, _anchor="contacts")
