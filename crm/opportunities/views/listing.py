"""The list of opportunities. The page of one shows more than opportunities, so it is `crm.desk.opportunity_page`."""

from collections.abc import Iterator

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.core.access import EVERYONE, allow
from crm.core.pagination import asked, sort_asked
from crm.employers.queries import get_employer
from crm.lists.bar import bar, opens_with
from crm.lists.columns import Layout, layout_asked
from crm.lists.downloads import as_csv, as_workbook, download_links
from crm.lists.models import ListName
from crm.lists.queries import views_of
from crm.opportunities import queries
from crm.opportunities.columns import COLUMNS
from crm.opportunities.forms.narrowing import STATUS_LABELS, OpportunityFilterForm
from crm.opportunities.queries import OpportunityRow
from crm.opportunities.views.blueprint import bp
from crm.providers.queries import provider_of, providers_in_use
from crm.reference.models import Sector
from crm.reference.queries import offered

LIST = ListName.OPPORTUNITIES
BUILT_IN = (
    ("My employers", "mine=y"),
    ("Open", "status=open"),
    ("Drafts", "status=draft"),
    ("Places asked for", "asked=y"),
    ("Past ones too, latest first", "first_day=&sort=-date"),
)


@bp.get("/")
@allow(*EVERYONE)
def index() -> ResponseReturnValue:
    viewer = signed_in_user()
    views = views_of(LIST, viewer=viewer)
    if elsewhere := opens_with(views, LIST):
        return redirect(elsewhere)
    form = _filters(viewer)
    wanted, sort, page, layout = form.wanted(viewer), sort_asked(("date",), "date"), asked(), _layout(viewer)
    latest_first = sort == "-date"
    rows = queries.opportunity_rows(viewer, wanted, latest_first=latest_first, limit=page.per_page, offset=page.offset)
    return render_template(
        "opportunities/index.html",
        filters_form=form,
        chips=form.chips(),
        employer=get_employer(wanted.employer_id, viewer=viewer) if wanted.employer_id else None,
        page=page.of(rows, queries.how_many(viewer, wanted)),
        layout=layout,
        headings=layout.headings(sort),
        views=bar(LIST, views, BUILT_IN, whole="From today on") if viewer.is_staff else None,
        downloads=download_links(url_for("opportunities.export"), url_for("opportunities.workbook")),
        labels=STATUS_LABELS,
        sees_everything=viewer.is_staff,
        own_provider=provider_of(viewer),
    )


@bp.get("/opportunities.csv")
@allow(*EVERYONE)
def export() -> Response:
    """The list as it is narrowed, sorted and laid out, every page of it."""
    viewer = signed_in_user()
    return as_csv("opportunities", _layout(viewer).file_columns, _every_row(viewer, _filters(viewer)))


@bp.get("/opportunities.xlsx")
@allow(*EVERYONE)
def workbook() -> Response:
    """The same as a workbook."""
    viewer = signed_in_user()
    form = _filters(viewer)
    chips = [chip.text for chip in form.chips()]
    rows, columns = _every_row(viewer, form), _layout(viewer).file_columns
    return as_workbook("opportunities", "Opportunities", columns, rows, narrowed_to=chips)


def _filters(viewer: User) -> OpportunityFilterForm:
    form = OpportunityFilterForm()
    form.offer_sectors(offered(Sector, besides=[form.sector.data]))
    form.offer(
        providers_in_use() if viewer.is_staff else [], queries.officers_with_employers() if viewer.is_staff else []
    )
    return form


def _every_row(viewer: User, form: OpportunityFilterForm) -> Iterator[OpportunityRow]:
    latest_first = sort_asked(("date",), "date") == "-date"
    return queries.every_opportunity_row(viewer, form.wanted(viewer), latest_first=latest_first)


def _layout(viewer: User) -> Layout[OpportunityRow]:
    return layout_asked(COLUMNS, staff=viewer.is_staff)
