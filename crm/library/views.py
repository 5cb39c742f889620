"""Pages of the job-role library."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import EditConflict, edit_conflict
from crm.audit.readable import readable_history
from crm.core import clock
from crm.core.access import EVERYONE, READERS, STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.forms import differences, pressed
from crm.core.pagination import asked
from crm.core.submissions import submitting
from crm.employers.queries import get_employer
from crm.library import policies, queries, services
from crm.library.forms import EditItemForm, ItemForm, LibraryFilterForm, item_answers
from crm.library.models import LibraryItem
from crm.library.services import ItemDetails
from crm.reference.models import Sector
from crm.reference.queries import offered
from crm.skills.queries import offered_skills

bp = Blueprint("library", __name__, url_prefix="/library")


@bp.get("/")
@allow(*EVERYONE)
def index() -> ResponseReturnValue:
    viewer, form, page = signed_in_user(), LibraryFilterForm(), asked()
    form.offer(offered(Sector), offered_skills())
    wanted = form.wanted()
    return render_template(
        "library/index.html",
        filters_form=form,
        page=page.of(
            queries.items(viewer, wanted, limit=page.per_page, offset=page.offset), queries.how_many(viewer, wanted)
        ),
        may_add=policies.may_add(viewer),
        sees_employers=viewer.role in READERS,
    )


@bp.get("/<int:item_id>")
@allow(*EVERYONE)
def show(item_id: int) -> ResponseReturnValue:
    viewer = signed_in_user()
    item = queries.get_item(item_id, viewer=viewer)
    return render_template(
        "library/show.html",
        item=item,
        may_change=policies.may_change(viewer, item),
        may_restore=policies.may_restore(viewer, item),
        sees_employers=viewer.role in READERS,
        history=readable_history("library_item", item_id) if viewer.is_staff else [],
    )


@bp.route("/new", methods=["GET", "POST"])
@allow(*STAFF)
def new() -> ResponseReturnValue:
    form = ItemForm()
    form.offer(offered(Sector), offered_skills())
    employer_id = request.args.get("employer", type=int)
    if not form.is_submitted() and employer_id is not None:
        employer = get_employer(employer_id, viewer=signed_in_user())
        form.employer.show(employer.id, employer.name)
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                item = services.add_item(_details(form), by=signed_in_user())
                submission.leads_to = url_for("library.show", item_id=item.id)
        except Conflict as refusal:
            form.refuse(str(refusal), form.url)
        else:
            flash("It is in the library now. Opportunities can ask to watch it first.", "success")
            return redirect(submission.leads_to)
    return render_template("library/new.html", form=form)


@bp.route("/<int:item_id>/edit", methods=["GET", "POST"])
@allow(*STAFF)
def edit(item_id: int) -> ResponseReturnValue:
    item = _get(item_id)
    form, conflict = _form(item), None
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                services.change_item(_get(item_id), _details(form), seen=form.version.data)
                submission.leads_to = url_for("library.show", item_id=item_id)
        except Conflict as refusal:
            form.refuse(str(refusal), form.url)
        except EditedMeanwhile:
            conflict = _both_versions(form, _get(item_id))
        else:
            flash("Saved.", "success")
            return redirect(submission.leads_to)
        item = _get(item_id)
    return render_template("library/edit.html", form=form, item=item, conflict=conflict)


@bp.post("/<int:item_id>/withdraw")
@allow(*STAFF)
def withdraw(item_id: int) -> ResponseReturnValue:
    with submitting(pressed()) as submission:
        services.withdraw_item(_get(item_id), at=clock.now())
        submission.leads_to = url_for("library.show", item_id=item_id)
    flash("Withdrawn: it is no longer offered. You can put it back.", "success")
    return redirect(submission.leads_to)


@bp.post("/<int:item_id>/restore")
@allow(*STAFF)
def restore(item_id: int) -> ResponseReturnValue:
    with submitting(pressed()) as submission:
        services.restore_item(_get(item_id))
        submission.leads_to = url_for("library.show", item_id=item_id)
    flash("It is in the library again.", "success")
    return redirect(submission.leads_to)


def _details(form: ItemForm) -> ItemDetails:
    """What was answered. Raises NotFound for an employer that is none."""
    if form.employer.data is not None:
        get_employer(form.employer.data, viewer=signed_in_user())
    return form.details()


def _get(item_id: int) -> LibraryItem:
    return queries.get_item(item_id, viewer=signed_in_user())


def _form(item: LibraryItem, **options: None) -> EditItemForm:
    form = EditItemForm(data=item_answers(item), **options)
    form.offer(offered(Sector, besides=[item.sector_id]), offered_skills(besides=[each.id for each in item.skills]))
    if options or not form.is_submitted():
        form.show(item)
    return form


def _both_versions(form: EditItemForm, item: LibraryItem) -> EditConflict:
    return edit_conflict(form, item, differences(_form(item, formdata=None), form))
