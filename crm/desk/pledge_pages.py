"""The list of pledges and the page of one: promises beside what came of them."""

from urllib.parse import urlencode

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.queries import history_of
from crm.core import clock
from crm.core.access import READERS, allow
from crm.core.pagination import asked, sort_asked, sortable
from crm.core.spreadsheets.cells import Column
from crm.core.spreadsheets.csv_writing import csv_lines
from crm.desk.pledge_forms import PledgeFilterForm
from crm.desk.pledge_rows import (
    SORTS,
    WITH_PLACES,
    PledgeRow,
    linked_opportunities,
    owners_of_pledges,
    pledge_rows,
    total_in_force,
)
from crm.fulfilment.progress import line_progress, total
from crm.pledges import policies
from crm.pledges.models import PledgeStatus
from crm.pledges.queries import get_pledge, versions_of, years_with_pledges
from crm.pledges.views import STEPS, bp
from crm.pledges.wording import STATUS_LABELS, STATUS_MEANINGS, short_line
from crm.reference.academic_years import AcademicYear, years_around

__all__ = ["bp"]

SORTABLE = (
    ("Employer", "employer", False),
    ("Promised", "promised", True),
    ("Due by now", "due", True),
    ("Confirmed", "confirmed", True),
    ("Attended", "attended", True),
    ("Remaining", "remaining", True),
)
PROMISES: tuple[Column[PledgeRow], ...] = (
    Column("Employer", lambda row: row.employer),
    Column("Status", lambda row: STATUS_LABELS[row.status]),
    Column("Version", lambda row: row.number),
    Column("Confirmed on", lambda row: row.confirmed_on),
    Column("Lines", lambda row: "; ".join(map(short_line, row.lines))),
    Column("Promised", lambda row: row.offered),
)
DELIVERY: tuple[Column[PledgeRow], ...] = (
    Column("Officer", lambda row: row.owner),
    Column("Due by now", lambda row: row.progress.due_by_now),
    Column("Confirmed", lambda row: row.progress.confirmed),
    Column("Attended", lambda row: row.progress.attended),
    Column("Remaining", lambda row: row.progress.remaining if row.is_in_force else 0),
    Column("Over", lambda row: row.progress.over),
    Column("How it stands", lambda row: row.sentence),
)


@bp.get("/")
@allow(*READERS)
def index() -> ResponseReturnValue:
    form = _filters()
    viewer = signed_in_user()
    sees_delivery = policies.may_see_delivery(viewer)
    sort = sort_asked(tuple(SORTS) if sees_delivery else ("employer", "promised"), "employer")
    rows = pledge_rows(form.wanted(), viewer=viewer, as_at=clock.today(), sort=sort)
    form.offer_officers(owners_of_pledges(form.chosen_year))
    return render_template(
        "pledges/index.html",
        filters_form=form,
        page=asked().part_of(rows),
        in_force=[row for row in rows if row.is_in_force],
        total=total_in_force(rows),
        headings={key: sortable(text, key, sort, numeric=numeric) for text, key, numeric in SORTABLE},
        sees_delivery=sees_delivery,
        may_record=policies.may_record(viewer),
        csv_address=f"{url_for('pledges.export')}?{urlencode(list(request.args.items(multi=True)))}",
        labels=STATUS_LABELS,
        meanings=STATUS_MEANINGS,
    )


@bp.get("/pledges.csv")
@allow(*READERS)
def export() -> ResponseReturnValue:
    """The list as it is narrowed and sorted, every page of it."""
    form = _filters()
    viewer = signed_in_user()
    sees_delivery = policies.may_see_delivery(viewer)
    sort = sort_asked(tuple(SORTS) if sees_delivery else ("employer", "promised"), "employer")
    rows = pledge_rows(form.wanted(), viewer=viewer, as_at=clock.today(), sort=sort)
    name = f"pledges-{form.chosen_year.name.replace('/', '-')}.csv"
    return Response(
        csv_lines((*PROMISES, *DELIVERY) if sees_delivery else PROMISES, rows),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _filters() -> PledgeFilterForm:
    form = PledgeFilterForm()
    today = clock.today()
    years = sorted({*years_with_pledges(), *years_around(today)}, reverse=True)
    form.offer(years, AcademicYear.of(today))
    if not policies.may_see_delivery(signed_in_user()):
        form.behind.data = False
    return form


@bp.get("/<int:pledge_id>")
@allow(*READERS)
def show(pledge_id: int) -> ResponseReturnValue:
    viewer = signed_in_user()
    pledge = get_pledge(pledge_id, viewer=viewer)
    versions = versions_of(pledge, viewer=viewer)
    sees_delivery = policies.may_see_delivery(viewer)
    has_places = sees_delivery and pledge.status in WITH_PLACES
    progress = line_progress(pledge.lines, clock.today()) if has_places else {}
    return render_template(
        "pledges/show.html",
        pledge=pledge,
        versions=versions,
        progress=progress,
        total=total(progress.values()),
        opportunities=linked_opportunities(pledge.lines) if sees_delivery else [],
        steps=[(step, step.ask()) for step in STEPS if step.may(viewer, pledge)],
        may={
            "schedule": viewer.is_staff and pledge.status is PledgeStatus.CONFIRMED,
            "change": policies.may_change(viewer, pledge),
            "discard": policies.may_discard(viewer, pledge),
            "begin_next": policies.may_begin_next_version(viewer, pledge)
            and not any(version.is_editable for version in versions),
        },
        sees_delivery=sees_delivery,
        history=history_of("pledge", pledge_id) if sees_delivery else [],
        labels=STATUS_LABELS,
        meanings=STATUS_MEANINGS,
    )
