"""What the scheduler does for renewals."""

import logging
from datetime import datetime

from crm.core.batch import Tally, in_one_unit
from crm.core.db import reading
from crm.core.errors import CrmError
from crm.renewals.services import waves

log = logging.getLogger(__name__)
NOT_THEIR_FAULT = "Something went wrong that is not the employer’s fault. Tell your administrator."


def send_renewals(now: datetime) -> Tally:
    """Begin the waves whose time has come, and send what belongs to one. Safe to run twice, or twice at once."""
    with reading():
        due = waves.due(now)
    for run_id in due:
        in_one_unit(lambda run_id=run_id: waves.begin_wave(run_id, now))  # type: ignore[misc]  # a default has no type
    with reading():
        waiting = waves.to_send()
    done = failed = 0
    for proposal_id in waiting:
        sent = _send(proposal_id)
        done += sent is True
        failed += sent is None
    return Tally(done, failed)


def _send(proposal_id: int) -> bool | None:
    """Whether it was sent by us; None if it cannot be."""
    try:
        return in_one_unit(lambda: waves.send_one(proposal_id))
    except CrmError as refusal:
        why = str(refusal)
    except Exception:
        log.exception("renewal proposal %d could not be sent", proposal_id)
        why = NOT_THEIR_FAULT
    in_one_unit(lambda: waves.fail(proposal_id, why))
    return None
