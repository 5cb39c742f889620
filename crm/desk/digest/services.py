"""Owing somebody the digest of a day. Callers open the unit of work; nothing here commits."""

from datetime import date, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.core.clock import local_date
from crm.core.db import db
from crm.core.web import public_link
from crm.desk.digest.models import DigestDay
from crm.desk.digest.writing import digest
from crm.desk.my_day.day import day_of
from crm.notifications.services import enqueue
from crm.reference.settings import settings

KEPT_FOR = timedelta(days=14)


def decide(user_id: int, *, now: datetime) -> bool:
    """Owe somebody the digest of the day, if there is something to say. Returns whether they get one.

    Decided once a day for each person: a second scheduler, or a second run, finds the decision and does nothing.
    """
    today = local_date(now)
    if not _claim(user_id, today):
        return False
    user = db.session.get_one(User, user_id)
    mail = digest(
        day_of(user_id, today, settings()),
        name=user.name,
        my_day=public_link("my_day.index"),
        account=public_link("accounts.show"),
    )
    if mail is None:
        return False
    enqueue(
        key=f"digest:{user_id}:{today.isoformat()}",
        recipient=user.email,
        subject=mail.subject,
        body=mail.letter.text,
        html=mail.letter.html,
    )
    return True


def forget_old(now: datetime) -> int:
    """Delete decisions about days long gone. Returns how many."""
    gone = db.session.execute(delete(DigestDay).where(DigestDay.day < local_date(now - KEPT_FOR)))
    return int(getattr(gone, "rowcount", 0))


def _claim(user_id: int, day: date) -> bool:
    try:
        with db.session.begin_nested():
            db.session.add(DigestDay(user_id=user_id, day=day))
    except IntegrityError:
        return False
    return True
