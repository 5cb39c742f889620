"""Young people by their provider's reference, with how many places they had. Staff see all, a provider its own."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import edit_conflict
from crm.core.access import allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.forms import ActionForm, differences
from crm.core.pagination import asked
from crm.core.spreadsheets.cells import Column
from crm.core.submissions import submitting
from crm.lists.downloads import as_csv, as_workbook, download_links
from crm.opportunities import queries
from crm.opportunities.forms.narrowing import PeopleFilterForm
from crm.opportunities.queries import PersonRow
from crm.opportunities.views.blueprint import some
from crm.providers import services
from crm.providers.forms import YoungPeopleForm, YoungPersonForm
from crm.providers.policies import TAKE_PART
from crm.providers.queries import (
    get_provider,
    get_young_person,
    own_or_all,
    provider_of,
    providers_in_use,
    sectors_in_use,
)
from crm.providers.services import AddedPeople

bp = Blueprint("young_people", __name__, url_prefix="/young-people")

COLUMNS: tuple[Column[PersonRow], ...] = (
    Column("Reference", lambda row: row.reference),
    Column("Provider", lambda row: row.provider),
    Column("Year group", lambda row: row.year_group.label),
    Column("Booked", lambda row: row.booked),
    Column("Attended", lambda row: row.attended),
    Column("Has left", lambda row: row.has_left),
)


@bp.get("/")
@allow(*TAKE_PART)
def index() -> ResponseReturnValue:
    viewer = signed_in_user()
    form = PeopleFilterForm()
    form.offer(providers_in_use() if viewer.is_staff else [])
    wanted = form.wanted()
    page = asked()
    rows = queries.person_rows(viewer, wanted, limit=page.per_page, offset=page.offset)
    return render_template(
        "young_people/index.html",
        filters_form=form,
        page=page.of(rows, queries.how_many_people(viewer, wanted)),
        downloads=download_links(url_for("young_people.export"), url_for("young_people.workbook")),
        sees_all=viewer.is_staff,
        own_provider=provider_of(viewer),
    )


@bp.get("/young-people.csv")
@allow(*TAKE_PART)
def export() -> Response:
    """The list as it is narrowed, every page of it."""
    form = PeopleFilterForm()
    form.offer([])
    return as_csv("young-people", COLUMNS, queries.every_person_row(signed_in_user(), form.wanted()))


@bp.get("/young-people.xlsx")
@allow(*TAKE_PART)
def workbook() -> Response:
    """The same as a workbook."""
    viewer, form = signed_in_user(), PeopleFilterForm()
    form.offer(providers_in_use() if viewer.is_staff else [])
    chips = [chip.text for chip in form.chips()]
    rows = queries.every_person_row(viewer, form.wanted())
    return as_workbook("young-people", "Young people", COLUMNS, rows, narrowed_to=chips)


@bp.route("/new", methods=["GET", "POST"])
@allow(*TAKE_PART)
def new() -> ResponseReturnValue:
    """Record one young person, or several at once."""
    providers = own_or_all(signed_in_user())
    form = YoungPeopleForm()
    form.offer_providers(providers)
    if not form.is_submitted():
        form.provider.data = providers[0].id if len(providers) == 1 else request.args.get("provider", type=int)
    elif form.validate():
        with submitting(form) as submission:
            provider = get_provider(form.provider.data or 0, viewer=signed_in_user())
            result = services.add_young_people(provider, form.references.data or "", form.chosen_year_group)
            submission.leads_to = url_for("young_people.index", provider=provider.id)
            _say(result)
        return redirect(submission.leads_to)
    return render_template("young_people/new.html", form=form, one_provider=len(providers) == 1)


def _say(result: AddedPeople) -> None:
    added = len(result.added)
    flash(f"{added} young {'person' if added == 1 else 'people'} recorded.", "success" if added else "notice")
    if result.known:
        flash(f"Recorded already, and left as they are: {some([each.reference for each in result.known])}.", "notice")
    if result.repeated:
        flash(f"Given more than once: {some(result.repeated)}.", "notice")


@bp.route("/<int:young_person_id>/edit", methods=["GET", "POST"])
@allow(*TAKE_PART)
def edit(young_person_id: int) -> ResponseReturnValue:
    viewer = signed_in_user()
    person = get_young_person(young_person_id, viewer=viewer)
    form = YoungPersonForm()
    form.offer_sectors(sectors_in_use(also=[each.id for each in person.sectors]))
    meanwhile = False
    if not form.is_submitted():
        form.show(person)
    elif form.validate():
        try:
            return _save(young_person_id, form)
        except Conflict as refusal:
            form.refuse(str(refusal), form.reference)
        except EditedMeanwhile:
            meanwhile = True
        person = get_young_person(young_person_id, viewer=viewer)
    conflict = None
    if meanwhile:
        saved = YoungPersonForm(formdata=None)
        saved.offer_sectors(sectors_in_use(also=[each.id for each in person.sectors]))
        saved.show(person)
        conflict = edit_conflict(form, person, differences(saved, form))
    return render_template("young_people/edit.html", form=form, person=person, conflict=conflict)


def _save(young_person_id: int, form: YoungPersonForm) -> ResponseReturnValue:
    with submitting(form) as submission:
        person = get_young_person(young_person_id, viewer=signed_in_user())
        services.edit_young_person(
            person, form.reference.data or "", form.chosen_year_group, seen_version=form.version.data
        )
        services.set_interests(person, form.sector_ids.data or ())
        submission.leads_to = url_for("young_people.index", provider=person.provider_id)
    flash("Saved.", "success")
    return redirect(submission.leads_to)


@bp.post("/<int:young_person_id>/leave")
@allow(*TAKE_PART)
def leave(young_person_id: int) -> ResponseReturnValue:
    """They left, or came back."""
    with submitting(ActionForm()) as submission:
        person = get_young_person(young_person_id, viewer=signed_in_user())
        submission.leads_to = url_for("young_people.edit", young_person_id=young_person_id)
        (services.mark_left if person.left_at is None else services.mark_returned)(person)
    flash("Saved.", "success")
    return redirect(submission.leads_to)
