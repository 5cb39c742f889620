"""The list of employers, and the same as a file."""

from dataclasses import dataclass

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.bulk.policies import may_begin
from crm.bulk.wording import ACTION_LABELS
from crm.core import clock
from crm.core.access import READERS, allow
from crm.core.pagination import asked
from crm.desk.employers_list import queries
from crm.desk.employers_list.columns import COLUMNS
from crm.desk.employers_list.forms import EmployerFilterForm
from crm.desk.employers_list.narrowing import Wanted
from crm.desk.employers_list.queries import EmployerRow, Showing
from crm.employers import policies
from crm.employers.views.employers import bp
from crm.lists.bar import bar, opens_with
from crm.lists.columns import Layout, layout_asked
from crm.lists.downloads import as_csv, as_workbook, download_links
from crm.lists.models import ListName
from crm.lists.queries import views_of
from crm.pledges.wording import STATUS_LABELS, STATUS_MEANINGS

BUILT_IN = (
    ("My employers", "owner=me"),
    ("No contact in 90 days", "quiet=90&sort=last_contact"),
    ("No pledge this year", "pledge=none"),
)


@dataclass(frozen=True, slots=True)
class _Request:
    """What the address asks for."""

    form: EmployerFilterForm
    wanted: Wanted
    layout: Layout[EmployerRow]
    showing: Showing


@bp.get("/")
@allow(*READERS)
def index() -> ResponseReturnValue:
    viewer = signed_in_user()
    views = views_of(ListName.EMPLOYERS, viewer=viewer)
    if elsewhere := opens_with(views, ListName.EMPLOYERS):
        return redirect(elsewhere)
    request = _request(viewer)
    return render_template(
        "employers/index.html",
        filters_form=request.form,
        chips=request.form.chips(),
        page=queries.employer_page(request.wanted, asked(), request.showing),
        layout=request.layout,
        headings=request.layout.headings(request.wanted.sort),
        views=bar(ListName.EMPLOYERS, views, BUILT_IN, whole="All") if viewer.is_staff else None,
        today=clock.today(),
        actions=_actions(viewer),
        may_add=policies.may_add(viewer),
        downloads=download_links(url_for("employers.csv"), url_for("employers.workbook")),
        address=url_for("employers.index"),
        meanings=STATUS_MEANINGS,
        labels=STATUS_LABELS,
    )


@bp.get("/employers.csv")
@allow(*READERS)
def csv() -> ResponseReturnValue:
    """The list as it is narrowed, sorted and laid out, every page of it, written while it is read."""
    request = _request(signed_in_user())
    return as_csv("employers", request.layout.file_columns, queries.every_employer(request.wanted, request.showing))


@bp.get("/employers.xlsx")
@allow(*READERS)
def workbook() -> Response:
    """The same as a workbook."""
    request = _request(signed_in_user())
    rows = queries.every_employer(request.wanted, request.showing)
    chips = [chip.text for chip in request.form.chips()]
    return as_workbook("employers", "Employers", request.layout.file_columns, rows, narrowed_to=chips)


def _actions(viewer: User) -> list[tuple[str, str]]:
    """What can be done with several at once."""
    if not viewer.is_staff:
        return []
    changes = [(action.value, label) for action, label in ACTION_LABELS.items() if may_begin(viewer, action)]
    return [*changes, ("excel", "Download as Excel"), ("csv", "Download as CSV")]


def _request(viewer: User) -> _Request:
    form, choices, today = EmployerFilterForm(), queries.choices(), clock.today()
    form.offer(choices, viewer=viewer)
    layout = layout_asked(COLUMNS, staff=policies.may_see_people(viewer))
    showing = Showing(layout.keys, choices, viewer, today)
    return _Request(form, form.wanted(viewer=viewer, today=today), layout, showing)
