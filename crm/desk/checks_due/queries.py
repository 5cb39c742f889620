"""The report of checks that have run out, soon will, or are missing where something is booked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from crm.checks.models import CheckKind, SiteCheck
from crm.checks.states import ASK_AGAIN_AFTER, may_be_asked_for
from crm.checks.wording import Standing, standing
from crm.core.db import db
from crm.core.pagination import Asked, Page
from crm.desk.checks_due.narrowing import Wanted, due, some
from crm.desk.checks_due.whom import Whom, whom_to_ask
from crm.employers.models import Contact
from crm.reference.settings import check_notice_months

AT_A_TIME = 500  # rows of a download held in memory
MOST_PRINTED = 1000


@dataclass(frozen=True, slots=True)
class Pick:
    """A check somebody wants to ask for: the site, and which kind."""

    site_id: int
    kind: CheckKind

    def __str__(self) -> str:
        return f"{self.site_id}-{self.kind.value}"


@dataclass(frozen=True, slots=True)
class DueRow:
    """A check on the report. `whom` is empty in lists that nobody asks from."""

    employer_id: int
    employer: str
    general_email: str | None
    quiet_until: date | None
    site_id: int
    site: str
    standing: Standing
    owner: str | None
    next_at: datetime | None  # of the next opportunity at the site
    next_id: int | None
    may_be_asked: bool
    whom: Whom | None = None

    @property
    def pick(self) -> Pick:
        return Pick(self.site_id, self.standing.kind)

    @property
    def ask_again_on(self) -> date | None:
        """The first day on which they may be asked again."""
        asked_on = self.check.requested_on if self.check else None
        return asked_on + ASK_AGAIN_AFTER if asked_on else None

    @property
    def check(self) -> SiteCheck | None:
        return self.standing.check


def due_page(wanted: Wanted, asked: Asked) -> Page[DueRow]:
    """One page of the report, with whom to ask. Two statements: sorting reads every row, and counts on the way."""
    here = due(wanted).add_columns(func.count().over()).limit(asked.per_page).offset(asked.offset)
    found = db.session.execute(here).all()
    rows = [_row(row[:-1], wanted.today, wanted.notice_months) for row in found]
    return asked.of(with_whom(rows), found[0][-1] if found else _how_many(wanted, asked))


def every_due(wanted: Wanted) -> Iterator[DueRow]:
    """The whole report, fetched piece by piece, without whom to ask."""
    for row in db.session.execute(due(wanted).execution_options(yield_per=AT_A_TIME)):
        yield _row(row, wanted.today, wanted.notice_months)


def due_to_print(wanted: Wanted) -> Sequence[DueRow]:
    """The first thousand rows. One statement."""
    return _rows(wanted, limit=MOST_PRINTED)


def picked(picks: Iterable[Pick], today: date) -> Sequence[DueRow]:
    """Some checks, due or not, with whom to ask, by employer and site. Three statements.

    Checks that are not needed are left out, and so are those of closed sites and archived employers.
    """
    pairs = sorted({(pick.site_id, pick.kind) for pick in picks})
    if not pairs:
        return []
    notice = check_notice_months()
    return with_whom([_row(row, today, notice) for row in db.session.execute(some(pairs, today))])


def checks_running_out(officer_id: int, today: date, *, notice_months: int, limit: int) -> Sequence[DueRow]:
    """For My day: what has run out, soon will or is missing where something is booked, at an officer's employers.

    In the order of the report, without whom to ask; `row.standing` has the words, `row.next_at` the next opportunity
    there. One statement.
    """
    return _rows(Wanted(today=today, notice_months=notice_months, owner_id=officer_id), limit=limit)


def with_whom(rows: Sequence[DueRow], contacts: Mapping[int, Sequence[Contact]] | None = None) -> Sequence[DueRow]:
    """The same rows with whom to ask at each employer. One statement, none where the contacts are loaded already."""
    if contacts is None:
        contacts = _contacts({row.employer_id for row in rows})
    return [replace(row, whom=whom_to_ask(contacts.get(row.employer_id, []), row.general_email)) for row in rows]


def _rows(wanted: Wanted, *, limit: int, offset: int = 0) -> Sequence[DueRow]:
    rows = db.session.execute(due(wanted).limit(limit).offset(offset))
    return [_row(row, wanted.today, wanted.notice_months) for row in rows]


def _how_many(wanted: Wanted, asked: Asked) -> int:
    """Beyond the last page there is no row to tell."""
    if asked.number == 1:
        return 0
    counted = due(wanted).order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    return db.session.scalar(counted) or 0


def _row(row: Sequence[Any], today: date, notice_months: int) -> DueRow:
    employer_id, employer, email, quiet_until, site_id, site, kind, check, owner, next_at, next_id = row
    return DueRow(
        employer_id=employer_id,
        employer=employer,
        general_email=email,
        quiet_until=quiet_until if quiet_until and today < quiet_until else None,
        site_id=site_id,
        site=site,
        standing=standing(kind, check, today, notice_months=notice_months),
        owner=owner,
        next_at=next_at,
        next_id=next_id,
        may_be_asked=may_be_asked_for(check, today),
    )


def _contacts(employer_ids: set[int]) -> Mapping[int, list[Contact]]:
    found: dict[int, list[Contact]] = {}
    statement = select(Contact).where(Contact.employer_id.in_(employer_ids), Contact.left_at.is_(None))
    for contact in db.session.scalars(statement.order_by(Contact.id)):
        found.setdefault(contact.employer_id, []).append(contact)
    return found
