"""Who is to have a digest now."""

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select

from crm.accounts.models import User
from crm.core.access import STAFF
from crm.core.clock import LONDON
from crm.core.db import db
from crm.desk.digest.models import DigestDay

SATURDAY = 5
TOO_LATE = time(12)  # a scheduler that wakes at noon sends no morning's mail


def is_time(now: datetime, at: time, zone: ZoneInfo = LONDON) -> bool:
    """Whether it is a working day's morning, from the digest's time to noon. Bank holidays are not known here."""
    local = now.astimezone(zone)
    return local.weekday() < SATURDAY and at <= local.time() < TOO_LATE


def still_to_decide(now: datetime) -> Sequence[int]:
    """Ids of the staff whose digest of the day was not decided about, in order. One statement.

    Left out: who cannot sign in, and who asked for none.
    """
    today = now.astimezone(LONDON).date()
    decided = select(DigestDay.user_id).where(DigestDay.day == today)
    statement = (
        select(User.id)
        .where(
            User.role.in_(sorted(STAFF)),
            User.disabled_at.is_(None),
            User.digest_off_at.is_(None),
            User.id.not_in(decided),
        )
        .order_by(User.id)
    )
    return db.session.scalars(statement).all()
