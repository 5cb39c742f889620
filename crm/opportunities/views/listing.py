"""The list of opportunities and the page of one."""

from collections.abc import Iterator

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.audit.readable import readable_history
from crm.core import clock
from crm.core.access import EVERYONE, READERS, allow
from crm.core.pagination import asked, sort_asked
from crm.employers.queries import get_employer
from crm.lists.bar import bar, opens_with
from crm.lists.columns import Layout, layout_asked
from crm.lists.downloads import as_csv, as_workbook, download_links
from crm.lists.models import ListName
from crm.lists.queries import views_of
from crm.opportunities import policies, queries
from crm.opportunities.columns import COLUMNS
from crm.opportunities.forms.narrowing import STATUS_LABELS, OpportunityFilterForm
from crm.opportunities.models import HOLDS_A_SEAT, Opportunity, PlaceStatus
from crm.opportunities.queries import OpportunityRow
from crm.opportunities.views.blueprint import bp
from crm.opportunities.views.employer_word import word_rows
from crm.providers.queries import provider_of, providers_in_use

LIST = ListName.OPPORTUNITIES
BUILT_IN = (
    ("My employers", "mine=y"),
    ("Open", "status=open"),
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
    form.offer(
        providers_in_use() if viewer.is_staff else [], queries.officers_with_employers() if viewer.is_staff else []
    )
    return form


def _every_row(viewer: User, form: OpportunityFilterForm) -> Iterator[OpportunityRow]:
    latest_first = sort_asked(("date",), "date") == "-date"
    return queries.every_opportunity_row(viewer, form.wanted(viewer), latest_first=latest_first)


def _layout(viewer: User) -> Layout[OpportunityRow]:
    return layout_asked(COLUMNS, staff=viewer.is_staff)


@bp.get("/<int:opportunity_id>")
@allow(*EVERYONE)
def show(opportunity_id: int) -> ResponseReturnValue:
    viewer, today = signed_in_user(), clock.today()
    opportunity = queries.get_opportunity(opportunity_id, viewer=viewer)
    sees_places = policies.may_see_places(viewer)
    places = queries.places_in(opportunity_id, viewer=viewer) if sees_places else []
    held = [place for place in places if place.status in HOLDS_A_SEAT]
    return render_template(
        "opportunities/show.html",
        opportunity=opportunity,
        sees_employer=viewer.role in READERS,
        places=places,
        held=held,
        unmarked=sum(place.status is PlaceStatus.CONFIRMED for place in held),
        may=_permissions(opportunity),
        words=word_rows(opportunity_id, held) if viewer.is_staff else [],
        sees_places=sees_places,
        is_staff=viewer.is_staff,
        problems=queries.readiness_of(opportunity).problems if viewer.is_staff else (),
        has_begun=clock.local_date(opportunity.starts_at) <= today,
        labels=STATUS_LABELS,
        history=readable_history("opportunity", opportunity_id, limit=30) if viewer.is_staff else [],
    )


def _permissions(opportunity: Opportunity) -> dict[str, bool]:
    viewer, today = signed_in_user(), clock.today()
    return {
        "edit": policies.may_edit(viewer, opportunity),
        "cancel": policies.may_cancel(viewer, opportunity),
        "add": policies.may_add_places(viewer, opportunity),
        "mark": policies.may_mark_attendance(viewer, opportunity, today),
        "deliver": policies.may_mark_delivered(viewer, opportunity, today),
        "reopen": policies.may_reopen(viewer, opportunity),
    }
