"""What the scheduler does for employers' pages."""

from datetime import datetime

from crm.core.batch import Tally, one_at_a_time
from crm.core.db import reading
from crm.hub.services.asking import answer_request, waiting


def answer_hub_requests(_now: datetime) -> Tally:
    """Mail links to those who asked. Safe to run twice, or twice at once."""
    with reading():
        requests = waiting()
    return one_at_a_time(requests, answer_request)
