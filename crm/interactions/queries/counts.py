"""How many contacts were logged: the figures behind "Contact log summary"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import extract, func, select

from crm.accounts.models import User
from crm.core.db import db
from crm.interactions.models import Channel, Interaction
from crm.reference.academic_years import AcademicYear


@dataclass(frozen=True, slots=True)
class LogCount:
    """What one officer logged by one channel in one calendar month."""

    month: date  # its first day
    channel: Channel
    officer: str
    interactions: int
    employers: int  # different ones


def log_summary(year: AcademicYear, as_at: date) -> Sequence[LogCount]:
    """Contacts of an academic year up to the as-at date, by month, channel and officer. One statement.

    A contact belongs to the month in which it happened and to the officer who logged it, and counts once.
    """
    parts = (extract("year", Interaction.happened_on), extract("month", Interaction.happened_on))
    statement = (
        select(
            *parts,
            Interaction.channel,
            User.name,
            func.count(Interaction.id),
            func.count(Interaction.employer_id.distinct()),
        )
        .join(Interaction.logged_by)
        .where(Interaction.happened_on >= year.first_day, Interaction.happened_on <= min(as_at, year.last_day))
        .group_by(*parts, Interaction.channel, User.id, User.name)
    )
    rows = [
        LogCount(date(int(row[0]), int(row[1]), 1), row[2], row[3], row[4], row[5])
        for row in db.session.execute(statement)
    ]
    order = list(Channel)
    return sorted(rows, key=lambda row: (row.month, order.index(row.channel), row.officer))
