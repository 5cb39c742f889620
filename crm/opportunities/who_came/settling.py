"""An officer decides between our marks and the provider's. Callers open the unit of work; nothing here commits."""

from collections.abc import Sequence

from crm.accounts.models import User
from crm.audit.recording import because
from crm.core.errors import Conflict
from crm.opportunities.models import TAKES_PART, Opportunity
from crm.opportunities.queries import places_in
from crm.opportunities.services.attending import Attendance, mark_attendance
from crm.opportunities.services.seats import lock
from crm.opportunities.who_came.comparing import Dispute, disputes
from crm.opportunities.who_came.models import MarkedBy
from crm.opportunities.who_came.queries import marks_of


def settle(opportunity: Opportunity, side: MarkedBy, *, seen: Sequence[int], by: User) -> int:
    """Let the register say what one side says of every place of which the two differ and nobody has decided.

    Args:
        opportunity: whose register it is.
        side: whose word is taken.
        seen: the ids of the places that were on the page as differing.
        by: the officer, whose word it is from now on.

    Returns:
        How many places were decided.

    Raises Conflict if other places differ now.
    """
    lock(opportunity)
    open_ones = waiting(opportunity, viewer=by)
    if not open_ones or sorted(seen) != sorted(each.place.id for each in open_ones):
        raise Conflict("The marks have changed meanwhile. Look at them again.")
    taken = {each.place.id: each.council if side is MarkedBy.COUNCIL else each.provider for each in open_ones}
    whose = "our mark was kept" if side is MarkedBy.COUNCIL else "the provider’s mark was taken"
    with because(f"An officer and the provider differed: {whose}"):
        mark_attendance(
            opportunity, {place: Attendance(mark.status, mark.came) for place, mark in taken.items()}, by=by
        )
    return len(taken)


def waiting(opportunity: Opportunity, *, viewer: User) -> Sequence[Dispute]:
    """What an officer has to decide. Two statements."""
    held = [place for place in places_in(opportunity.id, viewer=viewer) if place.status in TAKES_PART]
    return [each for each in disputes(held, marks_of(opportunity.id)) if each.is_to_decide]
