"""Before you call: who asked lately, and whom nobody has spoken to for long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from crm.core.db import db
from crm.employers.models import Employer
from crm.interactions.models import Direction, Interaction
from crm.interactions.queries.people import officer_names

LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Asked:
    """How often one colleague, or several together, contacted an employer in the last 30 days."""

    officers: str  # "Ada Birch, Ben Holt" where both took part, so that each contact counts once
    times: int
    last_on: date


@dataclass(frozen=True, slots=True)
class QuietEmployer:
    """An employer nobody has reached for long, and when somebody last did."""

    id: int
    name: str
    phone: str | None
    last_on: date | None


@dataclass(frozen=True, slots=True)
class QuietEmployers:
    """The quietest of them, and how many there are in all."""

    first: Sequence[QuietEmployer]
    total: int


def asked_lately(employer_id: int, *, today: date) -> Sequence[Asked]:
    """Who contacted an employer in the last 30 days, the latest first. One statement.

    When the employer contacted us, nobody asked anything of them.
    """
    lately = (
        select(officer_names().label("officers"), Interaction.happened_on)
        .where(
            Interaction.employer_id == employer_id,
            Interaction.happened_on > today - LATELY,
            Interaction.direction == Direction.OUTGOING,
        )
        .subquery()
    )
    latest = func.max(lately.c.happened_on)
    statement = (
        select(lately.c.officers, func.count(), latest)
        .group_by(lately.c.officers)
        .order_by(latest.desc(), lately.c.officers)
    )
    return [Asked(*row) for row in db.session.execute(statement)]


def quiet_employers(owner_id: int, *, today: date, days: int, limit: int = 10) -> QuietEmployers:
    """An officer's own employers whom nobody has reached for so many days, longest first. One statement.

    Reached as `Interaction.reached` has it: a message left is no contact. Those never reached come first; archived
    ones are left in peace, and so are those that asked for it.
    """
    last_on = (
        select(func.max(Interaction.happened_on))
        .where(Interaction.employer_id == Employer.id, Interaction.reached)
        .correlate(Employer)
        .scalar_subquery()
    )
    owned = (
        select(Employer.id, Employer.name, Employer.name_key, Employer.phone, last_on.label("last_on"))
        .where(
            Employer.owner_id == owner_id,
            Employer.archived_at.is_(None),
            Employer.quiet_until.is_(None) | (Employer.quiet_until <= today),
        )
        .subquery()
    )
    statement = (
        select(owned.c.id, owned.c.name, owned.c.phone, owned.c.last_on, func.count().over())
        .where(owned.c.last_on.is_(None) | (owned.c.last_on <= today - timedelta(days=days)))
        .order_by(owned.c.last_on.is_not(None), owned.c.last_on, owned.c.name_key, owned.c.id)
        .limit(limit)
    )
    rows = db.session.execute(statement).all()
    return QuietEmployers([QuietEmployer(*row[:4]) for row in rows], rows[0][4] if rows else 0)
