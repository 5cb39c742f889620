"""The blueprint that every module here adds its pages to."""

from collections.abc import Iterable

from flask import Blueprint

from crm.opportunities.models import OpportunityStatus, PlaceStatus
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


@bp.app_template_filter("place_meaning")
def place_meaning(status: PlaceStatus) -> str:
    return PLACE_MEANINGS.get(status, "none")


def some(texts: Iterable[str]) -> str:
    """The first few, and how many more: what was pasted may be long."""
    named = list(texts)
    more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
    return f"{', '.join(named[:SHOWN])}{more}"
