"""Before you call: who spoke to an employer last, who asked lately, and whom nobody has spoken to for long."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from crm.accounts.models import User
from crm.core.db import db
from crm.employers.models import Contact, Employer
from crm.interactions.models import Channel, Interaction

LATELY = timedelta(days=30)
TOO_LONG = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class LastContact:
    """The newest entry of an employer's log, whoever wrote it."""

    employer_id: int
    interaction_id: int
    happened_on: date
    channel: Channel
    officer: str
    contact: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One colleague's contacts with an employer in the last 30 days."""

    officer: str
    times: int
    last_on: date


@dataclass(frozen=True, slots=True)
class ContactSummary:
    """How much an employer has been spoken to."""

    last: LastContact | None
    asked: Sequence[Asked]  # in the last 30 days, the latest first

    @property
    def times_asked(self) -> int:
        return sum(each.times for each in self.asked)


@dataclass(frozen=True, slots=True)
class QuietEmployer:
    """An employer nobody has been in contact with for long, and when somebody last was."""

    id: int
    name: str
    last_on: date | None


@dataclass(frozen=True, slots=True)
class QuietEmployers:
    """The quietest of them, and how many there are in all."""

    first: Sequence[QuietEmployer]
    total: int


def last_contacts(employer_ids: Collection[int]) -> Mapping[int, LastContact]:
    """The last contact of each employer that has one. One statement, and none for no employers."""
    if not employer_ids:
        return {}
    newest_first = func.row_number().over(
        partition_by=Interaction.employer_id, order_by=(Interaction.happened_on.desc(), Interaction.id.desc())
    )
    ranked = (
        select(Interaction.id, newest_first.label("rank")).where(Interaction.employer_id.in_(employer_ids)).subquery()
    )
    statement = (
        select(
            Interaction.employer_id,
            Interaction.id,
            Interaction.happened_on,
            Interaction.channel,
            User.name,
            Contact.name,
        )
        .join(ranked, (ranked.c.id == Interaction.id) & (ranked.c.rank == 1))
        .join(Interaction.logged_by)
        .outerjoin(Interaction.contact)
    )
    return {row[0]: LastContact(*row) for row in db.session.execute(statement)}


def contact_summary(employer_id: int, *, today: date) -> ContactSummary:
    """An employer's last contact by anyone, and who was in touch in the last 30 days. Two statements."""
    return ContactSummary(last_contacts([employer_id]).get(employer_id), asked_lately(employer_id, today=today))


def asked_lately(employer_id: int, *, today: date) -> Sequence[Asked]:
    """Who was in touch with an employer in the last 30 days, the latest first. One statement."""
    statement = (
        select(User.name, func.count(Interaction.id), func.max(Interaction.happened_on))
        .join(Interaction.logged_by)
        .where(Interaction.employer_id == employer_id, Interaction.happened_on > today - LATELY)
        .group_by(User.id, User.name)
        .order_by(func.max(Interaction.happened_on).desc(), User.id)
    )
    return [Asked(*row) for row in db.session.execute(statement)]


def quiet_employers(owner_id: int, *, today: date, limit: int = 10) -> QuietEmployers:
    """An officer's own employers without contact by anyone for 90 days, longest first. One statement.

    Those never contacted come first; archived ones are left in peace.
    """
    last_on = (
        select(func.max(Interaction.happened_on))
        .where(Interaction.employer_id == Employer.id)
        .correlate(Employer)
        .scalar_subquery()
    )
    owned = (
        select(Employer.id, Employer.name, Employer.name_key, last_on.label("last_on"))
        .where(Employer.owner_id == owner_id, Employer.archived_at.is_(None))
        .subquery()
    )
    statement = (
        select(owned.c.id, owned.c.name, owned.c.last_on, func.count().over())
        .where(owned.c.last_on.is_(None) | (owned.c.last_on <= today - TOO_LONG))
        .order_by(owned.c.last_on.is_not(None), owned.c.last_on, owned.c.name_key, owned.c.id)
        .limit(limit)
    )
    rows = db.session.execute(statement).all()
    return QuietEmployers([QuietEmployer(*row[:3]) for row in rows], rows[0][3] if rows else 0)
