"""Dropping or uploading mails on an employer: read, looked at, filed."""

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict
from crm.core.formatting import counted
from crm.core.submissions import submitting
from crm.correspondence import services
from crm.correspondence.forms.checking import CheckedMailForm, CheckForm, is_to_come
from crm.correspondence.forms.uploading import UploadForm
from crm.correspondence.models import Mail
from crm.correspondence.queries.people import colleagues, known_at
from crm.correspondence.queries.tray import filed_before, staged
from crm.correspondence.reading.files import read_file
from crm.correspondence.reading.letter import Letter, UnreadableMail
from crm.correspondence.services import Filing
from crm.correspondence.views.blueprint import addresses_of_ours, bp, upload_now
from crm.employers.models import Employer
from crm.employers.queries import get_employer

GONE = "Some of these e-mails were filed or thrown away in another window. Look again at what is left."
LONGEST_NAME = 80  # characters of a file's name in a message


@bp.route("/employers/<int:employer_id>/mail/new", methods=["GET", "POST"])
@allow(*STAFF)
def upload(employer_id: int) -> ResponseReturnValue:
    employer = get_employer(employer_id, viewer=signed_in_user())
    form = UploadForm()
    if form.validate_on_submit() and (answer := _stage(form, employer)):
        return answer
    return render_template("mail/upload.html", form=form, employer=employer)


def _stage(form: UploadForm, employer: Employer) -> ResponseReturnValue | None:
    """Keep what could be read until it has been looked at; nothing if nothing could be."""
    letters, refusals = _read(form.files.data)
    if not letters:
        for each in refusals:
            form.refuse(each, form.files)
        return None
    try:
        with submitting(form) as submission:
            for letter in letters:
                services.stage(letter, employer, upload_now())
            submission.leads_to = url_for("mail.check", employer_id=employer.id)
    except Conflict as refusal:
        form.refuse(str(refusal))
        return None
    for each in refusals:
        flash(each, "warning")
    return redirect(submission.leads_to)


def _read(files: Sequence[FileStorage]) -> tuple[list[Letter], list[str]]:
    """The letters in some files, and why the others are none."""
    letters: list[Letter] = []
    refusals: list[str] = []
    for each in files:
        name = each.filename or ""
        try:
            letters.append(read_file(each.read(), name))
        except UnreadableMail as refusal:
            refusals.append(f"{name[-LONGEST_NAME:]}: {refusal}" if len(files) > 1 else str(refusal))
    return letters, refusals


@bp.route("/employers/<int:employer_id>/mail/check", methods=["GET", "POST"])
@allow(*STAFF)
def check(employer_id: int) -> ResponseReturnValue:
    """What would be filed, mail by mail. What is not ticked is thrown away."""
    user, form = signed_in_user(), CheckForm()
    employer, mails, twins = _staged(employer_id, user)
    if form.is_submitted():
        form.offer(mails, known_at(employer_id), addresses_of_ours())
        if not form.is_about(mails):
            form.refuse(GONE)
        elif form.validate() and (answer := _file(form, employer_id, user)):
            return answer
        employer, mails, twins = _staged(employer_id, user)  # whatever was begun is undone
    elif not mails:
        return redirect(url_for("employers.show", employer_id=employer_id))
    else:
        form.show(mails, twins)
        form.offer(mails, known_at(employer_id), addresses_of_ours())
    ours = {email: user.name for email, user in colleagues().items()}
    rows = form.rows(mails, twins, known_at(employer_id), ours)
    return render_template("mail/check.html", form=form, employer=employer, rows=rows)


def _staged(employer_id: int, user: User) -> tuple[Employer, Sequence[Mail], Mapping[int, Mail]]:
    """The employer, what waits to be filed there, and of which of it a copy is filed already."""
    employer, mails = get_employer(employer_id, viewer=user), staged(employer_id, by=user)
    found = {
        mail.id: filed_before(employer_id, message_key=mail.message_key, content_key=mail.content_key) for mail in mails
    }
    return employer, mails, {mail_id: twin for mail_id, twin in found.items() if twin is not None}


def _file(form: CheckForm, employer_id: int, user: User) -> ResponseReturnValue | None:
    """File what is ticked and forget the rest; nothing if the service refused."""
    filed = 0
    try:
        with submitting(form) as submission:
            employer = get_employer(employer_id, viewer=user)
            mails: dict[object, Mail] = {mail.id: mail for mail in staged(employer_id, by=user)}
            for part in form.parts:
                filed += _file_or_drop(mails.get(part.mail_id.data), part, employer)
            submission.leads_to = url_for("employers.show", employer_id=employer_id, _anchor="contact-log")
    except Conflict as refusal:
        form.refuse(str(refusal))
        return None
    if filed:
        flash(f"{counted(filed, 'e-mail')} filed with {employer.name}.", "success")
    else:
        flash("Nothing was filed, and the upload was thrown away.")
    return redirect(submission.leads_to)


def _file_or_drop(mail: Mail | None, part: CheckedMailForm, employer: Employer) -> bool:
    """Whether it was filed. Raises Conflict if it is not waiting any more."""
    if mail is None:
        raise Conflict(GONE)
    if "none" in request.form or not part.is_wanted.data:
        services.drop(mail)
        return False
    on = None if is_to_come(mail) else part.on.data
    filing = Filing(signed_in_user(), clock.now(), clock.today(), on, part.newcomers.chosen())
    services.file_mail(mail, employer, filing)
    return True
