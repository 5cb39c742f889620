"""Places that are asked for, offered and waited for, in what is open to the school whose coordinator signs in."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from sqlalchemy import select

from crm.core.db import db
from crm.demo.organisations import Classes, Known
from crm.opportunities.models import Opportunity, Place, PlaceStatus, Side
from crm.opportunities.services import (
    REQUESTED,
    Adding,
    OpportunityDetails,
    add_places_by_reference,
    end_place,
    schedule_opportunity,
)
from crm.pledges.kinds import OpportunityKind as Kind

IN_THREE_WEEKS = timedelta(days=21)


def ask_offer_and_wait(everybody: Sequence[Known], schools: Sequence[Classes], today: date) -> None:
    """One with a bit of everything, and one that is full and has a waiting list that has moved."""
    day = today + IN_THREE_WEEKS
    own, other = schools[0], schools[1]
    mixed = _arrange(everybody[3], "An afternoon with the apprentices", day, 8)
    _add(mixed, own, 3, Adding())
    _add(mixed, other, 2, Adding(status=PlaceStatus.OFFERED))
    _add(mixed, own, 6, Adding(status=PlaceStatus.OFFERED), skip=3)
    _add(mixed, own, 9, REQUESTED, skip=6)
    full = _arrange(everybody[4], "Round the test bench", day + timedelta(days=2), 4)
    _add(full, other, 3, Adding())
    _add(full, own, 5, Adding(rest_waits=True))
    first = db.session.scalars(select(Place).where(Place.opportunity_id == full.id).order_by(Place.id)).first()
    if first is not None:
        db.session.refresh(first, ["opportunity"])
        end_place(first, side=Side.YOUNG_PERSON, reason="Exams or lessons then")


def _arrange(known: Known, title: str, day: date, capacity: int) -> Opportunity:
    details = OpportunityDetails(
        kind=Kind.WORKPLACE_VISIT,
        title=title,
        first_day=day,
        starts=time(13),
        ends=time(15, 30),
        capacity=capacity,
        place_or_link=known.sites[0].name,
    )
    return schedule_opportunity(known.employer, details, scheduled_by=known.officer)


def _add(opportunity: Opportunity, school: Classes, until: int, adding: Adding, *, skip: int = 0) -> None:
    references = "\n".join(school.references[skip:until])
    add_places_by_reference(opportunity, school.provider, references, adding=adding)
