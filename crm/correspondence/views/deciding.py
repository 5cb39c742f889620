"""Filing a mail out of the tray, discarding it, putting it back, moving it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.db import check_version
from crm.core.errors import Conflict, EditedMeanwhile, NotAllowed
from crm.core.forms import pressed
from crm.core.submissions import submitting
from crm.correspondence import policies, services
from crm.correspondence.forms.checking import is_to_come
from crm.correspondence.forms.deciding import TRAY, DiscardForm, FileForm, MoveForm
from crm.correspondence.models import Mail
from crm.correspondence.queries.tray import get_mail
from crm.correspondence.services import Filing
from crm.correspondence.views.blueprint import bp
from crm.correspondence.views.tray import mail_page, offer
from crm.employers.queries import get_employer

MEANWHILE = "Somebody else decided about this e-mail while you were looking at it. It is shown as it is now."


@bp.post("/contact-log/mail/<int:mail_id>/file")
@allow(*STAFF)
def file(mail_id: int) -> ResponseReturnValue:
    form, mail = FileForm(), _mail(mail_id)
    form.employer.validate(form)  # without scripts the name has to be looked up first: it says who is new there
    offer(form, mail)
    if form.validate() and (answer := _file(form, mail)):
        return answer
    return mail_page(_mail(mail_id), form)


def _file(form: FileForm, mail: Mail) -> ResponseReturnValue | None:
    assert form.employer.data  # noqa: S101  # validated
    on = None if is_to_come(mail) else form.on.data
    filing = Filing(signed_in_user(), clock.now(), clock.today(), on, form.newcomers.chosen())
    employer = get_employer(form.employer.data, viewer=signed_in_user())
    try:
        with submitting(form) as submission:
            mail = _mail(mail.id)
            check_version(mail, form.version.data)
            services.file_mail(mail, get_employer(employer.id, viewer=signed_in_user()), filing)
            submission.leads_to = url_for("mail.index")
    except EditedMeanwhile:
        form.refuse(MEANWHILE)
    except Conflict as refusal:
        form.refuse(str(refusal))
    else:
        flash(f"Filed with {get_employer(employer.id, viewer=signed_in_user()).name}.", "success")
        return redirect(submission.leads_to)
    return None


@bp.post("/contact-log/mail/<int:mail_id>/discard")
@allow(*STAFF)
def discard(mail_id: int) -> ResponseReturnValue:
    form = DiscardForm()
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                mail = _mail(mail_id)
                check_version(mail, form.version.data)
                services.discard(mail, reason=form.reason.data or "", by=signed_in_user(), at=clock.now())
                submission.leads_to = url_for("mail.index")
        except EditedMeanwhile:
            form.refuse(MEANWHILE)
        except Conflict as refusal:
            form.refuse(str(refusal))
        else:
            flash("Discarded. You find it under Discarded until it is deleted.", "success")
            return redirect(submission.leads_to)
    mail, unused = _mail(mail_id), FileForm(formdata=None)
    unused.version.data, unused.on.data = mail.version, mail.happened_on
    offer(unused, mail)
    return mail_page(mail, unused, form)


@bp.post("/contact-log/mail/<int:mail_id>/put-back")
@allow(*STAFF)
def put_back(mail_id: int) -> ResponseReturnValue:
    with submitting(pressed()) as submission:
        services.put_back(_mail(mail_id), by=signed_in_user(), at=clock.now())
        submission.leads_to = url_for("mail.show", mail_id=mail_id)
    flash("The e-mail is in the tray again.", "success")
    return redirect(submission.leads_to)


@bp.route("/contact-log/mail/<int:mail_id>/move", methods=["GET", "POST"])
@allow(*STAFF)
def move(mail_id: int) -> ResponseReturnValue:
    """Take it out of the log it was filed in by mistake."""
    form, mail = MoveForm(), _filed(mail_id)
    if not form.is_submitted():
        form.version.data = mail.version
    elif form.validate() and (answer := _move(form, mail_id)):
        return answer
    return render_template("mail/move.html", form=form, mail=_filed(mail_id))


def _move(form: MoveForm, mail_id: int) -> ResponseReturnValue | None:
    user, reason = signed_in_user(), form.reason.data or ""
    try:
        with submitting(form) as submission:
            mail = _filed(mail_id)
            check_version(mail, form.version.data)
            if form.where.data == TRAY:
                services.take_back(mail, reason=reason, by=user, at=clock.now())
            else:
                assert form.employer.data  # noqa: S101  # validated
                other = get_employer(form.employer.data, viewer=user)
                services.move(mail, other, reason=reason, filing=Filing(user, clock.now(), clock.today()))
            submission.leads_to = url_for("mail.show", mail_id=mail_id)
    except EditedMeanwhile:
        form.refuse(MEANWHILE)
    except Conflict as refusal:
        form.refuse(str(refusal))
    else:
        flash("The e-mail was taken out of the log it was in.", "success")
        return redirect(submission.leads_to)
    return None


def _mail(mail_id: int) -> Mail:
    return get_mail(mail_id, viewer=signed_in_user())


def _filed(mail_id: int) -> Mail:
    """A mail the user may take back. Raises NotAllowed, or NotFound."""
    mail = _mail(mail_id)
    if not policies.may_take_back(signed_in_user(), mail):
        raise NotAllowed("Only whoever filed this e-mail, or a manager, can move it.")
    return mail
