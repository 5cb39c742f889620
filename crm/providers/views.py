"""Providers and their cohorts. The page of one also shows opportunities, so it is in `crm.opportunities.views`."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import edit_conflict
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.forms import ActionForm, differences
from crm.core.pagination import asked
from crm.core.spreadsheets.cells import Column
from crm.core.submissions import submitting
from crm.lists.downloads import as_csv, as_workbook, download_links
from crm.providers import queries, services
from crm.providers.forms import TYPES, CohortForm, EditProviderForm, ProviderFilterForm, ProviderForm
from crm.providers.queries import ProviderRow
from crm.reference.academic_years import AcademicYear

bp = Blueprint("providers", __name__, url_prefix="/providers")

TYPE_LABELS = dict(TYPES[1:])
COLUMNS: tuple[Column[ProviderRow], ...] = (
    Column("Provider", lambda row: row.name),
    Column("Type", lambda row: TYPE_LABELS[row.type.value]),
    Column("Cohort", lambda row: row.cohort),
    Column("Young people recorded", lambda row: row.recorded),
    Column("Archived", lambda row: row.is_archived),
)


@bp.get("/")
@allow(*STAFF)
def index() -> ResponseReturnValue:
    form = ProviderFilterForm()
    rows = _rows(form)
    return render_template(
        "providers/index.html",
        filters_form=form,
        page=asked().part_of(rows),
        labels=TYPE_LABELS,
        year=AcademicYear.of(clock.today()),
        downloads=download_links(url_for("providers.export"), url_for("providers.workbook")),
        cohort=sum(row.cohort or 0 for row in rows),
        recorded=sum(row.recorded for row in rows),
    )


@bp.get("/providers.csv")
@allow(*STAFF)
def export() -> Response:
    """The list as it is narrowed."""
    return as_csv("providers", COLUMNS, _rows(ProviderFilterForm()))


@bp.get("/providers.xlsx")
@allow(*STAFF)
def workbook() -> Response:
    """The same as a workbook."""
    form = ProviderFilterForm()
    chips = [chip.text for chip in form.chips()]
    return as_workbook("providers", "Providers", COLUMNS, _rows(form), narrowed_to=chips)


def _rows(form: ProviderFilterForm) -> list[ProviderRow]:
    text, kind = (form.q.data or "").casefold(), form.type.data
    return [
        row
        for row in queries.provider_rows(clock.today(), archived=form.archived.data == "yes")
        if text in row.name.casefold() and (not kind or row.type == kind)
    ]


@bp.route("/new", methods=["GET", "POST"])
@allow(*STAFF)
def new() -> ResponseReturnValue:
    form = ProviderForm()
    form.offer_areas(queries.areas_in_use())
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                provider = services.add_provider(form.details())
                submission.leads_to = url_for("providers.show", provider_id=provider.id)
        except Conflict as refusal:
            form.refuse(str(refusal), form.name)
        else:
            flash("Provider added.", "success")
            return redirect(submission.leads_to)
    return render_template("providers/new.html", form=form)


@bp.route("/<int:provider_id>/edit", methods=["GET", "POST"])
@allow(*STAFF)
def edit(provider_id: int) -> ResponseReturnValue:
    provider = queries.get_provider(provider_id, viewer=signed_in_user())
    form = EditProviderForm()
    form.offer_areas(queries.areas_in_use(also=provider.area_id))
    meanwhile = False
    if not form.is_submitted():
        form.show(provider)
    elif form.validate():
        try:
            return _save(provider_id, form)
        except Conflict as refusal:
            form.refuse(str(refusal), form.name)
        except EditedMeanwhile:
            meanwhile = True
        provider = queries.get_provider(provider_id, viewer=signed_in_user())
    conflict = None
    if meanwhile:
        saved = EditProviderForm(formdata=None)
        saved.offer_areas(queries.areas_in_use(also=provider.area_id))
        saved.show(provider)
        conflict = edit_conflict(form, provider, differences(saved, form))
    return render_template("providers/edit.html", form=form, provider=provider, conflict=conflict)


def _save(provider_id: int, form: EditProviderForm) -> ResponseReturnValue:
    with submitting(form) as submission:
        provider = queries.get_provider(provider_id, viewer=signed_in_user())
        services.edit_provider(provider, form.details(), seen_version=form.version.data)
        submission.leads_to = url_for("providers.show", provider_id=provider_id)
    flash("Provider saved.", "success")
    return redirect(submission.leads_to)


@bp.post("/<int:provider_id>/archive")
@allow(*STAFF)
def archive(provider_id: int) -> ResponseReturnValue:
    with submitting(ActionForm()) as submission:
        services.archive_provider(queries.get_provider(provider_id, viewer=signed_in_user()))
        submission.leads_to = url_for("providers.show", provider_id=provider_id)
    flash("Provider archived. It is no longer offered on forms; everything that happened stays.", "success")
    return redirect(submission.leads_to)


@bp.post("/<int:provider_id>/restore")
@allow(*STAFF)
def restore(provider_id: int) -> ResponseReturnValue:
    with submitting(ActionForm()) as submission:
        services.restore_provider(queries.get_provider(provider_id, viewer=signed_in_user()))
        submission.leads_to = url_for("providers.show", provider_id=provider_id)
    flash("Provider brought back.", "success")
    return redirect(submission.leads_to)


@bp.route("/<int:provider_id>/cohorts", methods=["GET", "POST"])
@allow(*STAFF)
def cohorts(provider_id: int) -> ResponseReturnValue:
    """Every count of a provider's year groups, and a form for another."""
    viewer = signed_in_user()
    provider = queries.get_provider(provider_id, viewer=viewer)
    form = CohortForm()
    if not form.is_submitted():
        form.counted_on.data = clock.today()
    elif form.validate():
        with submitting(form) as submission:
            services.count_cohort(queries.get_provider(provider_id, viewer=viewer), form.details())
            submission.leads_to = url_for("providers.cohorts", provider_id=provider_id)
        flash("Count saved.", "success")
        return redirect(submission.leads_to)
    return render_template(
        "providers/cohorts.html",
        form=form,
        provider=provider,
        counts=queries.counts_of(provider_id),
        year=AcademicYear.of(clock.today()),
    )


@bp.post("/cohorts/<int:cohort_id>/remove")
@allow(*STAFF)
def remove_count(cohort_id: int) -> ResponseReturnValue:
    with submitting(ActionForm()) as submission:
        count = queries.get_cohort(cohort_id, viewer=signed_in_user())
        submission.leads_to = url_for("providers.cohorts", provider_id=count.provider_id)
        services.remove_count(count)
    flash("Count removed.", "success")
    return redirect(submission.leads_to)
