"""Whether e-mail goes out: a page for administrators."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from crm.core import clock
from crm.core.access import ADMINS, allow
from crm.notifications.queries import sent_lately, unsent

bp = Blueprint("emails", __name__, url_prefix="/administration/emails")


@bp.get("/")
@allow(*ADMINS)
def index() -> ResponseReturnValue:
    return render_template("emails/index.html", rows=unsent(), sent=sent_lately(clock.now()))
