"""What is asked for and what is on offer, read in so many statements however much of either there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from crm.accounts.models import User
from crm.core.db import db
from crm.desk.ask_board.fitting import Asked, Fit, best_fits
from crm.desk.ask_board.offers import offers
from crm.opportunities.for_requests.models import PlacesFound
from crm.opportunities.for_requests.queries import found_for
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import Provider
from crm.providers.requests.models import OPEN_STATUSES, Request, RequestStatus
from crm.providers.requests.queries import visible_to


@dataclass(frozen=True, slots=True)
class WantedAsks:
    """What narrows the board."""

    provider_id: int | None = None
    kind: OpportunityKind | None = None
    taken_by_id: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A request on the board, with what could meet it, best first."""

    request: Request  # with its provider and who took it loaded
    asked: Asked
    fits: Sequence[Fit]

    @property
    def fell_through(self) -> bool:
        """It was met, and so much of what was found has been cancelled since that it is not any more."""
        return self.request.status is RequestStatus.MET


def how_many_asks(viewer: User, wanted: WantedAsks) -> int:
    """One statement."""
    return db.session.scalar(_asks(viewer, wanted).with_only_columns(func.count(Request.id))) or 0


def asks(viewer: User, wanted: WantedAsks, today: date, *, limit: int | None, offset: int = 0) -> Sequence[Ask]:
    """Requests that need places, the one wanted soonest first, with what could meet each.

    The statements are as many for a hundred requests as for one: four, and those of `offers`.
    """
    statement = (
        _asks(viewer, wanted).options(*_LOADED).order_by(Request.wanted_by, Request.id).limit(limit).offset(offset)
    )
    requests = db.session.scalars(statement).all()
    return _with_fits(requests, today)


_LOADED = (
    joinedload(Request.provider).joinedload(Provider.area),
    joinedload(Request.taken_by),
    selectinload(Request.year_groups),
    selectinload(Request.sectors),
)


def get_ask(request_id: int, *, viewer: User, today: date) -> Ask | None:
    """A request that needs places, with what could meet it; None if it is over or not the viewer's to see."""
    statement = _asks(viewer, WantedAsks()).where(Request.id == request_id).options(*_LOADED)
    request = db.session.scalars(statement).one_or_none()
    return _with_fits([request], today)[0] if request else None


def _with_fits(requests: Sequence[Request], today: date) -> Sequence[Ask]:
    found = found_for([request.id for request in requests]) if requests else {}
    wanted = {request.id: _asked(request, found.get(request.id, 0), today) for request in requests}
    on_offer = offers(wanted.values(), today) if requests else {}
    return [
        Ask(request, wanted[request.id], best_fits(wanted[request.id], on_offer.get(request.kind, ())))
        for request in requests
    ]


def _asks(viewer: User, wanted: WantedAsks) -> Select[Request]:
    cancelled_since = exists().where(
        PlacesFound.request_id == Request.id,
        PlacesFound.opportunity_id == Opportunity.id,
        Opportunity.status == OpportunityStatus.CANCELLED,
    )
    still_found = (
        select(func.coalesce(func.sum(PlacesFound.places), 0))
        .join(PlacesFound.opportunity)
        .where(PlacesFound.request_id == Request.id, Opportunity.status != OpportunityStatus.CANCELLED)
        .correlate(Request)
        .scalar_subquery()
    )
    fell_through = (Request.status == RequestStatus.MET) & cancelled_since & (still_found < Request.young_people)
    chosen = visible_to(viewer).where(or_(Request.status.in_(OPEN_STATUSES), fell_through))
    if wanted.provider_id is not None:
        chosen = chosen.where(Request.provider_id == wanted.provider_id)
    if wanted.kind is not None:
        chosen = chosen.where(Request.kind == wanted.kind)
    if wanted.taken_by_id is not None:
        chosen = chosen.where(Request.taken_by_id == wanted.taken_by_id)
    return chosen


def _asked(request: Request, found: int, today: date) -> Asked:
    return Asked(
        request_id=request.id,
        provider_id=request.provider_id,
        provider=request.provider.name,
        kind=request.kind,
        young_people=request.young_people,
        found=found,
        first_day=max(today, request.wanted_from or today),
        last_day=request.wanted_by,
        sectors=frozenset(sector.name for sector in request.sectors),
        year_groups=frozenset(each.year_group for each in request.year_groups),
        area=request.provider.area.name if request.provider.area else None,
    )
