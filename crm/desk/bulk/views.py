"""From the list of employers to the preview of a bulk change."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.bulk import policies, services
from crm.bulk.forms import FORMS, ActionForm
from crm.bulk.models import BulkAction
from crm.bulk.services import MOST_EMPLOYERS
from crm.bulk.views import bp
from crm.bulk.wording import ACTION_LABELS
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, NotAllowed
from crm.core.pagination import address_at
from crm.core.submissions import submitting
from crm.desk.employers_list import queries
from crm.desk.employers_list.forms import EmployerFilterForm
from crm.employers.queries import possible_owners
from crm.reference.models import Tag
from crm.reference.queries import offered

__all__ = ["bp"]

DOWNLOADS = {"excel": "employers.workbook", "csv": "employers.csv"}
OWN = frozenset({"action", "everything", "employer"})  # of the address; the rest is the list's


@bp.route("/new", methods=["GET", "POST"])
@allow(*STAFF)
def new() -> ResponseReturnValue:
    """What the action needs to know. The address says which employers; they are fixed when the preview is made."""
    chosen = request.args.get("action", "")
    if chosen in DOWNLOADS:
        return redirect(_download(DOWNLOADS[chosen]))
    viewer, action = signed_in_user(), _action(chosen)
    ids = _selected(viewer)
    if action is None or not ids:
        flash("Select at least one employer, and what to do.", "warning")
        return redirect(_back())
    if not policies.may_begin(viewer, action):
        raise NotAllowed("Only a manager can archive or restore many employers at once.")
    form = FORMS[action]()
    form.offer(owners=possible_owners(), tags=offered(Tag))
    if form.validate_on_submit():
        try:
            return _prepare(form, ids, viewer)
        except Conflict as refusal:
            form.refuse(str(refusal))
    return render_template(
        "bulk/new.html", form=form, action=action, label=ACTION_LABELS[action], count=len(ids), back=_back()
    )


def _prepare(form: ActionForm, ids: Sequence[int], viewer: User) -> ResponseReturnValue:
    details = replace(form.details(), came_from=urlencode(_of_the_list()))
    with submitting(form) as submission:
        change = services.prepare(details, ids, by=viewer, today=clock.today(), to=form.recipients())
        submission.leads_to = url_for("bulk.show", change_id=change.id)
    return redirect(submission.leads_to)


def _download(endpoint: str) -> str:
    """The list as a file: those that are ticked, or all of it."""
    dropped: dict[str, None] = dict.fromkeys(("action", "everything", "per_page"))
    if "everything" in request.args:
        dropped["employer"] = None
    return address_at(url_for(endpoint), **dropped)


def _action(text: str) -> BulkAction | None:
    return BulkAction(text) if text in set(BulkAction) else None


def _selected(viewer: User) -> Sequence[int]:
    """The employers that are ticked; or all that match the list's filters, one past the most that can be changed."""
    today, form = clock.today(), EmployerFilterForm()
    form.offer(queries.choices(), viewer=viewer)
    wanted = form.wanted(viewer=viewer, today=today)
    if "everything" in request.args:
        wanted = replace(wanted, ids=())
    elif not wanted.ids:
        return ()
    return queries.employer_ids(wanted, viewer=viewer, today=today, limit=MOST_EMPLOYERS + 1)


def _of_the_list() -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.args.items(multi=True) if name not in OWN and value]


def _back() -> str:
    query = urlencode(_of_the_list())
    return f"{url_for('employers.index')}?{query or 'view=all'}"
