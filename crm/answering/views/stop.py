"""Stopping our e-mails by the link at the foot of one, or by the button of a mail program (RFC 8058)."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.audit.recording import because
from crm.core import clock
from crm.core.access import allow
from crm.core.db import committing
from crm.employers.services.emailing import EmailingDetails, Said, record_emailing
from crm.links.models import LinkPurpose
from crm.links.views import dead, done, find, opened_by_link

bp = opened_by_link(Blueprint("stop", __name__, url_prefix="/stop"))


@bp.get("/<token>")
@allow()
def show(token: str) -> ResponseReturnValue:
    link = find(token, LinkPurpose.STOP)
    if link is None:
        return dead()
    return render_template("answering/stop.html", token=token, link=link, stopped=link.contact.objected_on is not None)


@bp.post("/<token>")
@allow()
def send(token: str) -> ResponseReturnValue:
    """Write the objection down. A second press says the same."""
    with committing():
        link = find(token, LinkPurpose.STOP)
        if link is None:
            return done()
        if link.contact.objected_on is None:
            today = clock.today()
            with because("Stopped by the link in an e-mail", actor=f"{link.contact.name} of {link.employer.name}"):
                details = EmailingDetails(said=Said.OBJECTED, on=today, how="by the link in our e-mail")
                record_emailing(link.contact, details, seen=link.contact.version, today=today)
    if request.form.get("List-Unsubscribe") == "One-Click":
        return "", 204
    return redirect(url_for("stop.show", token=token), 303)
