"""What happens to places by itself."""

from datetime import datetime

from crm.core.batch import Tally, one_at_a_time
from crm.core.clock import local_date
from crm.opportunities.queries import lapsed_offer_ids
from crm.opportunities.services import lapse_offer


def lapse_offers(now: datetime) -> Tally:
    """End offers whose day to be answered is over, each with whoever moves up for it in a unit of work of its own."""
    today = local_date(now)

    def lapse(place_id: int) -> bool:
        return lapse_offer(place_id, today)

    return one_at_a_time(lapsed_offer_ids(today), lapse)
