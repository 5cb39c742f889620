"""The ledger of what fell through, on which side, why and with how much notice."""

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.core.access import STAFF, allow
from crm.core.clock import local_date
from crm.core.pagination import asked
from crm.core.spreadsheets.cells import Column
from crm.lists.downloads import as_csv, as_workbook, download_links
from crm.opportunities.forms.narrowing_losses import LossesFilterForm
from crm.opportunities.queries import fell_through as ledger
from crm.opportunities.queries.fell_through import Lost
from crm.opportunities.views.blueprint import bp
from crm.providers.queries import providers_in_use

COLUMNS: tuple[Column[Lost], ...] = (
    Column("Fell through on", lambda row: local_date(row.ended_at), width=14),
    Column("What", lambda row: row.what.label, width=14),
    Column("Opportunity", lambda row: row.title, width=36),
    Column("Kind", lambda row: row.kind.label, width=20),
    Column("First day", lambda row: local_date(row.starts_at), width=12),
    Column("Employer", lambda row: row.employer, width=32),
    Column("Provider", lambda row: row.provider, width=28),
    Column("Young person", lambda row: row.who, width=16),
    Column("Places lost", lambda row: row.places, width=10),
    Column("On the side of", lambda row: row.side.label, width=16),
    Column("Reason", lambda row: row.reason, width=48),
    Column("Days of notice", lambda row: row.days_of_notice, width=12),
)


@bp.get("/fell-through")
@allow(*STAFF)
def fell_through() -> ResponseReturnValue:
    """This academic year’s, unless other days are asked for."""
    form = _filters()
    wanted, page = form.wanted(), asked()
    rows = ledger.lost(wanted, limit=page.per_page, offset=page.offset)
    return render_template(
        "opportunities/fell_through.html",
        filters_form=form,
        chips=form.chips(),
        page=page.of(rows, ledger.how_many_lost(wanted)),
        by_side=ledger.totals_by_side(wanted),
        by_reason=ledger.totals_by_reason(wanted),
        downloads=download_links(
            url_for("opportunities.fell_through_csv"), url_for("opportunities.fell_through_workbook")
        ),
    )


@bp.get("/fell-through.csv")
@allow(*STAFF)
def fell_through_csv() -> Response:
    """The ledger as it is narrowed, every page of it."""
    return as_csv("fell-through", COLUMNS, ledger.every_lost(_filters().wanted()))


@bp.get("/fell-through.xlsx")
@allow(*STAFF)
def fell_through_workbook() -> Response:
    """The same as a workbook."""
    form = _filters()
    chips = [chip.text for chip in form.chips()]
    return as_workbook("fell-through", "Fell through", COLUMNS, ledger.every_lost(form.wanted()), narrowed_to=chips)


def _filters() -> LossesFilterForm:
    form = LossesFilterForm()
    form.offer(providers_in_use())
    return form
