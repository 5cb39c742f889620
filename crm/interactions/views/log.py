"""Reading the contact log: the list, its download, one entry."""

from flask import Response, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.audit.queries import history_of
from crm.core import clock
from crm.core.access import READERS, STAFF, allow
from crm.core.pagination import asked
from crm.core.spreadsheets.cells import Column
from crm.core.spreadsheets.csv_writing import csv_lines
from crm.interactions.due import quick_days
from crm.interactions.forms.filtering import LogFilterForm
from crm.interactions.policies import may_edit
from crm.interactions.queries.follow_ups import follow_ups_from
from crm.interactions.queries.log import LogRow, employer_name, get_interaction, log_page, log_rows, officers
from crm.interactions.views.blueprint import bp

SHARED = (
    Column[LogRow]("Date", lambda row: row.happened_on),
    Column[LogRow]("How", lambda row: row.channel.label),
    Column[LogRow]("Employer", lambda row: row.employer),
    Column[LogRow]("Direction", lambda row: row.direction.label),
    Column[LogRow]("Officers", lambda row: row.officers),
)
NOTES = (
    Column[LogRow]("Contacts", lambda row: row.contacts),
    Column[LogRow]("Outcome", lambda row: row.outcome.label if row.outcome else None),
    Column[LogRow]("What was said", lambda row: row.summary),
)


@bp.get("/")
@allow(*READERS)
def index() -> ResponseReturnValue:
    viewer = signed_in_user()
    form = _filter_form(viewer)
    filters = form.filters()
    named = employer_name(filters.employer_id, viewer=viewer) if filters.employer_id else None
    return render_template(
        "interactions/index.html",
        form=form,
        page=log_page(filters, asked(), viewer=viewer),
        chips=form.described(named),
        employer=named,
        download=f"{url_for('interactions.download')}?{request.query_string.decode('ascii', 'ignore')}",
    )


@bp.get("/contact-log.csv")
@allow(*READERS)
def download() -> ResponseReturnValue:
    viewer = signed_in_user()
    columns = (*SHARED, *NOTES) if viewer.is_staff else SHARED
    rows = log_rows(_filter_form(viewer).filters(), viewer=viewer)
    name = f"contact-log-{clock.today().isoformat()}.csv"
    return Response(
        stream_with_context(csv_lines(columns, rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.get("/<int:interaction_id>")
@allow(*STAFF)
def show(interaction_id: int) -> ResponseReturnValue:
    user = signed_in_user()
    interaction = get_interaction(interaction_id, viewer=user)
    return render_template(
        "interactions/show.html",
        interaction=interaction,
        steps=follow_ups_from(interaction.id),
        history=history_of("interaction", interaction.id),
        may_edit=may_edit(user, interaction),
        today=clock.today(),
        days=quick_days(clock.today()),
    )


def _filter_form(viewer: User) -> LogFilterForm:
    form = LogFilterForm()
    form.offer_officers(officers())
    if not viewer.is_staff:
        del form.text
    form.validate()
    return form
