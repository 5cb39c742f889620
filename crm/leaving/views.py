"""Handing over what somebody looks after, when they leave or go away for long."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.models import User
from crm.accounts.queries import get_user
from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import MANAGERS, allow
from crm.core.errors import Conflict, EditedMeanwhile
from crm.core.formatting import counted
from crm.core.forms import pressed
from crm.core.submissions import submitting
from crm.employers.queries import possible_owners
from crm.leaving import policies
from crm.leaving.forms import HandOverForm, area_name, chosen, read_plan
from crm.leaving.queries import Things, employers_by_area, fingerprint, handed_over, owned_by, people
from crm.leaving.rules import EMPLOYERS, OWNED
from crm.leaving.services import HandOver, hand_back, hand_over

bp = Blueprint("leaving", __name__, url_prefix="/handing-over")


@dataclass(frozen=True, slots=True)
class Share:
    """What one colleague gets of one kind, for the preview."""

    what: str
    taker: str  # empty: nobody was chosen
    count: int


@bp.get("/")
@allow(*MANAGERS)
def index() -> ResponseReturnValue:
    return render_template("leaving/index.html", people=people(), rules=OWNED)


@bp.get("/<int:user_id>")
@allow(*MANAGERS)
def choose(user_id: int) -> ResponseReturnValue:
    """Who takes over what?"""
    leaver = get_user(user_id)
    return render_template(
        "leaving/choose.html",
        leaver=leaver,
        things=owned_by(leaver.id),
        areas=[(area_name(area_id), name, len(ids)) for area_id, name, ids in employers_by_area(leaver.id)],
        colleagues=_colleagues(leaver),
        chosen=chosen,
    )


@bp.route("/<int:user_id>/confirm", methods=["GET", "POST"])
@allow(*MANAGERS)
def confirm(user_id: int) -> ResponseReturnValue:
    """What exactly goes to whom; and, pressed, it goes."""
    leaver, user = get_user(user_id), signed_in_user()
    things = owned_by(leaver.id)
    form = HandOverForm(data={"seen": fingerprint(things)})
    if not policies.may_disable_too(user, leaver):
        del form.disable
    plan = _plan(form, leaver, things)
    if form.validate_on_submit():
        try:
            return _hand_over(form, plan)
        except EditedMeanwhile:
            return _look_again(leaver)
        except Conflict as refusal:
            form.refuse(str(refusal))
            leaver, things = get_user(user_id), owned_by(user_id)
    shares = _shares(plan, things, leaver)
    if missing := [each.what for each in shares if not each.taker]:
        flash(f"Choose who takes over: {', '.join(missing)}.", "warning")
        return redirect(f"{url_for('leaving.choose', user_id=user_id)}?{urlencode(request.args)}")
    again = f"{url_for('leaving.choose', user_id=user_id)}?{urlencode(request.args)}"
    return render_template("leaving/confirm.html", form=form, leaver=leaver, shares=shares, things=things, again=again)


@bp.get("/<int:user_id>/back")
@allow(*MANAGERS)
def handed(user_id: int) -> ResponseReturnValue:
    """What they handed over lately, with the way back."""
    leaver = get_user(user_id)
    things = handed_over(leaver, since=clock.now() - policies.HANDED_BACK_WITHIN)
    return render_template(
        "leaving/handed.html",
        leaver=leaver,
        things=things,
        seen=fingerprint(things),
        can_take_back=policies.can_take_over(leaver),
        days=policies.HANDED_BACK_WITHIN.days,
    )


@bp.post("/<int:user_id>/back")
@allow(*MANAGERS)
def back(user_id: int) -> ResponseReturnValue:
    try:
        with submitting(pressed()) as submission:
            count = hand_back(user_id, seen=request.form.get("seen", ""), by=signed_in_user(), at=clock.now())
            submission.leads_to = url_for("leaving.index")
    except EditedMeanwhile:
        flash("Something has changed since you opened the page. This is what can be handed back now.", "warning")
        return redirect(url_for("leaving.handed", user_id=user_id), 303)
    flash(f"Handed back: {counted(count, 'thing')}.", "success")
    return redirect(submission.leads_to, 303)


def _plan(form: HandOverForm, leaver: User, things: Sequence[Things]) -> HandOver:
    disable = bool("disable" in form and form.disable.data)
    return read_plan(leaver.id, things, employers_by_area(leaver.id), seen=form.seen.data or "", disable=disable)


def _hand_over(form: HandOverForm, plan: HandOver) -> ResponseReturnValue:
    """Raises what the service raises."""
    with submitting(form) as submission:
        moved = hand_over(plan, by=signed_in_user(), at=clock.now())
        submission.leads_to = url_for("leaving.handed", user_id=plan.leaver_id)
    told = ", ".join(
        f"{moved[rule.key]:,} {rule.one if moved[rule.key] == 1 else rule.many}" for rule in OWNED if rule.key in moved
    )
    flash(
        f"Handed over: {told or 'nothing, there was nothing left'}.{' The account is disabled.' * plan.disable}",
        "success",
    )
    return redirect(submission.leads_to, 303)


def _look_again(leaver: User) -> ResponseReturnValue:
    flash("What they look after has changed since you opened the page. What you chose is kept: look again.", "warning")
    return redirect(f"{url_for('leaving.confirm', user_id=leaver.id)}?{urlencode(request.args)}", 303)


def _shares(plan: HandOver, things: Sequence[Things], leaver: User) -> list[Share]:
    names = dict(_colleagues(leaver))
    shares = [
        Share(each.rule.many, names.get(plan.to.get(each.rule.key, 0), ""), len(each.ids))
        for each in things
        if each.rule is not EMPLOYERS
    ]
    by_taker: dict[int, int] = {}
    for area_id, _, ids in employers_by_area(leaver.id):
        taker = plan.by_area.get(area_id, plan.to.get(EMPLOYERS.key, 0))
        by_taker[taker] = by_taker.get(taker, 0) + len(ids)
    return [Share(EMPLOYERS.many, names.get(taker, ""), count) for taker, count in by_taker.items()] + shares


def _colleagues(leaver: User) -> list[tuple[int, str]]:
    return [(user_id, name) for user_id, name in possible_owners() if user_id != leaver.id]
