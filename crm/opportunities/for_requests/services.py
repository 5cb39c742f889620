"""Finding places for requests, and taking that back. Callers open the unit of work; nothing here commits."""

from datetime import datetime

from sqlalchemy import select

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import Conflict
from crm.opportunities.for_requests.models import PlacesFound
from crm.opportunities.for_requests.queries import found_for, spoken_for
from crm.opportunities.models import ONGOING, Opportunity
from crm.opportunities.services.seats import lock
from crm.providers.requests.models import Request
from crm.providers.requests.services import lock as lock_request
from crm.providers.requests.services import settle


def find_places(request: Request, opportunity: Opportunity, places: int, *, by: User, at: datetime) -> PlacesFound:
    """Say that so many of an opportunity's free places are for a request, besides those found in it before.

    The request becomes the officer's, if nobody works on it, and is met once enough places are found.

    Raises Conflict if the opportunity is over, of another kind or another provider's, if not so many places are free
    or meant for nobody else, and if the request is declined or withdrawn.
    """
    lock(opportunity)
    if opportunity.status not in ONGOING:
        raise Conflict(f"This opportunity is {opportunity.status.value}, so nobody can take part any more.")
    if opportunity.kind is not request.kind:
        raise Conflict(f"The request is for {request.kind.plural}, and this is something else.")
    if opportunity.provider_id not in (None, request.provider_id):
        raise Conflict("This opportunity is arranged for another provider.")
    lock_request(request)
    free = free_for_requests(opportunity)
    if not 1 <= places <= free:
        raise Conflict(f"Enter a number from 1 to {free}: so many places are free and not meant for anybody else.")
    found = db.session.scalars(
        select(PlacesFound).where(PlacesFound.request_id == request.id, PlacesFound.opportunity_id == opportunity.id)
    ).one_or_none()
    if found is None:
        found = PlacesFound(request_id=request.id, opportunity_id=opportunity.id, places=places)
        db.session.add(found)
    else:
        found.places += places
    db.session.flush()
    _settle(request, by=by, at=at)
    return found


def find_for(request: Request, opportunity: Opportunity, *, by: User, at: datetime) -> PlacesFound:
    """As many of a new opportunity's places as the request still needs. Raises Conflict like `find_places`."""
    still_wanted = request.young_people - found_for([request.id]).get(request.id, 0)
    places = min(opportunity.seats_left, max(1, still_wanted))
    return find_places(request, opportunity, places, by=by, at=at)


def free_for_requests(opportunity: Opportunity) -> int:
    """Seats that are free and not meant for a request. Its row should be locked. Two statements."""
    meant = spoken_for([opportunity.id]).get(opportunity.id, {})
    return max(0, opportunity.seats_left - sum(meant.values()))


def take_back(found: PlacesFound, *, by: User, at: datetime) -> None:
    """The places are for this request no longer, and if too few are left it is not met any more.

    Its request and opportunity must be loaded. Young people who have a place keep it.
    """
    request = found.request
    lock(found.opportunity)
    lock_request(request)
    db.session.delete(found)
    db.session.flush()
    _settle(request, by=by, at=at)


def _settle(request: Request, *, by: User, at: datetime) -> None:
    """The request must be locked: of two who find places at once the second sees what the first found."""
    settle(request, found=found_for([request.id]).get(request.id, 0), by=by, at=at)
