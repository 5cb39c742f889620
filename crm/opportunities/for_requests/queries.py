"""How many places are found for requests, and how many of an opportunity are spoken for."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from crm.core.db import db
from crm.core.errors import NotFound
from crm.employers.models import Employer
from crm.opportunities.for_requests.models import PlacesFound
from crm.opportunities.models import HOLDS_A_SEAT, TAKES_PART, Opportunity, OpportunityStatus, Place
from crm.providers.models import YoungPerson
from crm.providers.requests.models import Request


def found_for(request_ids: Collection[int]) -> Mapping[int, int]:
    """Places found by request; what was cancelled since is not found any more. One statement."""
    statement = (
        select(PlacesFound.request_id, func.sum(PlacesFound.places))
        .join(PlacesFound.opportunity)
        .where(PlacesFound.request_id.in_(request_ids), Opportunity.status != OpportunityStatus.CANCELLED)
        .group_by(PlacesFound.request_id)
    )
    return {request_id: places for request_id, places in db.session.execute(statement)}  # noqa: C416  # mypy sees a Row


def answers_to(request_id: int) -> Sequence[PlacesFound]:
    """What was found for a request, by date, with opportunities and their employers loaded. One statement."""
    return db.session.scalars(
        select(PlacesFound)
        .join(PlacesFound.opportunity)
        .where(PlacesFound.request_id == request_id)
        .options(joinedload(PlacesFound.opportunity).joinedload(Opportunity.employer))
        .order_by(Opportunity.starts_at, PlacesFound.id)
    ).all()


def answered_by(opportunity_id: int) -> Sequence[PlacesFound]:
    """The requests an opportunity's places are for, oldest first, with their providers loaded. One statement."""
    return db.session.scalars(
        select(PlacesFound)
        .where(PlacesFound.opportunity_id == opportunity_id)
        .options(joinedload(PlacesFound.request).joinedload(Request.provider))
        .order_by(PlacesFound.id)
    ).all()


def get_places_found(found_id: int) -> PlacesFound:
    """Places found, with their request, opportunity and its employer loaded. Raises NotFound."""
    statement = (
        select(PlacesFound)
        .where(PlacesFound.id == found_id)
        .options(
            joinedload(PlacesFound.request).joinedload(Request.provider),
            joinedload(PlacesFound.opportunity).joinedload(Opportunity.employer).joinedload(Employer.owner),
        )
    )
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound("These places are not found for the request any more.")
    return found


def booked_of(provider_id: int, opportunity_ids: Collection[int]) -> Mapping[int, int]:
    """How many of a provider's young people are booked or marked, by opportunity. One statement."""
    statement = (
        select(Place.opportunity_id, func.sum(Place.seats))
        .outerjoin(Place.young_person)
        .where(
            Place.opportunity_id.in_(opportunity_ids),
            Place.status.in_(TAKES_PART),
            func.coalesce(Place.provider_id, YoungPerson.provider_id) == provider_id,
        )
        .group_by(Place.opportunity_id)
    )
    return {opportunity_id: seats for opportunity_id, seats in db.session.execute(statement)}  # noqa: C416  # mypy sees a Row


def spoken_for(opportunity_ids: Collection[int]) -> Mapping[int, Mapping[int, int]]:
    """Free seats that are meant for requests, by opportunity and provider. Two statements.

    A provider whose young people have taken as many seats as were found for it needs none of the free ones.
    """
    meant = (
        select(PlacesFound.opportunity_id, Request.provider_id, func.sum(PlacesFound.places))
        .join(PlacesFound.request)
        .where(PlacesFound.opportunity_id.in_(opportunity_ids))
        .group_by(PlacesFound.opportunity_id, Request.provider_id)
    )
    whose = func.coalesce(Place.provider_id, YoungPerson.provider_id)
    taken = (
        select(Place.opportunity_id, whose, func.sum(Place.seats))
        .outerjoin(Place.young_person)
        .where(Place.opportunity_id.in_(opportunity_ids), Place.status.in_(HOLDS_A_SEAT))
        .group_by(Place.opportunity_id, whose)
    )
    held: Counter[tuple[int, int]] = Counter()
    for opportunity_id, provider_id, seats in db.session.execute(taken):
        held[opportunity_id, provider_id] = seats
    waiting: dict[int, dict[int, int]] = {}
    for opportunity_id, provider_id, places in db.session.execute(meant):
        waiting.setdefault(opportunity_id, {})[provider_id] = max(0, places - held[opportunity_id, provider_id])
    return waiting
