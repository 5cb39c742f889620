"""The list of opportunities and the page of one."""

from urllib.parse import urlencode

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.queries import history_of
from crm.core import clock
from crm.core.access import EVERYONE, READERS, allow
from crm.core.pagination import asked, sort_asked, sortable
from crm.core.spreadsheets.cells import Column
from crm.core.spreadsheets.csv_writing import csv_lines
from crm.employers.queries import get_employer
from crm.opportunities import policies, queries
from crm.opportunities.forms.narrowing import STATUS_LABELS, OpportunityFilterForm
from crm.opportunities.models import HOLDS_A_SEAT, Opportunity, PlaceStatus
from crm.opportunities.queries import OpportunityRow
from crm.opportunities.timing import Timing
from crm.opportunities.views.blueprint import bp
from crm.providers.queries import provider_of, providers_in_use

DETAILS: tuple[Column[OpportunityRow], ...] = (
    Column("Opportunity", lambda row: row.title),
    Column("Kind", lambda row: row.kind.label),
    Column("First day", lambda row: Timing.of(row).first_day),
    Column("Last day", lambda row: Timing.of(row).last_day),
    Column("Starts", lambda row: f"{Timing.of(row).starts:%H:%M}"),
    Column("Ends", lambda row: f"{Timing.of(row).ends:%H:%M}"),
    Column("Employer", lambda row: row.employer),
    Column("Provider", lambda row: row.provider),
    Column("Status", lambda row: STATUS_LABELS[row.status]),
)
PLACES: tuple[Column[OpportunityRow], ...] = (
    Column("Places", lambda row: row.capacity),
    Column("Taken", lambda row: row.taken),
)


@bp.get("/")
@allow(*EVERYONE)
def index() -> ResponseReturnValue:
    viewer = signed_in_user()
    form = OpportunityFilterForm()
    form.offer(
        providers_in_use() if viewer.is_staff else [], queries.officers_with_employers() if viewer.is_staff else []
    )
    wanted = form.wanted(viewer)
    sort = sort_asked(("date",), "date")
    page = asked()
    rows = queries.opportunity_rows(
        viewer, wanted, latest_first=sort == "-date", limit=page.per_page, offset=page.offset
    )
    chips = form.chips()
    employer = get_employer(wanted.employer_id, viewer=viewer) if wanted.employer_id else None
    return render_template(
        "opportunities/index.html",
        filters_form=form,
        chips=chips,
        employer=employer,
        page=page.of(rows, queries.how_many(viewer, wanted)),
        date_heading=sortable("When", "date", sort),
        csv_address=f"{url_for('opportunities.export')}?{urlencode(list(request.args.items(multi=True)))}",
        labels=STATUS_LABELS,
        sees_everything=viewer.is_staff,
        own_provider=provider_of(viewer),
    )


@bp.get("/opportunities.csv")
@allow(*EVERYONE)
def export() -> ResponseReturnValue:
    """The list as it is narrowed, every page of it."""
    viewer = signed_in_user()
    form = OpportunityFilterForm()
    form.offer([], [])
    rows = queries.every_opportunity_row(viewer, form.wanted(viewer))
    return Response(
        csv_lines((*DETAILS, *PLACES) if viewer.is_staff else DETAILS, rows),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="opportunities.csv"'},
    )


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
        sees_places=sees_places,
        is_staff=viewer.is_staff,
        problems=queries.readiness_of(opportunity).problems if viewer.is_staff else (),
        has_begun=clock.local_date(opportunity.starts_at) <= today,
        labels=STATUS_LABELS,
        history=history_of("opportunity", opportunity_id, limit=30) if viewer.is_staff else [],
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
