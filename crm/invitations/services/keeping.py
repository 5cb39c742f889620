"""Bringing one party's calendar to what is true: decided and mailed in one unit of work, under one lock."""

from datetime import datetime, timedelta

from sqlalchemy import select

from crm.core.db import db
from crm.invitations.deciding import Owed
from crm.invitations.models import Invitee
from crm.invitations.queries import invitees, live_of, owed_to, why_silent
from crm.invitations.services.mailing import add_entry, owe_change, strike_out

PAUSE = timedelta(seconds=60)  # in which nothing may have changed again before anybody is told


def keep(invitee_id: int, *, now: datetime, at_once: bool = False) -> bool:
    """Owe a party what its calendar lacks. Returns whether anything was owed.

    Several changes in a row become one mail: it waits until nothing has changed for a while. Two schedulers at the
    same moment take turns, and the second finds nothing left to do.

    Args:
        invitee_id: whose it is.
        now: the moment of the decision.
        at_once: do not wait for further changes: an officer says that it is right as it is.
    """
    invitee = locked(invitee_id)
    owed = _owed_now(invitee, now)
    if not owed.is_something:
        invitee.pending = invitee.pending_since = None
        db.session.flush()
        return False
    if not at_once and not _has_settled(invitee, owed, now):
        db.session.flush()
        return False
    _do(invitee, owed, now)
    invitee.pending = invitee.pending_since = None
    db.session.flush()
    return True


def locked(invitee_id: int) -> Invitee:
    """An invitee as it is now, with its opportunity and invitations, which nobody else decides about meanwhile."""
    db.session.execute(select(Invitee.id).where(Invitee.id == invitee_id).with_for_update())
    statement = invitees().where(Invitee.id == invitee_id).execution_options(populate_existing=True)
    return db.session.scalars(statement).one()


def _owed_now(invitee: Invitee, now: datetime) -> Owed:
    live = live_of(invitee)
    silent = why_silent(live.address, invitee.opportunity.employer_id) if live else ""
    return owed_to(invitee, now, silent_before=silent)


def _has_settled(invitee: Invitee, owed: Owed, now: datetime) -> bool:
    """Whether this very thing has been owed for long enough. If it is another than before, the wait begins anew."""
    if invitee.pending != owed.fingerprint or invitee.pending_since is None:
        invitee.pending, invitee.pending_since = owed.fingerprint, now
    return now - invitee.pending_since >= PAUSE


def _do(invitee: Invitee, owed: Owed, now: datetime) -> None:
    live = live_of(invitee)
    if live is not None and owed.end:
        strike_out(live, invitee, owed, now)
        db.session.flush()  # before the next entry: a party has one at a time
    if live is not None and owed.change:
        owe_change(live, invitee, owed.change, now)
    if owed.ask:
        add_entry(invitee, owed.ask, now)
