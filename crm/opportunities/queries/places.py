"""The places of an opportunity, as far as a viewer may know about them."""

from collections.abc import Sequence

from sqlalchemy import Select, case, or_, select
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import NotFound
from crm.opportunities.models import HOLDS_A_SEAT, Opportunity, Place
from crm.pledges.models import PledgeLine
from crm.providers.models import YoungPerson
from crm.providers.queries import own_provider_ids


def places_visible_to(viewer: User) -> Select[Place]:
    """The places a user may know about: staff all of them, a provider's coordinator those of its young people."""
    places = select(Place).outerjoin(Place.young_person)
    if viewer.is_staff:
        return places
    own = own_provider_ids(viewer)
    return places.where(or_(Place.provider_id.in_(own), YoungPerson.provider_id.in_(own)))


def places_in(opportunity_id: int, *, viewer: User) -> Sequence[Place]:
    """An opportunity's places, those that hold a seat first, by reference, then headcounts.

    Young people and whose they are, headcounts' providers, pledge lines and their pledges are loaded. One statement.
    """
    ended = case((Place.status.in_(HOLDS_A_SEAT), 0), else_=1)
    headcounts_last = case((Place.young_person_id.is_(None), 1), else_=0)
    statement = (
        places_visible_to(viewer)
        .where(Place.opportunity_id == opportunity_id)
        .options(
            joinedload(Place.young_person).joinedload(YoungPerson.provider),
            joinedload(Place.provider),
            joinedload(Place.pledge_line).joinedload(PledgeLine.pledge),
        )
        .order_by(ended, headcounts_last, YoungPerson.reference, Place.id)
    )
    return db.session.scalars(statement).all()


def get_place(place_id: int, *, viewer: User) -> Place:
    """A place with its young person or headcount's provider, and its opportunity and that one's employer, loaded.

    Raises NotFound if there is none, or none the viewer may know about.
    """
    statement = (
        places_visible_to(viewer)
        .where(Place.id == place_id)
        .options(
            joinedload(Place.young_person),
            joinedload(Place.provider),
            joinedload(Place.opportunity).joinedload(Opportunity.employer),
        )
    )
    place = db.session.scalars(statement).one_or_none()
    if place is None:
        raise NotFound("We could not find that place.")
    return place
