"""How much contact there was: the contact log by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, distinct, extract, func, select

from crm.core.db import db
from crm.interactions.models import Channel, Interaction
from crm.reference.academic_years import AcademicYear


@dataclass(frozen=True, slots=True)
class ContactMonth:
    """The contact log of one calendar month."""

    month: date  # its first day
    by_channel: Mapping[Channel, int]  # interactions
    employers: int  # contacted at least once in the month
    officers: int  # who logged something

    @property
    def interactions(self) -> int:
        return sum(self.by_channel.values())


def contact_months(year: AcademicYear, as_at: date) -> Sequence[ContactMonth]:
    """The months of an academic year in which anything was logged, oldest first. One statement.

    An interaction belongs to the month in which it happened, and counts once however many people took part.
    """
    channels = tuple(Channel)
    parts = (extract("year", Interaction.happened_on), extract("month", Interaction.happened_on))
    statement = (
        select(
            *parts,
            func.count(distinct(Interaction.employer_id)),
            func.count(distinct(Interaction.logged_by_id)),
            *(func.sum(case((Interaction.channel == channel, 1), else_=0)) for channel in channels),
        )
        .where(Interaction.happened_on >= year.first_day, Interaction.happened_on <= min(as_at, year.last_day))
        .group_by(*parts)
        .order_by(*parts)
    )
    return [
        ContactMonth(date(int(row[0]), int(row[1]), 1), dict(zip(channels, row[4:], strict=True)), row[2], row[3])
        for row in db.session.execute(statement)
    ]
