"""The list of employers, and the same as CSV."""

from urllib.parse import urlencode

from flask import Response, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import READERS, allow
from crm.core.pagination import page_number, sortable
from crm.core.spreadsheets.cells import Column
from crm.core.spreadsheets.csv_writing import csv_lines
from crm.desk.employers_list import queries
from crm.desk.employers_list.forms import EmployerFilterForm
from crm.desk.employers_list.queries import EmployerRow
from crm.employers import policies
from crm.employers.views.employers import bp
from crm.pledges.wording import STATUS_LABELS, STATUS_MEANINGS

SORTABLE = (("Employer", "name"), ("Last contact", "last_contact"), ("Officer", "owner"))
FOR_ALL: tuple[Column[EmployerRow], ...] = (
    Column("Reference", lambda row: row.id),
    Column("Employer", lambda row: row.name),
    Column("Area", lambda row: row.area),
    Column("Postcode", lambda row: row.postcode),
    Column("Sectors", lambda row: row.sectors),
    Column("Last contact", lambda row: row.last_contact),
    Column("Pledge this year", lambda row: STATUS_LABELS[row.pledge] if row.pledge else None),
    Column("Officer", lambda row: row.owner),
    Column("Archived", lambda row: row.archived_at.date() if row.archived_at else None),
)
FOR_STAFF: tuple[Column[EmployerRow], ...] = (
    Column("Main contact", lambda row: row.contact),
    Column("Places promised", lambda row: row.promised),
    Column("Places attended", lambda row: row.attended),
    Column("Next action", lambda row: row.next_step),
    Column("Due", lambda row: row.next_due),
)


@bp.get("/")
@allow(*READERS)
def index() -> ResponseReturnValue:
    viewer = signed_in_user()
    form = _filters(viewer)
    wanted = form.wanted(viewer=viewer)
    return render_template(
        "employers/index.html",
        filters_form=form,
        chips=form.chips(),
        page=queries.employer_page(wanted, page_number(), viewer=viewer, today=clock.today()),
        headings={key: sortable(text, key, wanted.sort) for text, key in SORTABLE},
        today=clock.today(),
        sees_people=policies.may_see_people(viewer),
        may_add=policies.may_add(viewer),
        csv_address=f"{url_for('employers.csv')}?{urlencode(list(request.args.items(multi=True)))}",
        address=url_for("employers.index"),
        labels=STATUS_LABELS,
        meanings=STATUS_MEANINGS,
    )


@bp.get("/employers.csv")
@allow(*READERS)
def csv() -> ResponseReturnValue:
    """The list as it is narrowed and sorted, every page of it, written while it is read."""
    viewer = signed_in_user()
    rows = queries.every_employer(_filters(viewer).wanted(viewer=viewer), viewer=viewer, today=clock.today())
    columns = (*FOR_ALL, *FOR_STAFF) if policies.may_see_people(viewer) else FOR_ALL
    return Response(
        stream_with_context(csv_lines(columns, rows)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="employers-{clock.today()}.csv"'},
    )


def _filters(viewer: User) -> EmployerFilterForm:
    form = EmployerFilterForm()
    form.offer(queries.choices(), viewer=viewer)
    return form
