"""The seat counter of an opportunity. Nothing else moves it, so that it always is the seats held by its places."""

from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from crm.core.db import db
from crm.core.errors import Conflict
from crm.opportunities.models import Opportunity, OpportunityStatus

SEEN_ANEW = (
    *("status", "taken", "capacity", "starts_at", "ends_at", "mode", "kind", "venue", "site_id"),
    *("exempt_reason", "block_reason", "version"),
)


def lock(opportunity: Opportunity) -> None:
    """See the opportunity as it is now, and let nobody else change it or its places until this unit of work ends.

    Always taken first, before contacts and young people, so that no two units of work can wait for each other.
    """
    db.session.refresh(opportunity, SEEN_ANEW, with_for_update=True)


def take_seats(opportunity: Opportunity, seats: int) -> None:
    """Hold seats for places that are about to be added.

    Raises Conflict, saying how many are left, unless all of them are free and the opportunity is open. The database
    decides in one statement, whoever else books at the same moment.
    """
    taken = db.session.execute(
        update(Opportunity)
        .where(
            Opportunity.id == opportunity.id,
            Opportunity.taken + seats <= Opportunity.capacity,
            Opportunity.status == OpportunityStatus.OPEN,
        )
        .values(taken=Opportunity.taken + seats)
        .returning(Opportunity.taken)
        .execution_options(audited_elsewhere=True, synchronize_session=False)
    ).scalar_one_or_none()
    if taken is None:
        db.session.refresh(opportunity, ["status", "taken", "capacity", "version"])
        raise Conflict(_why_not(opportunity, seats))
    set_committed_value(opportunity, "taken", taken)


def free_seats(opportunity: Opportunity, seats: int) -> None:
    """Give back the seats of a place that ended."""
    db.session.execute(
        update(Opportunity)
        .where(Opportunity.id == opportunity.id)
        .values(taken=Opportunity.taken - seats)
        .execution_options(audited_elsewhere=True, synchronize_session=False)
    )
    db.session.refresh(opportunity, ["taken", "version"])


def _why_not(opportunity: Opportunity, seats: int) -> str:
    if opportunity.status is not OpportunityStatus.OPEN:
        return f"This opportunity is {opportunity.status.value}, so nobody can be added to it."
    left = opportunity.seats_left
    if left == 0:
        return "That was the last place: somebody else has taken it, and this opportunity is full now."
    return f"Not enough places: {seats} asked for, {left} left."
