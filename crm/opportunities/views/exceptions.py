"""Where a rule was set aside: one list for those who answer for it."""

from collections.abc import Sequence

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.clock import local_date
from crm.core.pagination import asked
from crm.core.spreadsheets.cells import Column
from crm.lists.downloads import as_csv, as_workbook, download_links
from crm.opportunities.forms.narrowing import STATUS_LABELS
from crm.opportunities.queries.exceptions import SetAside, exceptions
from crm.opportunities.timing import Timing
from crm.opportunities.views.blueprint import bp

COLUMNS: tuple[Column[SetAside], ...] = (
    Column("Opportunity", lambda row: row.opportunity.title, width=36),
    Column("Employer", lambda row: row.opportunity.employer.name, width=32),
    Column("Site", lambda row: row.opportunity.site.name if row.opportunity.site else None, width=24),
    Column("First day", lambda row: Timing.of(row.opportunity).first_day, width=12),
    Column("Last day", lambda row: Timing.of(row.opportunity).last_day, width=12),
    Column("Status", lambda row: STATUS_LABELS[row.opportunity.status], width=12),
    Column("Rule", lambda row: row.rule, width=20),
    Column("Reason", lambda row: row.reason, width=48),
    Column("By", lambda row: row.by, width=24),
    Column("On", lambda row: local_date(row.at), width=12),
)


@bp.get("/exceptions")
@allow(*STAFF)
def set_aside() -> ResponseReturnValue:
    """What is still to come, or with ?past=y everything."""
    return render_template(
        "opportunities/exceptions.html",
        page=asked().part_of(_rows()),
        past_too=_past_too(),
        labels=STATUS_LABELS,
        downloads=download_links(url_for("opportunities.set_aside_csv"), url_for("opportunities.set_aside_workbook")),
    )


@bp.get("/exceptions.csv")
@allow(*STAFF)
def set_aside_csv() -> Response:
    return as_csv("exceptions", COLUMNS, _rows())


@bp.get("/exceptions.xlsx")
@allow(*STAFF)
def set_aside_workbook() -> Response:
    return as_workbook("exceptions", "Exceptions", COLUMNS, _rows())


def _rows() -> Sequence[SetAside]:
    return exceptions(None if _past_too() else clock.today())


def _past_too() -> bool:
    return request.args.get("past") == "y"
