"""Sending what is owed. At least once, recognisably: a sender that is killed leaves a lease that runs out."""

import logging
import time
from datetime import datetime, timedelta
from functools import partial
from secrets import token_hex

from crm.core.batch import Tally, in_one_unit
from crm.notifications import senders, services
from crm.notifications.services import LEASE, Claimed

log = logging.getLogger(__name__)

LONGEST_BATCH = 60  # seconds, well inside a lease; what is left waits for the next tick


def send_due_emails(now: datetime, *, lease: timedelta = LEASE) -> Tally:
    """Send every mail that is due, one by one. Safe to run twice, or twice at once: each is claimed first.

    Args:
        now: when this was started.
        lease: how long a mail is ours from the moment we claim it; longer than a mail server may take.
    """
    owner, send = token_hex(8), senders.configured()
    done = failed = 0
    began = time.monotonic()
    while (seconds := time.monotonic() - began) < LONGEST_BATCH:
        moment = now + timedelta(seconds=seconds)
        claimed = in_one_unit(partial(services.claim_next, owner, now=moment, lease=lease))
        if claimed is None:
            break
        if _deliver(claimed, owner, send, now):
            done += 1
        else:
            failed += 1
    return Tally(done, failed)


def _deliver(claimed: Claimed, owner: str, send: senders.Send, now: datetime) -> bool:
    """Send one mail, outside any transaction, then write down how it went."""
    try:
        send(senders.compose(claimed))
    except Exception as error:  # noqa: BLE001  # whatever a mail server does, the next mail is sent too
        _write_down(claimed, owner, error, now)
        return False
    in_one_unit(lambda: services.record_sent(claimed.id, owner, at=now))
    return True


def _write_down(claimed: Claimed, owner: str, error: Exception, now: datetime) -> None:
    for_good = isinstance(error, senders.RefusedForGood)
    said = str(error) or type(error).__name__
    given_up = in_one_unit(lambda: services.record_failure(claimed.id, owner, said, for_good=for_good, at=now))
    if given_up:
        log.error("mail %d was given up: %s", claimed.id, type(error).__name__)
    else:
        log.warning("mail %d did not go out and will be tried again: %s", claimed.id, type(error).__name__)
