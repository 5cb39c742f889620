"""The places of an opportunity, as far as a viewer may know about them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, case, or_, select
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import NotFound
from crm.opportunities.models import TAKES_PART, Opportunity, Place, PlaceStatus
from crm.pledges.models import PledgeLine
from crm.providers.models import YoungPerson
from crm.providers.queries import own_provider_ids

UNDECIDED_FIRST = (PlaceStatus.OFFERED, PlaceStatus.REQUESTED, PlaceStatus.WAITLISTED)


def places_visible_to(viewer: User) -> Select[Place]:
    """The places a user may know about: staff all of them, a provider's coordinator those of its young people."""
    places = select(Place).outerjoin(Place.young_person)
    if viewer.is_staff:
        return places
    own = own_provider_ids(viewer)
    return places.where(or_(Place.provider_id.in_(own), YoungPerson.provider_id.in_(own)))


def places_in(opportunity_id: int, *, viewer: User) -> Sequence[Place]:
    """An opportunity's places: who takes part, is offered a place, asks for one, waits in turn; then what ended.

    Within each by reference, headcounts last.

    Young people and whose they are, headcounts' providers, pledge lines and their pledges are loaded. One statement.
    """
    standing = case(
        *((Place.status == status, number) for number, status in enumerate(UNDECIDED_FIRST, start=1)),
        (Place.status.in_(TAKES_PART), 0),
        else_=len(UNDECIDED_FIRST) + 1,
    )
    turn = case((Place.status == PlaceStatus.WAITLISTED, Place.waiting_since))
    headcounts_last = case((Place.young_person_id.is_(None), 1), else_=0)
    statement = (
        places_visible_to(viewer)
        .where(Place.opportunity_id == opportunity_id)
        .options(
            joinedload(Place.young_person).joinedload(YoungPerson.provider),
            joinedload(Place.provider),
            joinedload(Place.pledge_line).joinedload(PledgeLine.pledge),
        )
        .order_by(standing, turn, headcounts_last, YoungPerson.reference, Place.id)
    )
    return db.session.scalars(statement).all()


def lapsed_offer_ids(today: date) -> Sequence[int]:
    """Offers whose last day to be answered is before a day in London, the oldest first. One statement."""
    statement = select(Place.id).where(Place.status == PlaceStatus.OFFERED, Place.answer_by < today)
    return db.session.scalars(statement.order_by(Place.answer_by, Place.id)).all()


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
