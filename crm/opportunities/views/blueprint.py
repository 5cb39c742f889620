"""The blueprint that every module here adds its pages to."""

from collections.abc import Callable, Iterable
from datetime import datetime

from flask import Blueprint

from crm.accounts.models import User
from crm.accounts.signing_in import signed_in_user
from crm.core.clock import local_date
from crm.core.errors import Conflict
from crm.opportunities.models import Opportunity, OpportunityStatus, PlaceStatus
from crm.opportunities.notice import notice
from crm.opportunities.queries import get_opportunity
from crm.opportunities.services import MovedUp
from crm.opportunities.timing import Timing

bp = Blueprint("opportunities", __name__, url_prefix="/opportunities")

SHOWN = 12  # references named in a message
MEANINGS = {
    OpportunityStatus.DRAFT: "none",
    OpportunityStatus.OPEN: "active",
    OpportunityStatus.DELIVERED: "done",
    OpportunityStatus.CANCELLED: "stopped",
}
PLACE_MEANINGS = {
    PlaceStatus.REQUESTED: "waiting",
    PlaceStatus.OFFERED: "waiting",
    PlaceStatus.CONFIRMED: "active",
    PlaceStatus.ATTENDED: "done",
    PlaceStatus.PART_ATTENDED: "done",
    PlaceStatus.NO_SHOW: "warning",
}
bp.add_app_template_filter(Timing.of, "timing")


@bp.app_template_filter("opportunity_meaning")
def opportunity_meaning(status: OpportunityStatus) -> str:
    """What the colour of its tag says."""
    return MEANINGS[status]


@bp.app_template_filter("notice_of")
def notice_of(ended_at: datetime, opportunity: Opportunity) -> str:
    """How much notice it gave that something of this opportunity ended."""
    return notice(local_date(ended_at), opportunity.starts_at)


@bp.app_template_filter("place_meaning")
def place_meaning(status: PlaceStatus) -> str:
    return PLACE_MEANINGS.get(status, "none")


def get_if(opportunity_id: int, may: Callable[[User, Opportunity], bool]) -> Opportunity:
    """The opportunity, if the viewer may do this to it. Raises NotFound and Conflict."""
    opportunity = get_opportunity(opportunity_id, viewer=signed_in_user())
    if not may(signed_in_user(), opportunity):
        raise Conflict(f"This opportunity is {opportunity.status.value}, so it cannot be changed this way.")
    return opportunity


def unpromised(places: int) -> Iterable[tuple[str, str]]:
    """What to say of places that were confirmed for no promise."""
    fulfil = "place fulfils" if places == 1 else "places fulfil"
    yield (
        "notice",
        (
            f"{places} {fulfil} no promise: what fits was not promised, or is booked already. "
            "Use Change to count a place as over-delivery."
        ),
    )


def moved_up(moved: MovedUp) -> Iterable[tuple[str, str]]:
    """Who moved up from the waiting list, and who was passed over."""
    if moved.moved:
        names = some(f"{each.who} ({each.status.label.lower()})" for each in moved.moved)
        yield "success", f"Moved up from the waiting list: {names}."
    if moved.passed_over:
        names = some(f"{each.text} ({each.reason})" for each in moved.passed_over)
        yield "notice", f"Passed over, and still waiting: {names}."


def some(texts: Iterable[str]) -> str:
    """The first few, and how many more: what was pasted may be long."""
    named = list(texts)
    more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
    return f"{', '.join(named[:SHOWN])}{more}"
