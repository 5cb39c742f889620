"""What the scheduler does for imports."""

from datetime import datetime

from crm.core.batch import Tally, in_one_unit
from crm.core.db import reading
from crm.imports import queries, services


def run_queued_imports(now: datetime) -> Tally:
    """Import what waits. Safe to run twice, or twice at once: each run is claimed before it begins."""
    with reading():
        waiting = list(queries.waiting_runs())
    done = 0
    for run_id in waiting:
        if _claim(run_id, now):
            services.run_claimed(run_id)
            done += 1
    return Tally(done)


def _claim(run_id: int, now: datetime) -> bool:
    return in_one_unit(lambda: services.claim(run_id, at=now))
