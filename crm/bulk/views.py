"""A bulk change from its preview to its undo, and the latest ones."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.bulk import policies, queries, services
from crm.bulk.forms import CarryOutForm
from crm.bulk.models import BulkAction, BulkChange, BulkStatus, ItemState
from crm.bulk.services import mailing
from crm.bulk.wording import described, described_row, titles_of
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, NotAllowed
from crm.core.forms import ActionForm, pressed
from crm.core.submissions import submitting
from crm.reference.settings import bulk_email_limit

bp = Blueprint("bulk", __name__, url_prefix="/bulk-changes")


@bp.get("/")
@allow(*STAFF)
def index() -> ResponseReturnValue:
    """The latest changes, to undo one that was a slip."""
    return render_template("bulk/index.html", rows=queries.latest(signed_in_user()), described=described_row)


@bp.get("/<int:change_id>")
@allow(*STAFF)
def show(change_id: int) -> ResponseReturnValue:
    """The preview; once it was carried out, what came of it."""
    viewer = signed_in_user()
    change = queries.get_change(change_id, viewer=viewer)
    groups = queries.groups_of(change_id)
    will = groups[ItemState.WILL].total if ItemState.WILL in groups else 0
    return render_template(
        "bulk/preview.html" if change.status is BulkStatus.PREPARED else "bulk/result.html",
        change=change,
        groups=list(groups.values()),
        will=will,
        titles=titles_of(change.action),
        described=described(change),
        form=CarryOutForm(formdata=None, data={"version": change.version}),
        may_carry_out=policies.may_carry_out(viewer, change) and will > 0,
        may_undo=policies.may_undo(viewer, change, clock.now()),
        undo_until=change.done_at + policies.UNDO_FOR if change.done_at else None,
        list_address=f"{url_for('employers.index')}?{change.came_from or 'view=all'}",
        **_letter(change, will),
    )


def _letter(change: BulkChange, will: int) -> dict[str, Any]:
    """For an e-mail: how it ends, and how many more may go out today."""
    if change.action is not BulkAction.EMAIL:
        return {"ending": "", "too_many": 0}
    left = bulk_email_limit() - mailing.sent_on(clock.now())
    over = will - left if change.status is BulkStatus.PREPARED else 0
    return {"ending": services.ending(change.made_by), "too_many": max(0, over)}


@bp.post("/<int:change_id>/carry-out")
@allow(*STAFF)
def carry_out(change_id: int) -> ResponseReturnValue:
    form = CarryOutForm()
    if not form.validate_on_submit():
        raise Conflict("This page is out of date. Open the preview again.")
    viewer = signed_in_user()

    def act(change: BulkChange) -> None:
        if not policies.may_carry_out(viewer, change):
            raise NotAllowed("Only whoever prepared this, and once, can carry it out.")
        services.carry_out(change, version=form.version.data, by=viewer, at=clock.now())

    return _done(change_id, form, act, "Done. You can undo it below, for 30 days.")


@bp.post("/<int:change_id>/undo")
@allow(*STAFF)
def undo(change_id: int) -> ResponseReturnValue:
    viewer = signed_in_user()

    def act(change: BulkChange) -> None:
        if change.status is BulkStatus.DONE and not policies.may_undo(viewer, change, clock.now()):
            raise NotAllowed("Only whoever made this change, or a manager, can undo it, for 30 days.")
        services.undo(change, by=viewer, at=clock.now())

    return _done(change_id, pressed(), act, "Undone, but for what somebody has changed since.")


@bp.post("/<int:change_id>/discard")
@allow(*STAFF)
def discard(change_id: int) -> ResponseReturnValue:
    """Back to the list with nothing changed."""
    viewer = signed_in_user()
    with submitting(pressed()) as submission:
        change = queries.get_change(change_id, viewer=viewer)
        submission.leads_to = f"{url_for('employers.index')}?{change.came_from or 'view=all'}"
        services.discard(change)
    flash("Nothing was changed.", "notice")
    return redirect(submission.leads_to)


def _done(
    change_id: int, form: ActionForm | CarryOutForm, act: Callable[[BulkChange], None], message: str
) -> ResponseReturnValue:
    """Act on the change in one unit of work, and show what came of it."""
    viewer = signed_in_user()
    with submitting(form) as submission:
        act(queries.get_change(change_id, viewer=viewer))
        submission.leads_to = url_for("bulk.show", change_id=change_id)
    flash(message, "success")
    return redirect(submission.leads_to)
