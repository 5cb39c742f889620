"""What a contact said about e-mail: may we, and why."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.readable import readable_history
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile, NotAllowed
from crm.core.forms import ActionForm
from crm.core.submissions import submitting
from crm.employers import policies, services
from crm.employers.emailing import may_email
from crm.employers.forms.emailing import EmailingForm, LiftObjectionForm
from crm.employers.models import Contact
from crm.employers.queries import get_contact
from crm.employers.services import Said
from crm.employers.views.contacts import bp

__all__ = ["bp"]  # the contacts' pages, with these among them

MEANWHILE = "Somebody else saved this contact while you were working on it. Look at what is known now, then save again."


@bp.route("/contacts/<int:contact_id>/e-mailing", methods=["GET", "POST"])
@allow(*STAFF)
def emailing(contact_id: int) -> ResponseReturnValue:
    contact = get_contact(contact_id, viewer=signed_in_user())
    form = EmailingForm(data={"on": clock.today(), "version": contact.version})
    if not form.validate_on_submit():
        return _page(contact, form)
    try:
        with submitting(form) as submission:
            contact = _get(contact_id)
            services.record_emailing(contact, form.details(), seen=form.version.data, today=clock.today())
            submission.leads_to = _address(contact)
    except Conflict as refusal:
        form.refuse(str(refusal))
        return _page(get_contact(contact_id, viewer=signed_in_user()), form)
    except EditedMeanwhile:
        form.refuse(MEANWHILE)
        contact = get_contact(contact_id, viewer=signed_in_user())
        form.move_to(contact.version)
        return _page(contact, form)
    flash("Saved what they said about e-mail.", "success")
    return redirect(submission.leads_to)


@bp.route("/contacts/<int:contact_id>/lift-objection", methods=["GET", "POST"])
@allow(*STAFF)
def lift_objection(contact_id: int) -> ResponseReturnValue:
    contact = _get(contact_id)
    form = LiftObjectionForm()
    if form.validate_on_submit():
        with submitting(form) as submission:
            contact = _get(contact_id)
            services.lift_objection(contact, reason=form.reason.data or "")
            submission.leads_to = _address(contact)
        flash("Objection lifted. It stays in the history, with the reason.", "success")
        return redirect(submission.leads_to)
    return render_template("contacts/lift_objection.html", form=form, contact=contact)


@bp.post("/contacts/<int:contact_id>/e-mailing/take-back")
@allow(*STAFF)
def take_back(contact_id: int) -> ResponseReturnValue:
    """A consent or a soft opt-in was written down by mistake."""
    form, said = ActionForm(), request.form.get("said", "")
    if not form.validate_on_submit() or said not in set(Said):
        raise Conflict("This page is out of date. Open it again, then save.")
    with submitting(form) as submission:
        contact = _get(contact_id)
        services.take_back(contact, Said(said))
        submission.leads_to = _address(contact)
    flash("Removed. It stays in the history.", "success")
    return redirect(submission.leads_to)


def _page(contact: Contact, form: EmailingForm) -> ResponseReturnValue:
    return render_template(
        "contacts/emailing.html",
        form=form,
        contact=contact,
        answer=may_email(contact.employer, contact),
        may_change=policies.may_change(signed_in_user(), contact.employer),
        known=[
            ("consented", "Consent", contact.consented_on, contact.consented_how),
            ("opted_in", "Address given when speaking of opportunities", contact.opted_in_on, contact.opted_in_how),
            ("objected", "Objection", contact.objected_on, contact.objected_how),
        ],
        history=readable_history("contact", contact.id),
    )


def _get(contact_id: int) -> Contact:
    """The contact, if they may be changed now."""
    contact = get_contact(contact_id, viewer=signed_in_user())
    if not policies.may_change(signed_in_user(), contact.employer):
        raise NotAllowed(services.ARCHIVED)
    return contact


def _address(contact: Contact) -> str:
    return url_for("contacts.emailing", contact_id=contact.id)
