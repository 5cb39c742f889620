"""Comparing two employers, merging them, and taking it back."""

from typing import TypeVar
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.forms import pressed
from crm.core.pagination import page_number
from crm.core.submissions import submitting
from crm.employers.queries import get_employer
from crm.merging import policies
from crm.merging.forms import ChooseForm, MergeForm, Picked, read_picked
from crm.merging.queries.comparing import Comparison, compare, will_move
from crm.merging.queries.likely import likely_to_be
from crm.merging.queries.merges import get_merge, history_of_loser, merges_page
from crm.merging.queries.undoing import crossings, preview
from crm.merging.services.merging import Busy, Choices, merge_employers
from crm.merging.services.undoing import undo_merge, why_not_now

bp = Blueprint("merges", __name__, url_prefix="/employers")
T = TypeVar("T")
ATTEMPTS = 3  # of a merge that gave way to somebody who was saving


@bp.get("/<int:employer_id>/merge")
@allow(*STAFF)
def choose(employer_id: int) -> ResponseReturnValue:
    """Which other employer is this one?"""
    employer = get_employer(employer_id, viewer=signed_in_user())
    form = ChooseForm()
    if request.args and form.validate() and form.other.data:
        if form.other.data != employer.id:
            return redirect(url_for("merges.compare_two", employer_id=employer.id, other_id=form.other.data))
        form.refuse("Choose another employer than this one.", form.other)
    return render_template("merges/choose.html", form=form, employer=employer, likely=likely_to_be(employer))


@bp.get("/<int:employer_id>/merge/<int:other_id>")
@allow(*STAFF)
def compare_two(employer_id: int, other_id: int) -> ResponseReturnValue:
    """Side by side, field by field."""
    comparison = _compare(employer_id, other_id)
    return render_template(
        "merges/compare.html",
        comparison=comparison,
        picked=read_picked(request.args, comparison),
        refusal=_refusal(comparison),
    )


@bp.route("/<int:employer_id>/merge/<int:other_id>/confirm", methods=["GET", "POST"])
@allow(*STAFF)
def confirm(employer_id: int, other_id: int) -> ResponseReturnValue:
    """What exactly happens; and, pressed, it happens."""
    comparison = _compare(employer_id, other_id)
    picked = read_picked(request.args, comparison)
    left, right = comparison.left, comparison.right
    form = MergeForm(data={"left_version": left.version, "right_version": right.version})
    form.ask_about_numbers(differ=policies.have_different_numbers(left, right))
    again = f"{url_for('merges.compare_two', employer_id=left.id, other_id=right.id)}?{urlencode(request.args)}"
    if form.validate_on_submit():
        try:
            return _merge(form, picked, left.id, right.id)
        except EditedMeanwhile:
            flash(
                "Somebody changed one of them while you were comparing. What you chose is kept: look again.", "warning"
            )
            return redirect(again, 303)
        except Conflict as refusal:
            form.refuse(str(refusal))
            comparison = _compare(employer_id, other_id)
    return _confirmation(form, comparison, picked, again)


def _confirmation(form: MergeForm, comparison: Comparison, picked: Picked, again: str) -> ResponseReturnValue:
    survivor, loser = _in_order(picked, comparison.left, comparison.right)
    refusal = policies.why_not_merge(survivor, loser) or _refusal(comparison)
    return render_template(
        "merges/confirm.html",
        form=form,
        comparison=comparison,
        picked=picked,
        survivor=survivor,
        loser=loser,
        parts=will_move(survivor.id, loser.id),
        refusal=refusal,
        again=again,
        days=policies.UNDONE_WITHIN.days,
    )


def _merge(form: MergeForm, picked: Picked, left_id: int, right_id: int) -> ResponseReturnValue:
    """Merge them; a few times, if somebody is saving something of theirs. Raises what the service raises."""
    survivor, loser = _in_order(picked, (left_id, form.left_version.data), (right_id, form.right_version.data))
    choices = Choices(
        survivor_id=survivor[0],
        loser_id=loser[0],
        survivor_version=survivor[1],
        loser_version=loser[1],
        from_loser=picked.from_loser,
        loser_pledge_years=picked.loser_pledge_years,
        numbers_checked=bool(form.differ and form.numbers_checked.data),
    )
    for attempt in range(ATTEMPTS):
        try:
            with submitting(form) as submission:
                merge = merge_employers(choices, by=signed_in_user(), at=clock.now())
                submission.leads_to = url_for("merges.show", merge_id=merge.id)
            break
        except Busy:
            if attempt == ATTEMPTS - 1:
                raise
    flash("Merged. You can undo it on this page.", "success")
    return redirect(submission.leads_to, 303)


@bp.get("/merges")
@allow(*STAFF)
def index() -> ResponseReturnValue:
    page, user, now = merges_page(page_number()), signed_in_user(), clock.now()
    return render_template(
        "merges/index.html",
        page=page,
        may_undo={
            each.id for each in page.rows if policies.may_undo(user, each) and not policies.why_not_undo(each, now=now)
        },
    )


@bp.get("/merges/<int:merge_id>")
@allow(*STAFF)
def show(merge_id: int) -> ResponseReturnValue:
    """What was merged; what undoing would put back and what it would leave."""
    merge, user, now = get_merge(merge_id), signed_in_user(), clock.now()
    why_not = why_not_now(merge, now)
    may_undo = why_not is None and policies.may_undo(user, merge)
    return render_template(
        "merges/show.html",
        merge=merge,
        why_not=why_not,
        may_undo=may_undo,
        left_alone=preview(merge) if may_undo else [],
        crossings=crossings(merge) if may_undo or merge.undone_at else [],
        until=merge.merged_at + policies.UNDONE_WITHIN,
        history=history_of_loser(merge),
    )


@bp.post("/merges/<int:merge_id>/undo")
@allow(*STAFF)
def undo(merge_id: int) -> ResponseReturnValue:
    with submitting(pressed()) as submission:
        undo_merge(merge_id, by=signed_in_user(), at=clock.now())
        submission.leads_to = url_for("merges.show", merge_id=merge_id)
    flash("Undone. They are two employers again, each with what it had.", "success")
    return redirect(submission.leads_to, 303)


def _compare(employer_id: int, other_id: int) -> Comparison:
    user = signed_in_user()
    if employer_id == other_id:
        raise Conflict("Choose two different employers.")
    return compare(get_employer(employer_id, viewer=user), get_employer(other_id, viewer=user))


def _in_order(picked: Picked, left: T, right: T) -> tuple[T, T]:
    """The one that stays, then the one that becomes part of it."""
    return (left, right) if picked.stays == "left" else (right, left)


def _refusal(comparison: Comparison) -> str | None:
    """Why these two cannot be merged, whichever stays."""
    if comparison.open_years:
        return (
            f"Both have a pledge for {comparison.open_years[0]} that is not decided. Only one can go on: discard one, "
            "or record the employer’s answer, and merge them then."
        )
    if comparison.left.is_archived and comparison.right.is_archived:
        return "Both are archived. Restore the one that is to stay first."
    return None
