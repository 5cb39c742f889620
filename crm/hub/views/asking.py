"""Where an employer asks for the link to its page. The answer is the same whether we know the address or not."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.services.throttling import network_of
from crm.core import clock
from crm.core.access import allow
from crm.core.db import committing
from crm.hub.forms import AskAgainForm
from crm.hub.services.asking import ask
from crm.links.views import opened_by_link

bp = opened_by_link(Blueprint("hub_asking", __name__, url_prefix="/employer-page"))


@bp.route("", methods=["GET", "POST"])
@allow()
def index() -> ResponseReturnValue:
    form = AskAgainForm()
    if form.validate_on_submit():
        with committing():
            ask(form.email.data or "", network_of(request.remote_addr), at=clock.now())
        return redirect(url_for("hub_asking.sent"), 303)
    return render_template("hub/ask.html", form=form)


@bp.get("/sent")
@allow()
def sent() -> ResponseReturnValue:
    return render_template("hub/sent.html")
