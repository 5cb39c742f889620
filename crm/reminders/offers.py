"""Telling providers that places are offered to their young people, before the day to answer is over.

Offers come about in many ways, a waiting list that moves up among them. So nothing is called when one is made: a tick
asks which were not told of yet, and a mail's key says so – one a day for a provider and an opportunity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from crm.core.batch import Tally, one_at_a_time
from crm.core.clock import local_date
from crm.core.db import db, reading
from crm.core.web import public_link
from crm.notifications.models import OutboxEmail
from crm.notifications.services import enqueue
from crm.opportunities.models import Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.opportunities.services.seats import lock
from crm.providers.models import YoungPerson
from crm.reference.settings import settings
from crm.reminders.letters import Occasion, of_an_offer, offer_subject
from crm.reminders.queries import reminded, told_as

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Offered:
    """Places of one provider's young people in an opportunity that can be answered up to a day."""

    opportunity_id: int
    provider_id: int
    answer_by: date  # in London
    seats: int

    @property
    def key(self) -> str:
        """Of the mail to the first who is told."""
        return f"places-offered:{self.opportunity_id}:{self.provider_id}:{self.answer_by.isoformat()}:0"


def tell_of_offers(now: datetime) -> Tally:
    """Tell of what is offered, one opportunity's provider at a time. Safe to run late, twice, or twice at once."""
    with reading():
        waiting = untold(local_date(now))[:MOST_AT_ONCE]

    def tell(offered: Offered) -> bool:
        return tell_of_offer(offered, now=now)

    return one_at_a_time(waiting, tell)


def untold(today: date, *, opportunity_id: int | None = None) -> Sequence[Offered]:
    """Offers that can still be answered and that nobody was told of, the soonest to lapse first. Two statements."""
    whose = func.coalesce(Place.provider_id, YoungPerson.provider_id)
    statement = (
        select(Place.opportunity_id, whose, Place.answer_by, func.sum(Place.seats))
        .outerjoin(Place.young_person)
        .where(Place.status == PlaceStatus.OFFERED, Place.answer_by >= today)
        .group_by(Place.opportunity_id, whose, Place.answer_by)
        .order_by(Place.answer_by, Place.opportunity_id, whose)
    )
    if opportunity_id is not None:
        statement = statement.where(Place.opportunity_id == opportunity_id)
    found = [
        Offered(opportunity, provider, answer_by, seats)
        for opportunity, provider, answer_by, seats in db.session.execute(statement)
        if answer_by is not None
    ]
    told = select(OutboxEmail.key).where(OutboxEmail.key.in_([each.key for each in found]))
    keys = set(db.session.scalars(told))
    return [each for each in found if each.key not in keys]


def tell_of_offer(offered: Offered, *, now: datetime) -> bool:
    """Mail every coordinator of the provider, or else its own address. Returns whether anybody was told.

    Nobody is told of what was answered or told meanwhile: that is seen under the opportunity's lock.
    """
    opportunity = reminded(offered.opportunity_id)
    lock(opportunity)
    again = untold(local_date(now), opportunity_id=opportunity.id)
    offered_now = next((each for each in again if each.key == offered.key), None)
    if offered_now is None or opportunity.status is not OpportunityStatus.OPEN:
        return False
    return _mail(opportunity, offered_now)


def _mail(opportunity: Opportunity, offered: Offered) -> bool:
    told = told_as({offered.provider_id: offered.seats})[offered.provider_id]
    page = public_link("opportunities.show", opportunity_id=opportunity.id)
    addressees: list[tuple[str, str, str | None]] = [(user.name, user.email, page) for user in told.coordinators]
    if not addressees and told.provider.email:
        addressees = [(told.provider.contact_name or told.provider.name, told.provider.email, None)]
    occasion = Occasion(opportunity=opportunity, council=settings()["council_name"])
    for number, (name, address, where) in enumerate(addressees):
        letter = of_an_offer(occasion, name, seats=offered.seats, answer_by=offered.answer_by, page=where)
        enqueue(
            key=f"{offered.key.removesuffix('0')}{number}",
            recipient=address,
            subject=offer_subject(occasion, offered.seats),
            body=letter.text,
            html=letter.html,
            reply_to=occasion.reply_to,
            sender_name=occasion.sender,
        )
    return bool(addressees)
