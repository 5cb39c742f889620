"""Saving, opening, renaming, sharing and deleting views."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import EditConflict, edit_conflict
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile, NotAllowed, NotFound
from crm.core.forms import differences
from crm.core.submissions import submitting
from crm.lists import policies, queries, services
from crm.lists.addresses import KNOWN, tidied
from crm.lists.bar import address_of
from crm.lists.forms import ChangeViewForm, DeleteViewForm, NewViewForm, view_answers
from crm.lists.models import ListName, SavedView

bp = Blueprint("lists", __name__, url_prefix="/views")


@bp.get("/")
@allow(*STAFF)
def index() -> ResponseReturnValue:
    """Every view one may open, by list."""
    viewer = signed_in_user()
    views = queries.every_view(viewer)
    by_list = [(KNOWN[name], [view for view in views if view.list_name is name]) for name in ListName]
    return render_template(
        "lists/index.html",
        by_list=[(known, rows) for known, rows in by_list if rows],
        viewer=viewer,
        changeable={view.id for view in views if policies.may_change(viewer, view)},
    )


@bp.get("/<int:view_id>")
@allow(*STAFF)
def show(view_id: int) -> ResponseReturnValue:
    """A short address for a view: leads to the list with everything it asks for."""
    view = queries.get_view(view_id, viewer=signed_in_user())
    return redirect(address_of(view.list_name, view.query))


@bp.route("/new/<list_name>", methods=["GET", "POST"])
@allow(*STAFF)
def new(list_name: str) -> ResponseReturnValue:
    viewer, name = signed_in_user(), _list(list_name)
    form = NewViewForm(data={"query": tidied(name, request.args.get("query", ""))})
    own = [(view.id, view.name) for view in queries.views_of(name, viewer=viewer) if view.is_mine]
    form.offer(own)
    if form.validate_on_submit():
        try:
            return _save(form, name)
        except Conflict as refusal:
            form.refuse(str(refusal), form.name)
    query = form.query.data or ""
    return render_template("lists/new.html", form=form, known=KNOWN[name], back=address_of(name, query), own=own)


def _save(form: NewViewForm, name: ListName) -> ResponseReturnValue:
    viewer, query = signed_in_user(), form.query.data or ""
    with submitting(form) as submission:
        if form.instead.data:
            view = _changeable(form.instead.data)
            services.point_view(view, query=query, version=view.version)
        else:
            view = services.save_view(name, form.details(), query=query, owner=viewer)
        saved, submission.leads_to = view.name, address_of(view.list_name, view.query)
    flash(f"View “{saved}” saved.", "success")
    return redirect(submission.leads_to)


@bp.route("/<int:view_id>/edit", methods=["GET", "POST"])
@allow(*STAFF)
def edit(view_id: int) -> ResponseReturnValue:
    viewer = signed_in_user()
    view = _changeable(view_id)
    form = ChangeViewForm(data=view_answers(view))
    if not policies.may_open_with(viewer, view):
        del form.is_default
    met = False
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                view = _changeable(view_id)
                services.change_view(view, _details(form, view), version=form.version.data)
                submission.leads_to = url_for("lists.index")
        except Conflict as refusal:
            form.refuse(str(refusal), form.name)
        except EditedMeanwhile:
            met = True
        else:
            flash("View saved.", "success")
            return redirect(submission.leads_to)
        view = _changeable(view_id)
    return render_template(
        "lists/edit.html",
        form=form,
        view=view,
        known=KNOWN[view.list_name],
        conflict=_both_versions(form, view) if met else None,
    )


def _details(form: ChangeViewForm, view: SavedView) -> services.ViewDetails:
    """What was answered; with which view the list opens is its owner's business."""
    return services.ViewDetails(
        name=form.name.data or "",
        is_shared=bool(form.is_shared.data),
        is_default=bool(form.is_default.data) if "is_default" in form else view.is_default,
    )


def _both_versions(form: ChangeViewForm, view: SavedView) -> EditConflict:
    saved = ChangeViewForm(formdata=None, data=view_answers(view))
    if "is_default" not in form:
        del saved.is_default
    return edit_conflict(form, view, differences(saved, form))


@bp.route("/<int:view_id>/delete", methods=["GET", "POST"])
@allow(*STAFF)
def delete(view_id: int) -> ResponseReturnValue:
    view = _changeable(view_id)
    form = DeleteViewForm(data={"version": view.version})
    if not form.validate_on_submit():
        return render_template("lists/delete.html", form=form, view=view, known=KNOWN[view.list_name])
    name = view.name
    with submitting(form) as submission:
        services.delete_view(_changeable(view_id), version=form.version.data)
        submission.leads_to = url_for("lists.index")
    flash(f"View “{name}” deleted. The list itself is as it was.", "success")
    return redirect(submission.leads_to)


def _list(name: str) -> ListName:
    try:
        return ListName(name)
    except ValueError:
        raise NotFound("We could not find that list.") from None


def _changeable(view_id: int) -> SavedView:
    """The view, if the user may change it. Raises NotAllowed for a colleague's."""
    viewer = signed_in_user()
    view = queries.get_view(view_id, viewer=viewer)
    if not policies.may_change(viewer, view):
        raise NotAllowed("Only whoever saved this view, or a manager, can change it. You can save one of your own.")
    return view
