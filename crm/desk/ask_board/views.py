"""The ask board, and giving requests what could meet them."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.signing_in import signed_in_user
from crm.core import clock
from crm.core.access import STAFF, allow
from crm.core.errors import Conflict
from crm.core.formatting import counted
from crm.core.forms import ActionForm
from crm.core.pagination import asked
from crm.core.submissions import submitting
from crm.desk.ask_board import queries
from crm.desk.ask_board.fitting import Asked, Offer
from crm.desk.ask_board.forms import AskFilterForm, FindForm
from crm.opportunities.for_requests.queries import found_for, get_places_found
from crm.opportunities.for_requests.services import find_places, take_back
from crm.opportunities.queries import get_opportunity
from crm.providers.queries import providers_in_use
from crm.providers.requests.models import Request, RequestStatus
from crm.providers.requests.queries import get_request
from crm.providers.requests.wording import STATUS_MEANINGS

bp = Blueprint("ask_board", __name__, url_prefix="/requests/board")

SHOWN = 3  # of what could meet a request, on the board


@bp.app_template_global("schedule_for")
def schedule_for(request: Asked, offer: Offer | None = None) -> str:
    """The form of an opportunity with what a request says filled in; of the employer whose offer it is."""
    first_day = max(request.first_day, offer.first_day) if offer else request.first_day
    return url_for(
        "opportunities.new",
        employer=offer.employer_id if offer else None,
        kind=request.kind.value,
        provider=request.provider_id,
        capacity=min(offer.left, request.still_wanted) if offer else request.still_wanted,
        first_day=first_day.isoformat() if first_day > clock.today() else None,
        request=request.request_id,
    )


@bp.get("/")
@allow(*STAFF)
def index() -> ResponseReturnValue:
    """Every request that needs places beside what could meet it, the one wanted soonest first."""
    viewer, form, today = signed_in_user(), AskFilterForm(), clock.today()
    form.offer(providers_in_use())
    wanted, page = form.wanted(viewer), asked()
    asks = queries.asks(viewer, wanted, today, limit=page.per_page, offset=page.offset)
    return render_template(
        "ask_board/index.html",
        filters_form=form,
        page=page.of(asks, queries.how_many_asks(viewer, wanted)),
        meanings=STATUS_MEANINGS,
        most=SHOWN,
        today=today,
    )


@bp.post("/<int:request_id>/opportunities/<int:opportunity_id>")
@allow(*STAFF)
def find(request_id: int, opportunity_id: int) -> ResponseReturnValue:
    """Give a request so many of an opportunity's places."""
    form, viewer = FindForm(), signed_in_user()
    if not form.validate_on_submit():
        raise Conflict(form.error_list[0].text)
    with submitting(form) as submission:
        request = get_request(request_id, viewer=viewer)
        opportunity = get_opportunity(opportunity_id, viewer=viewer)
        find_places(request, opportunity, form.places.data or 0, by=viewer, at=clock.now())
        said = f"{counted(form.places.data or 0, 'place')} found in {opportunity.title}. {standing(request)}"
        submission.leads_to = url_for("requests.show", request_id=request_id)
    flash(said, "success")
    return redirect(submission.leads_to)


@bp.post("/found/<int:found_id>/take-back")
@allow(*STAFF)
def undo(found_id: int) -> ResponseReturnValue:
    """The places are for the request no longer."""
    with submitting(ActionForm()) as submission:
        found = get_places_found(found_id)
        request = found.request
        submission.leads_to = url_for("requests.show", request_id=request.id)
        take_back(found, by=signed_in_user(), at=clock.now())
        said = f"Taken back. {standing(request)}"
    flash(said, "success")
    return redirect(submission.leads_to)


def standing(request: Request) -> str:
    """How far a request is met, in a sentence."""
    found = found_for([request.id]).get(request.id, 0)
    if request.status is RequestStatus.MET:
        return f"That makes {found} of {request.young_people}, so the request is met."
    return f"{found} of {counted(request.young_people, 'place')} are found so far."
