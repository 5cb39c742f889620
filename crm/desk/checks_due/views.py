"""The report of checks on the screen, on paper and as CSV; asking for them by e-mail."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.formatting import counted
from crm.core.pagination import address_at, asked
from crm.core.spreadsheets.cells import Column
from crm.core.submissions import submitting
from crm.core.web import safe_next
from crm.desk.checks_due import queries, services
from crm.desk.checks_due.forms import DueFilterForm, RequestForm, picks_asked
from crm.desk.checks_due.narrowing import Wanted
from crm.desk.checks_due.queries import DueRow
from crm.desk.chrome import page_settings
from crm.employers.queries import possible_owners
from crm.lists.downloads import as_csv, as_workbook, download_links
from crm.reference.models import Area
from crm.reference.queries import offered

bp = Blueprint("checks_due", __name__, url_prefix="/checks")

COLUMNS: tuple[Column[DueRow], ...] = (
    Column("Employer", lambda row: row.employer),
    Column("Site", lambda row: row.site),
    Column("Check", lambda row: row.standing.label),
    Column("State", lambda row: row.standing.tag),
    Column("Until", lambda row: row.check.valid_to if row.check else None),
    Column("Insurer", lambda row: row.check.insurer if row.check else None),
    Column("Officer", lambda row: row.owner),
    Column("Next opportunity there", lambda row: clock.local_date(row.next_at) if row.next_at else None),
    Column("Last request", lambda row: row.check.requested_on if row.check else None),
    Column("Requested of", lambda row: row.check.requested_of if row.check else None),
)


@bp.get("/")
@allow(*STAFF)
def index() -> ResponseReturnValue:
    form = _filters()
    wanted = _wanted(form)
    page = queries.due_page(wanted, asked())
    askable = [row.pick for row in page.rows if not services.why_not(row)]
    return render_template(
        "checks_due/index.html",
        filters_form=form,
        chips=form.chips(),
        page=page,
        reasons={row.pick: services.why_not(row) for row in page.rows},
        ask_all_address=url_for("checks_due.ask", pick=askable, next=request.full_path) if askable else "",
        downloads=[
            *download_links(url_for("checks_due.export"), url_for("checks_due.workbook")),
            ("Print", address_at(url_for("checks_due.printed"), per_page=None)),
        ],
        notice_months=wanted.notice_months,
    )


@bp.get("/checks.csv")
@allow(*STAFF)
def export() -> Response:
    """The report as it is narrowed, every page of it."""
    return as_csv("checks-due", COLUMNS, queries.every_due(_wanted(_filters())))


@bp.get("/checks.xlsx")
@allow(*STAFF)
def workbook() -> Response:
    """The same as a workbook."""
    form = _filters()
    chips = [chip.text for chip in form.chips()]
    return as_workbook("checks-due", "Checks due", COLUMNS, queries.every_due(_wanted(form)), narrowed_to=chips)


@bp.get("/print")
@allow(*STAFF)
def printed() -> ResponseReturnValue:
    """The report on paper: without filters, buttons or pages."""
    form = _filters()
    wanted = _wanted(form)
    return render_template(
        "checks_due/printed.html",
        rows=queries.due_to_print(wanted),
        chips=form.chips(),
        notice_months=wanted.notice_months,
        today=wanted.today,
        most=queries.MOST_PRINTED,
    )


@bp.route("/request", methods=["GET", "POST"])
@allow(*STAFF)
def ask() -> ResponseReturnValue:
    """Ask for what is picked: first who would get which e-mail, then send. A list's own button sends at once."""
    viewer, picks, form = signed_in_user(), picks_asked(), RequestForm()
    back = safe_next(request.values.get("next"), otherwise=url_for("checks_due.index"))
    if form.validate_on_submit():
        try:
            with submitting(form) as submission:
                done = services.request(picks, by=signed_in_user(), today=clock.today())
                submission.leads_to = back
        except (Conflict, EditedMeanwhile) as refusal:
            form.refuse(str(refusal))
        else:
            flash(_told(done), "success")
            return redirect(submission.leads_to)
    planned = services.plan(picks, clock.today())
    return render_template(
        "checks_due/ask.html",
        form=form,
        planned=planned,
        bodies=[services.letter_of(letter, viewer).text for letter in planned.letters[:1]],
        subject=services.SUBJECT,
        picks=picks,
        back=back,
    )


def _told(done: services.Plan) -> str:
    if len(done.letters) == 1:
        return f"An e-mail to {done.letters[0].recipient.name} is on its way and in the contact log."
    return f"{counted(len(done.letters), 'e-mail')} on their way and in the contact log."


def _filters() -> DueFilterForm:
    form = DueFilterForm()
    form.offer(possible_owners(), offered(Area))
    return form


def _wanted(form: DueFilterForm) -> Wanted:
    return form.wanted(signed_in_user(), int(page_settings()["check_notice_months"]))
