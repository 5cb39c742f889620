"""Pages of requests: a provider's own, and for staff everybody's. That of one request is `crm.desk.request_page`."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.audit.conflicts import edit_conflict
from crm.core import clock
from crm.core.access import STAFF, Role, allow
from crm.core.errors import Conflict, EditedMeanwhile, NotAllowed
from crm.core.forms import ActionForm, differences
from crm.core.pagination import asked
from crm.core.spreadsheets.cells import Column
from crm.core.submissions import submitting
from crm.core.web import safe_next
from crm.lists.downloads import as_csv, as_workbook, download_links
from crm.providers.policies import TAKE_PART
from crm.providers.queries import get_provider, own_or_all, provider_of, providers_in_use
from crm.providers.requests import policies, queries, services
from crm.providers.requests.forms import ALL, OPEN, DeclineForm, EditRequestForm, RequestFilterForm, RequestForm
from crm.providers.requests.models import Request
from crm.providers.requests.queries import RequestRow
from crm.providers.requests.wording import STATUS_MEANINGS
from crm.reference.models import Sector
from crm.reference.queries import offered

bp = Blueprint("requests", __name__, url_prefix="/requests")

COLUMNS: tuple[Column[RequestRow], ...] = (
    Column("Provider", lambda row: row.provider),
    Column("Kind", lambda row: row.kind.label),
    Column("Young people", lambda row: row.young_people),
    Column("From", lambda row: row.wanted_from),
    Column("By", lambda row: row.wanted_by),
    Column("What would help", lambda row: row.words),
    Column("Status", lambda row: row.status.label),
    Column("Taken by", lambda row: row.taken_by),
    Column("Reason", lambda row: row.declined_reason),
)


@bp.get("/")
@allow(*TAKE_PART)
def index() -> ResponseReturnValue:
    viewer, form = signed_in_user(), _filter_form()
    wanted = form.wanted()
    page = asked()
    rows = queries.request_rows(viewer, wanted, limit=page.per_page, offset=page.offset)
    return render_template(
        "requests/index.html",
        filters_form=form,
        page=page.of(rows, queries.how_many_requests(viewer, wanted)),
        downloads=download_links(url_for("requests.export"), url_for("requests.workbook")),
        sees_all=viewer.is_staff,
        own_provider=provider_of(viewer),
        meanings=STATUS_MEANINGS,
        today=clock.today(),
    )


@bp.get("/requests.csv")
@allow(*TAKE_PART)
def export() -> Response:
    """The list as it is narrowed, every page of it."""
    return as_csv("requests", COLUMNS, queries.request_rows(signed_in_user(), _filter_form().wanted()))


@bp.get("/requests.xlsx")
@allow(*TAKE_PART)
def workbook() -> Response:
    """The same as a workbook."""
    form = _filter_form()
    chips = [chip.text for chip in form.chips()]
    rows = queries.request_rows(signed_in_user(), form.wanted())
    return as_workbook("requests", "Requests", COLUMNS, rows, narrowed_to=chips)


def _filter_form() -> RequestFilterForm:
    """Staff begin with what is open; a provider sees what became of everything it asked for."""
    form, staff = RequestFilterForm(), signed_in_user().is_staff
    form.offer(providers_in_use() if staff else [])
    form.begin_with(OPEN if staff else ALL)
    return form


@bp.route("/new", methods=["GET", "POST"])
@allow(*TAKE_PART)
def new() -> ResponseReturnValue:
    """Ask for something; staff do it for a provider that rang."""
    providers = own_or_all(signed_in_user())
    form = RequestForm()
    form.offer(providers, offered(Sector))
    if not form.is_submitted():
        form.provider.data = providers[0].id if len(providers) == 1 else request.args.get("provider", type=int)
    elif form.validate():
        try:
            with submitting(form) as submission:
                provider = get_provider(form.provider.data or 0, viewer=signed_in_user())
                asked = services.ask(provider, form.details(), by=signed_in_user())
                submission.leads_to = url_for("requests.show", request_id=asked.id)
        except Conflict as refusal:
            form.refuse(str(refusal))
            return render_template("requests/new.html", form=form, providers=own_or_all(signed_in_user()))
        flash("Request sent. You see here what becomes of it.", "success")
        return redirect(submission.leads_to)
    return render_template("requests/new.html", form=form, providers=providers)


@bp.route("/<int:request_id>/edit", methods=["GET", "POST"])
@allow(*TAKE_PART)
def edit(request_id: int) -> ResponseReturnValue:
    asked = _get(request_id, policies.may_edit)
    form = _edit_form(asked)
    met = False
    if not form.is_submitted():
        form.show(asked)
    elif form.validate():
        try:
            return _save(request_id, form)
        except EditedMeanwhile:
            met = True
        asked = _get(request_id, policies.may_edit)
    conflict = None
    if met:
        saved = _edit_form(asked, blank=True)
        saved.show(asked)
        conflict = edit_conflict(form, asked, differences(saved, form))
    return render_template("requests/edit.html", form=form, asked=asked, conflict=conflict)


def _edit_form(asked: Request, *, blank: bool = False) -> EditRequestForm:
    form = EditRequestForm(formdata=None) if blank else EditRequestForm()
    form.offer([asked.provider], offered(Sector, besides=[sector.id for sector in asked.sectors]))
    return form


def _save(request_id: int, form: EditRequestForm) -> ResponseReturnValue:
    with submitting(form) as submission:
        asked = _get(request_id, policies.may_edit)
        services.edit_request(asked, form.details(), seen=form.version.data)
        submission.leads_to = url_for("requests.show", request_id=request_id)
    flash("Request saved.", "success")
    return redirect(submission.leads_to)


@bp.route("/<int:request_id>/decline", methods=["GET", "POST"])
@allow(*STAFF)
def decline(request_id: int) -> ResponseReturnValue:
    asked = _get(request_id, policies.may_decline)
    form = DeclineForm()
    if form.validate_on_submit():
        with submitting(form) as submission:
            services.decline(queries.get_request(request_id, viewer=signed_in_user()), reason=form.reason.data or "")
            submission.leads_to = url_for("requests.show", request_id=request_id)
        flash("Request declined. The provider can read why.", "success")
        return redirect(submission.leads_to)
    return render_template("requests/decline.html", form=form, asked=asked)


@bp.post("/<int:request_id>/take")
@allow(*STAFF)
def take(request_id: int) -> ResponseReturnValue:
    user = signed_in_user()
    return _press(request_id, lambda asked: services.take(asked, by=user, at=clock.now()), "The request is yours.")


@bp.post("/<int:request_id>/put-back")
@allow(*STAFF)
def put_back(request_id: int) -> ResponseReturnValue:
    return _press(request_id, services.put_back, "The request is new again, for anybody to take.")


@bp.post("/<int:request_id>/met")
@allow(*STAFF)
def met(request_id: int) -> ResponseReturnValue:
    return _press(request_id, services.mark_met, "Marked as met.")


@bp.post("/<int:request_id>/reopen")
@allow(*STAFF)
def reopen(request_id: int) -> ResponseReturnValue:
    return _press(request_id, services.reopen, "The request is new again.")


@bp.post("/<int:request_id>/withdraw")
@allow(Role.PROVIDER)
def withdraw(request_id: int) -> ResponseReturnValue:
    return _press(request_id, services.withdraw, "Request withdrawn.")


def _press(request_id: int, do: Callable[[Request], None], said: str) -> ResponseReturnValue:
    """What a button does to a request; it leads back to where the button stood."""
    with submitting(ActionForm()) as submission:
        do(queries.get_request(request_id, viewer=signed_in_user()))
        submission.leads_to = safe_next(
            request.form.get("next"), otherwise=url_for("requests.show", request_id=request_id)
        )
    flash(said, "success")
    return redirect(submission.leads_to)


def _get(request_id: int, may: Callable[[User, Request], bool]) -> Request:
    """The request, if the viewer may do this to it. Raises NotFound and NotAllowed."""
    asked = queries.get_request(request_id, viewer=signed_in_user())
    if not may(signed_in_user(), asked):
        raise NotAllowed(f"This request is {asked.status.label.lower()}, so it cannot be changed this way.")
    return asked
