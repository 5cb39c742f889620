"""Reading the mailbox. Each message in a unit of work of its own: one that fails stops no other and is visible."""

import logging
import time
from datetime import datetime
from secrets import token_hex

from crm.core.batch import Tally, in_one_unit
from crm.core.db import reading
from crm.correspondence import mailbox, services
from crm.correspondence.mailbox import Address, Opened, Unreachable
from crm.correspondence.services.mailboxes import AlreadyTaken, Found

log = logging.getLogger(__name__)

MOST_AT_ONCE = 200
LONGEST_READ = 120  # seconds, well inside a lease; what is left waits for the next tick
POISON = "Something in it stopped the service ({}). It is still in the mailbox."


def read_mailbox(now: datetime) -> Tally:
    """Take in what is new in the mailbox, if there is one. Safe to run twice, or twice at once."""
    address = mailbox.configured()
    if address is None:
        return Tally()
    owner = token_hex(8)
    mailbox_id = in_one_unit(lambda: services.claim_mailbox(address.name, owner, now=now))
    if mailbox_id is None:
        return Tally()
    tally, trouble = Tally(failed=1), "Reading it was broken off."
    try:
        tally, trouble = _read(address, mailbox_id, now)
    finally:
        in_one_unit(lambda: services.release_mailbox(mailbox_id, owner, trouble=trouble or None, at=now))
    return tally


def _read(address: Address, mailbox_id: int, now: datetime) -> tuple[Tally, str]:
    """How it went, and what was in the way."""
    done = failed = 0
    began = time.monotonic()
    try:
        with mailbox.opened(address) as opened:
            for uid in _new(opened, mailbox_id)[:MOST_AT_ONCE]:
                if time.monotonic() - began > LONGEST_READ:
                    break
                if _take(opened, mailbox_id, uid, now):
                    done += 1
                else:
                    failed += 1
    except Unreachable as error:
        log.warning("the mailbox %s: %s", address.name, error)
        return Tally(done, failed + 1), str(error)
    return Tally(done, failed), ""


def _new(opened: Opened, mailbox_id: int) -> list[int]:
    uids = opened.uids()
    with reading():
        return services.untaken(mailbox_id, opened.uidvalidity, uids)


def _take(opened: Opened, mailbox_id: int, uid: int, now: datetime) -> bool:
    """Whether a message was taken in, or needed no taking in; stored first, marked as seen afterwards."""
    fetched = opened.fetch(uid)
    if fetched is None:
        return True  # somebody deleted it meanwhile
    found = Found(mailbox_id, opened.uidvalidity, uid, *fetched)
    stored = _store(found, now)
    if stored:
        opened.mark_seen(uid)
    return stored


def _store(found: Found, now: datetime) -> bool:
    ours = mailbox.what_is_ours()
    try:
        in_one_unit(lambda: services.take_in(found, ours, now=now))
    except AlreadyTaken:
        log.info("message %d was taken in by another process", found.uid)
    except Exception as error:
        log.exception("message %d of mailbox %d", found.uid, found.mailbox_id)
        return _show_poison(found, type(error).__name__, now)
    return True


def _show_poison(found: Found, what: str, now: datetime) -> bool:
    """Put it into the tray with the reason. If not even that works, the next reading tries it again."""
    try:
        in_one_unit(lambda: services.note_poison(found, POISON.format(what), now=now))
    except Exception:
        log.exception("message %d of mailbox %d cannot be shown", found.uid, found.mailbox_id)
        return False
    return True
