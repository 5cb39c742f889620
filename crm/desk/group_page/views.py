"""The page of one group, and its members as files."""

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.audit.readable import readable_history
from crm.core import clock
from crm.core.access import READERS, allow
from crm.core.spreadsheets.cells import Column
from crm.desk.group_page.queries import group_page
from crm.fulfilment.engaged import DEFINITION
from crm.groups import policies
from crm.groups.models import Membership
from crm.groups.queries import get_group, members_of
from crm.groups.views import bp
from crm.lists.downloads import as_csv, as_workbook, download_links

HISTORY_ROWS = 30
FOR_ALL: tuple[Column[Membership], ...] = (
    Column("Employer", lambda row: row.employer.name),
    Column("Size", lambda row: row.employer.size_band.name if row.employer.size_band else "Not known"),
    Column("Role", lambda row: row.role),
    Column("Joined on", lambda row: row.joined_on),
    Column("Left on", lambda row: row.left_on),
)
FOR_STAFF: tuple[Column[Membership], ...] = (
    Column("Who sits there", lambda row: row.contact.name if row.contact else None),
    Column("E-mail address", lambda row: row.contact.email if row.contact else None),
)


@bp.get("/<int:group_id>")
@allow(*READERS)
def show(group_id: int) -> ResponseReturnValue:
    viewer, today = signed_in_user(), clock.today()
    page = group_page(group_id, viewer=viewer, today=today)
    sees_people = policies.may_see_people(viewer)
    return render_template(
        "groups/show.html",
        page=page,
        group=page.group,
        today=today,
        may_change=policies.may_change(viewer),
        sees_people=sees_people,
        definition=DEFINITION,
        downloads=download_links(
            url_for("groups.export", group_id=group_id), url_for("groups.workbook", group_id=group_id)
        ),
        history=readable_history("employer_group", group_id, limit=HISTORY_ROWS) if sees_people else [],
    )


@bp.get("/<int:group_id>/members.csv")
@allow(*READERS)
def export(group_id: int) -> Response:
    """Every member, past ones too."""
    get_group(group_id, viewer=signed_in_user())
    return as_csv(f"group-{group_id}", _columns(), members_of(group_id))


@bp.get("/<int:group_id>/members.xlsx")
@allow(*READERS)
def workbook(group_id: int) -> Response:
    """The same as a workbook."""
    group = get_group(group_id, viewer=signed_in_user())
    return as_workbook(f"group-{group_id}", f"Members of {group.name}", _columns(), members_of(group_id))


def _columns() -> tuple[Column[Membership], ...]:
    return (*FOR_ALL, *FOR_STAFF) if policies.may_see_people(signed_in_user()) else FOR_ALL
