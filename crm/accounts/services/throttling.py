"""Counting guesses, in the database so that every process counts the same ones.

Slowing down, not locking out: tries that are turned away count for nothing, so waiting always helps, and a mailed
link to choose a new password lets its owner in at once.
"""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address

from sqlalchemy import ColumnElement, delete, func, select

from crm.accounts.models import SignInFailure
from crm.core.db import db

KEPT_FOR = timedelta(days=1)


class Attempt(StrEnum):
    """What can be tried too often."""

    SIGN_IN = "sign in"  # counted when it fails
    FORGOTTEN = "forgotten"  # every request for a link counts, or it would say which accounts exist
    HUB = "hub"  # every request for the link to an employer’s page counts, for the same reason


# Within how long, how many for one account, how many from one network.
LIMITS = {
    Attempt.SIGN_IN: (timedelta(minutes=15), 5, 50),
    Attempt.FORGOTTEN: (timedelta(hours=1), 3, 20),
    Attempt.HUB: (timedelta(hours=1), 3, 20),
}


def network_of(address: str | None) -> str:
    """What is counted as one place: an IPv4 address, or the 64 bits of IPv6 that one household gets."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Address(int(found) >> 64 << 64))


def count_attempt(attempt: Attempt, account: str, network: str, *, at: datetime) -> None:
    """Remember one. `account` is what was typed as e-mail; it is kept as a hash, as it may have been a password."""
    db.session.add(SignInFailure(email_hash=_account_hash(attempt, account), network=f"{attempt} {network}", at=at))


def is_throttled(attempt: Attempt, account: str, network: str, *, now: datetime) -> bool:
    """Whether it was tried so often that the next one has to wait. The same for accounts that do not exist."""
    within, per_account, per_network = LIMITS[attempt]
    return (
        _count(SignInFailure.email_hash == _account_hash(attempt, account), now - within) >= per_account
        or _count(SignInFailure.network == f"{attempt} {network}", now - within) >= per_network
    )


def forgive(account: str) -> None:
    """Forget the failures of an account whose owner has shown who they are."""
    db.session.execute(delete(SignInFailure).where(SignInFailure.email_hash == _account_hash(Attempt.SIGN_IN, account)))


def forget_old(now: datetime) -> int:
    """Delete what no limit looks at any more. Returns how many."""
    gone = db.session.execute(delete(SignInFailure).where(SignInFailure.at < now - KEPT_FOR))
    return int(getattr(gone, "rowcount", 0))


def _account_hash(attempt: Attempt, account: str) -> str:
    return hashlib.sha256(f"{attempt}\0{account.strip().lower()}".encode()).hexdigest()


def _count(which: ColumnElement[bool], since: datetime) -> int:
    statement = select(func.count()).select_from(SignInFailure).where(which, SignInFailure.at > since)
    return db.session.scalar(statement) or 0
