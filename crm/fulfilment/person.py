"""One young person: what counts towards their three, what they met besides, what is booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from crm.core.db import db
from crm.fulfilment.counting import CountingPolicy, attended_by, counts, in_year
from crm.opportunities.models import CAME, ENDED_WITHOUT, Opportunity, OpportunityStatus, Place, PlaceStatus


@dataclass(frozen=True, slots=True)
class PersonStanding:
    """A young person's places on a day, each in one list, by date; with their opportunity and employer loaded."""

    counted: Sequence[Place]  # attended in the policy's academic year, of a kind and length that counts
    besides: Sequence[Place]  # attended in it, and counted on their own or not at all
    booked: Sequence[Place]  # to come
    waiting: Sequence[Place]  # requested, offered or waiting for a place to come
    lost: Sequence[Place]  # of the year: ended without, or nobody came
    earlier: Sequence[Place]  # attended in another academic year
    target: int
    different_employers: int

    @property
    def to_come(self) -> Sequence[Place]:
        return [*self.booked, *self.waiting]

    @property
    def employers(self) -> int:
        """How many employers the counted places were with."""
        return len({place.opportunity.employer_id for place in self.counted})

    @property
    def towards(self) -> int:
        """How many of the three: at most the target, and one short of it while they were with too few employers.

        As `crm.fulfilment.three` counts everybody.
        """
        short = self.employers < self.different_employers and len(self.counted) >= self.target
        return self.target - 1 if short else min(len(self.counted), self.target)

    @property
    def has_all(self) -> bool:
        return self.towards >= self.target


def person_standing(young_person_id: int, policy: CountingPolicy, as_at: date) -> PersonStanding:
    """Where a young person stands at the end of a day. One statement."""
    statement = (
        select(Place, attended_by(as_at), counts(policy), in_year(policy))
        .join(Place.opportunity)
        .where(Place.young_person_id == young_person_id)
        .options(
            contains_eager(Place.opportunity).joinedload(Opportunity.employer),
            contains_eager(Place.opportunity).joinedload(Opportunity.site),
            joinedload(Place.pledge_line),
        )
        .order_by(Opportunity.starts_at, Place.id)
    )
    found: dict[str, list[Place]] = {}
    for place, came, counted, this_year in db.session.execute(statement):
        where = _list_of(place, came=bool(came), counted=bool(counted), this_year=bool(this_year))
        found.setdefault(where, []).append(place)
    lists = {name: found.get(name, []) for name in ("counted", "besides", "booked", "waiting", "lost", "earlier")}
    return PersonStanding(**lists, target=policy.target, different_employers=policy.different_employers)


def _list_of(place: Place, *, came: bool, counted: bool, this_year: bool) -> str:
    if came:
        if not this_year:
            return "earlier"
        return "counted" if counted else "besides"
    if place.status in ENDED_WITHOUT or place.status is PlaceStatus.NO_SHOW:
        return "lost" if this_year else "earlier lost"
    if place.opportunity.status is OpportunityStatus.CANCELLED:
        return "lost" if this_year else "earlier lost"
    return "booked" if place.status in {PlaceStatus.CONFIRMED, *CAME} else "waiting"
