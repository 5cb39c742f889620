"""The figures, and the workbook that prints them."""

import tempfile
from datetime import date, timedelta
from pathlib import Path

from flask import Blueprint, render_template, send_file
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict
from crm.fulfilment.by_provider import providers_summary
from crm.fulfilment.headlines import headlines, position
from crm.fulfilment.policies import policy_on
from crm.fulfilment.progress import progress_by_kind
from crm.reports.forms import AsAtForm
from crm.reports.workbooks import Order, write_workbook

bp = Blueprint("reports", __name__, url_prefix="/figures")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EARLIEST = timedelta(days=365 * 20)


@bp.get("/")
@allow(*STAFF)
def index() -> ResponseReturnValue:
    form = AsAtForm()
    valid = form.validate()
    as_at = (form.as_at.data if valid else None) or clock.today()
    at = position(policy_on(as_at), as_at)
    return render_template(
        "reports/index.html",
        form=form,
        at=at,
        total=at.three_total,
        figures=headlines(at),
        by_kind=progress_by_kind(at.lines),
        providers=providers_summary(at.policy, as_at),
    )


@bp.get("/workbook")
@allow(*STAFF)
def workbook() -> ResponseReturnValue:
    """The workbook as a download. Written to a temporary file first, so a failure is a page and not half a file."""
    form = AsAtForm()
    if not form.validate():
        raise Conflict("Enter the day for the workbook like 24 11 2026.")
    order = Order(as_at=_sensible(form.as_at.data), made_by=signed_in_user().name, made_at=clock.now())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / order.file_name
        write_workbook(order, path)
        file = path.open("rb")  # stays readable after its folder is gone
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=order.file_name)


def _sensible(day: date | None) -> date:
    today = clock.today()
    if day is not None and not today - EARLIEST <= day <= today + EARLIEST:
        raise Conflict("Choose a day for the workbook within twenty years of today.")
    return day or today
