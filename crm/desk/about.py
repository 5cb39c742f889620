"""What anybody may read: how accessible the service is, and what it keeps about whom."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from crm.core.access import allow

bp = Blueprint("about", __name__)


@bp.get("/accessibility")
@allow()
def accessibility() -> ResponseReturnValue:
    return render_template("about/accessibility.html")


@bp.get("/privacy")
@allow()
def privacy() -> ResponseReturnValue:
    return render_template("about/privacy.html")
