"""The mail tray, one mail, and the files that came with it."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.readable import readable_history
from crm.core.access import STAFF, allow
from crm.core.fields import id_or_none
from crm.core.pagination import page_number
from crm.correspondence import policies
from crm.correspondence.forms.checking import is_to_come
from crm.correspondence.forms.deciding import DiscardForm, FileForm
from crm.correspondence.models import Mail, MailStatus
from crm.correspondence.queries.people import known_at, suggestions
from crm.correspondence.queries.tray import (
    SHOWN,
    filed_with,
    get_attachment,
    get_mail,
    mailboxes,
    tray_page,
)
from crm.correspondence.services.filing import people_in
from crm.correspondence.views.blueprint import addresses_of_ours, bp
from crm.employers.queries import get_employer

SAFE = {
    "Content-Security-Policy": "sandbox; default-src 'none'",  # should a browser show it after all
    "Content-Type": "application/octet-stream",
}


@bp.get("/contact-log/mail/")
@allow(*STAFF)
def index() -> ResponseReturnValue:
    asked = request.args.get("show", "")
    status = MailStatus(asked) if asked in SHOWN else MailStatus.WAITING
    return render_template(
        "mail/index.html", page=tray_page(status, page_number()), status=status, shown=SHOWN, mailboxes=mailboxes()
    )


@bp.get("/contact-log/mail/<int:mail_id>")
@allow(*STAFF)
def show(mail_id: int) -> ResponseReturnValue:
    mail = get_mail(mail_id, viewer=signed_in_user())
    form = FileForm(formdata=None)
    form.version.data, form.on.data = mail.version, mail.happened_on
    chosen = id_or_none(request.args.get("employer"))
    if chosen is not None and policies.may_file(signed_in_user(), mail):
        form.employer.show(chosen, get_employer(chosen, viewer=signed_in_user()).name)
    offer(form, mail)
    return mail_page(mail, form)


def offer(form: FileForm, mail: Mail) -> None:
    """Offer people of the mail who are new where it is to be filed."""
    known = known_at(form.employer.data) if form.employer.data else None
    form.newcomers.offer(people_in(mail), known, addresses_of_ours())
    if known and not form.is_submitted():
        form.newcomers.tick_likely(known)


def mail_page(mail: Mail, file_form: FileForm, discard_form: DiscardForm | None = None) -> ResponseReturnValue:
    """One mail, with what may be done with it; a form that was refused says why."""
    user = signed_in_user()
    discarding = discard_form or DiscardForm(formdata=None)
    discarding.version.data = mail.version
    others = [person.email for person in people_in(mail) if person.email not in addresses_of_ours()]
    return render_template(
        "mail/show.html",
        mail=mail,
        form=discard_form or file_form,
        file_form=file_form,
        discard_form=discarding,
        suggestions=suggestions(others) if policies.may_file(user, mail) else [],
        filed_with=filed_with(mail.message_key) if mail.is_in_tray else [],
        is_to_come=is_to_come(mail),
        history=readable_history("mail", mail.id),
        may={
            "file": policies.may_file(user, mail),
            "discard": policies.may_discard(user, mail),
            "restore": policies.may_restore(user, mail),
            "take_back": policies.may_take_back(user, mail),
        },
    )


@bp.get("/contact-log/mail/<int:mail_id>/attachments/<int:attachment_id>")
@allow(*STAFF)
def attachment(mail_id: int, attachment_id: int) -> ResponseReturnValue:
    """A file to save, never to show: what is in it is its sender's."""
    found = get_attachment(mail_id, attachment_id, viewer=signed_in_user())
    response = Response(found.content, headers=SAFE)
    response.headers.set("Content-Disposition", "attachment", filename=found.name)
    return response
