"""Every e-mail that Threefold owes or has sent lately, for managers and administrators."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import MANAGERS, allow
from crm.core.forms import pressed
from crm.core.pagination import asked
from crm.core.submissions import submitting
from crm.desk.outbox.forms import OutboxFilterForm
from crm.desk.undelivered.queries import employer_now
from crm.notifications import policies, services
from crm.notifications.queries import get_email, how_many, late_since, outbox_page
from crm.notifications.senders import message_id

bp = Blueprint("outbox", __name__, url_prefix="/outbox")


@bp.get("/")
@allow(*MANAGERS)
def index() -> ResponseReturnValue:
    form = OutboxFilterForm()
    form.validate()
    return render_template(
        "outbox/index.html",
        form=form,
        chips=form.chips(),
        page=outbox_page(form.filters(), asked()),
        counts=how_many(),
        late=late_since(clock.now()),
    )


@bp.get("/<int:email_id>")
@allow(*MANAGERS)
def show(email_id: int) -> ResponseReturnValue:
    mail = get_email(email_id)
    return render_template(
        "outbox/show.html",
        mail=mail,
        employer=employer_now(mail.employer_id) if mail.employer_id else None,
        message_id=message_id(mail.key),
        may_read=policies.may_read(mail),
        may_try_again=policies.may_try_again(mail),
        lost_its_link=policies.lost_its_link(mail),
        may_stop=policies.may_stop(mail),
    )


@bp.post("/<int:email_id>/again")
@allow(*MANAGERS)
def try_again(email_id: int) -> ResponseReturnValue:
    return _press(email_id, services.try_again, "The e-mail is queued again. It goes out within a minute.")


@bp.post("/<int:email_id>/stop")
@allow(*MANAGERS)
def stop(email_id: int) -> ResponseReturnValue:
    name = signed_in_user().name
    return _press(
        email_id, lambda wanted: services.stop(wanted, by=name), "The e-mail was stopped. It does not go out."
    )


def _press(email_id: int, do: Callable[[int], None], done: str) -> ResponseReturnValue:
    address = url_for("outbox.show", email_id=email_id)
    with submitting(pressed()) as submission:
        do(email_id)
        submission.leads_to = address
    flash(done, "success")
    return redirect(address, 303)
