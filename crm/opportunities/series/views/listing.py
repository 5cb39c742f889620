"""The list of series, and the page of one."""

from collections.abc import Sequence

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.audit.readable import readable_history
from crm.core import clock
from crm.core.access import EVERYONE, READERS, allow
from crm.core.pagination import asked
from crm.core.spreadsheets.cells import Column
from crm.lists.downloads import as_csv, as_workbook, download_links
from crm.opportunities.series import policies, queries
from crm.opportunities.series.forms.narrowing import SeriesFilterForm
from crm.opportunities.series.models import Series
from crm.opportunities.series.progress import Progress, Stage, progress_of
from crm.opportunities.series.queries import SeriesRow
from crm.opportunities.series.services.following import rule_of
from crm.opportunities.series.views.blueprint import bp, get
from crm.providers.queries import provider_of, providers_in_use

LEADER: Column[SeriesRow] = Column("Mentor or speaker", lambda row: row.leader, width=24)
COLUMNS: tuple[Column[SeriesRow], ...] = (
    Column("Series", lambda row: row.title, width=36),
    Column("Kind", lambda row: row.kind.label),
    Column("Employer", lambda row: row.employer, width=28),
    Column("Provider", lambda row: row.provider, width=28),
    LEADER,
    Column("Held", lambda row: row.delivered),
    Column("To come", lambda row: row.to_come),
    Column("Cancelled", lambda row: row.cancelled),
    Column("Next", lambda row: clock.local_date(row.next_at) if row.next_at else None, width=12),
)


@bp.get("/")
@allow(*EVERYONE)
def index() -> ResponseReturnValue:
    viewer, form = signed_in_user(), _filters()
    wanted, page = form.wanted(viewer.id), asked()
    rows = queries.series_rows(viewer, wanted, limit=page.per_page, offset=page.offset)
    return render_template(
        "series/index.html",
        filters_form=form,
        chips=form.chips(),
        page=page.of(rows, queries.how_many(viewer, wanted)),
        downloads=download_links(url_for("series.export"), url_for("series.workbook")),
        is_staff=viewer.is_staff,
        sees_people=policies.may_see_people(viewer),
        own_provider=provider_of(viewer),
    )


@bp.get("/series.csv")
@allow(*EVERYONE)
def export() -> Response:
    """The list as it is narrowed, every page of it."""
    return as_csv("series", _columns(), _every_row(_filters()))


@bp.get("/series.xlsx")
@allow(*EVERYONE)
def workbook() -> Response:
    """The same as a workbook."""
    form = _filters()
    chips = [chip.text for chip in form.chips()]
    return as_workbook("series", "Series", _columns(), _every_row(form), narrowed_to=chips)


def _filters() -> SeriesFilterForm:
    form = SeriesFilterForm()
    form.offer(providers_in_use() if signed_in_user().is_staff else [])
    return form


def _columns() -> Sequence[Column[SeriesRow]]:
    sees_people = policies.may_see_people(signed_in_user())
    return [each for each in COLUMNS if sees_people or each is not LEADER]


def _every_row(form: SeriesFilterForm) -> Sequence[SeriesRow]:
    viewer = signed_in_user()
    return queries.series_rows(viewer, form.wanted(viewer.id))


@bp.get("/<int:series_id>")
@allow(*EVERYONE)
def show(series_id: int) -> ResponseReturnValue:
    viewer, series = signed_in_user(), get(series_id)
    progress = progress_for(series, viewer)
    return render_template(
        "series/show.html",
        series=series,
        rule=rule_of(series),
        progress=progress,
        stages=Stage,
        next_meeting=next((row.meeting for row in progress.meetings if row.stage is Stage.TO_COME), None),
        is_staff=viewer.is_staff,
        sees_people=policies.may_see_people(viewer),
        sees_employer=viewer.role in READERS,
        history=readable_history("series", series_id, limit=20) if viewer.is_staff else [],
    )


def progress_for(series: Series, viewer: User) -> Progress:
    """How far a series has come, as far as the viewer may know. Five statements at most."""
    now = clock.now()
    meetings = queries.meetings_of(series.id, viewer=viewer)
    places = queries.places_of(series.id, viewer=viewer) if policies.may_see_people(viewer) else []
    to_come = [each for each in meetings if each.starts_at > now]
    warnings = queries.warnings_about(series, to_come) if to_come else {}
    return progress_of(meetings, places, warnings, now)
