"""Offering, confirming and ending places, one at a time or many at once, on the page of an opportunity."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import allow
from crm.core.errors import Conflict, NotFound
from crm.core.formatting import counted
from crm.core.forms import pressed
from crm.core.submissions import submitting
from crm.opportunities import policies, queries, services
from crm.opportunities.forms.placing import USUAL_REASONS, EndPlacesForm
from crm.opportunities.models import UNDECIDED, Opportunity, Place, PlaceStatus, Side
from crm.opportunities.policies import PROVIDERS_SIDES
from crm.opportunities.services import Decided
from crm.opportunities.views.blueprint import bp, moved_up, some, unpromised
from crm.providers.policies import TAKE_PART

NOTHING_TO_END = "These places have ended already, or attendance is marked."
DONE = {"offer": "offered", "confirm": "confirmed", "wait": "put on the waiting list"}


@dataclass(frozen=True, slots=True)
class PlaceActions:
    """What the viewer may do to a place on the page of its opportunity."""

    action: str = ""  # of its own button: what comes next
    label: str = ""
    end: str = ""  # the words of the link that ends it; empty if it cannot be ended
    tick: bool = False
    restore: bool = False
    turn: str = ""  # in the queue


NEXT = {
    PlaceStatus.REQUESTED: ("offer", "Offer"),
    PlaceStatus.OFFERED: ("confirm", "Confirm"),
    PlaceStatus.WAITLISTED: ("offer", "Offer"),
}


def place_actions(places: Sequence[Place], opportunity: Opportunity) -> dict[int, PlaceActions]:
    """What the viewer may do, by place id."""
    turns = {place.id: number for number, place in enumerate(_waiting(places), start=1)}
    return {place.id: _actions_of(place, opportunity, turns.get(place.id)) for place in places}


def place_counts(places: Sequence[Place]) -> list[str]:
    """How many young people stand how, in words; nothing where all who have a place take part."""
    seats = Counter[PlaceStatus]()
    for place in places:
        seats[place.status] += place.seats
    if not any(seats[status] for status in UNDECIDED):
        return []
    return [f"{seats[status]} {status.label.lower()}" for status in PlaceStatus if seats[status]]


def _waiting(places: Sequence[Place]) -> list[Place]:
    return [place for place in places if place.status is PlaceStatus.WAITLISTED]


def _actions_of(place: Place, opportunity: Opportunity, turn: int | None) -> PlaceActions:
    viewer, now = signed_in_user(), clock.now()
    ends = policies.may_end_place(viewer, place, opportunity, now)
    restore = policies.may_restore_place(viewer, place, opportunity, now)
    if viewer.is_staff:
        decides = policies.may_add_places(viewer, opportunity)
        action, label = NEXT.get(place.status, ("", "")) if decides else ("", "")
        words = "End" if place.status is PlaceStatus.CONFIRMED else "Decline"
    else:
        answers = policies.may_answer_offer(viewer, place, opportunity, now)
        action, label = ("confirm", "Accept") if answers else ("", "")
        words = "Decline" if answers else "Withdraw"
    queued = f"Number {turn}" if turn else ""
    return PlaceActions(action, label, words if ends else "", ends, restore, queued)


@bp.post("/<int:opportunity_id>/places/decide")
@allow(*TAKE_PART)
def decide(opportunity_id: int) -> ResponseReturnValue:
    """What was pressed: for one place by its own button, or for those that are ticked."""
    action, chosen = _pressed()
    queries.get_opportunity(opportunity_id, viewer=signed_in_user())  # 404 before anything else is said
    page = url_for("opportunities.show", opportunity_id=opportunity_id, _anchor="places")
    if not chosen:
        flash("Tick at least one place first.", "warning")
        return redirect(page)
    if action == "end":
        return redirect(url_for("opportunities.end_places", opportunity_id=opportunity_id, place=chosen))
    try:
        with submitting(pressed()) as submission:
            opportunity = queries.get_opportunity(opportunity_id, viewer=signed_in_user())
            decided = _action(action, opportunity, chosen)
            submission.leads_to = page
    except Conflict as refusal:
        flash(str(refusal), "warning")
    else:
        for category, sentence in _sentences(action, decided):
            flash(sentence, category)
    return redirect(page)


def _pressed() -> tuple[str, Sequence[int]]:
    """The action, and the ids of the places it is about. A button of one row says both: confirm:12."""
    action, _, one = request.form.get("action", "").partition(":")
    chosen = [one] if one else request.form.getlist("place")
    return action, [int(each) for each in chosen if each.isdecimal()]


def _action(action: str, opportunity: Opportunity, chosen: Collection[int]) -> Decided:
    viewer = signed_in_user()
    rest_waits, over_delivery = "rest_waits" in request.form, "over_delivery" in request.form
    if viewer.is_staff and action == "offer":
        return services.offer_places(opportunity, chosen, rest_waits=rest_waits)
    if viewer.is_staff and action == "wait":
        return services.put_on_waiting_list(opportunity, chosen)
    if action == "confirm":
        ids = chosen if viewer.is_staff else _own(opportunity, chosen, policies.may_answer_offer)
        return services.confirm_places(opportunity, ids, rest_waits=rest_waits, over_delivery=over_delivery)
    raise NotFound("We could not find what to do with these places.")


May = Callable[[User, Place, Opportunity, datetime], bool]


def _own(opportunity: Opportunity, chosen: Collection[int], may: May) -> Sequence[int]:
    return [place.id for place in _chosen(opportunity, chosen, may)]


def _chosen(opportunity: Opportunity, chosen: Collection[int], may: May) -> Sequence[Place]:
    """Those of the places that the viewer may know about and may do this to."""
    viewer, now = signed_in_user(), clock.now()
    places = queries.places_in(opportunity.id, viewer=viewer)
    return [place for place in places if place.id in chosen and may(viewer, place, opportunity, now)]


def _sentences(action: str, decided: Decided) -> Iterable[tuple[str, str]]:
    if decided.done:
        yield "success", f"{counted(sum(each.seats for each in decided.done), 'place')} {DONE[action]}."
    if decided.waiting:
        yield "notice", f"On the waiting list: {some(each.who for each in decided.waiting)}."
    if action == "confirm" and decided.unpromised and signed_in_user().is_staff:
        yield from unpromised(decided.unpromised)
    if decided.refused:
        yield "warning", f"As before: {some(f'{each.text} ({each.reason})' for each in decided.refused)}."


@bp.route("/<int:opportunity_id>/places/end", methods=["GET", "POST"])
@allow(*TAKE_PART)
def end_places(opportunity_id: int) -> ResponseReturnValue:
    """End, decline or withdraw places, with side and reason. The ids are in the address."""
    opportunity, places = _ending(opportunity_id)
    if not places:
        flash(NOTHING_TO_END, "warning")
        return redirect(url_for("opportunities.show", opportunity_id=opportunity_id, _anchor="places"))
    form = EndPlacesForm()
    form.offer(Side if signed_in_user().is_staff else sorted(PROVIDERS_SIDES, reverse=True))
    if form.validate_on_submit():
        with submitting(form) as submission:
            opportunity, places = _ending(opportunity_id)
            submission.leads_to = url_for("opportunities.show", opportunity_id=opportunity_id, _anchor="places")
            ended = services.end_places(
                opportunity, [each.id for each in places], side=form.chosen_side, reason=form.reason.data or ""
            )
        flash(f"Ended: {some(each.who for each in ended.places)}. You can put back what ended by mistake.", "success")
        if signed_in_user().is_staff:  # who waits may be another provider's
            for category, sentence in moved_up(ended.moved_up):
                flash(sentence, category)
        return redirect(submission.leads_to)
    return render_template(
        "opportunities/end_places.html", form=form, places=places, opportunity=opportunity, usual_reasons=USUAL_REASONS
    )


def _ending(opportunity_id: int) -> tuple[Opportunity, Sequence[Place]]:
    opportunity = queries.get_opportunity(opportunity_id, viewer=signed_in_user())
    ids = {int(each) for each in request.args.getlist("place") if each.isdecimal()}
    return opportunity, _chosen(opportunity, ids, policies.may_end_place)


@bp.post("/places/<int:place_id>/restore")
@allow(*TAKE_PART)
def restore_place(place_id: int) -> ResponseReturnValue:
    """Take back that a place ended."""
    viewer = signed_in_user()
    place = queries.get_place(place_id, viewer=viewer)
    page = url_for("opportunities.show", opportunity_id=place.opportunity_id, _anchor="places")
    try:
        with submitting(pressed()) as submission:
            place = _ended(place_id)
            submission.leads_to = page
            services.restore_place(place)
    except Conflict as refusal:
        flash(str(refusal), "warning")
    else:
        flash(f"{place.who} is {place.status.label.lower()} again.", "success")
    return redirect(page)


def _ended(place_id: int) -> Place:
    """The place, if that it ended may be taken back. Raises NotFound and Conflict."""
    place = queries.get_place(place_id, viewer=signed_in_user())
    if not policies.may_restore_place(signed_in_user(), place, place.opportunity, clock.now()):
        raise Conflict("This cannot be taken back any more.")
    return place
