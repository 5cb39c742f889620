"""What the tests of merging share: merging by numbers, and a look at every row of the database."""

import hashlib
from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import select

from crm.accounts.models import User
from crm.core.access import Role
from crm.core.db import Base, committing, db
from crm.employers.models import Employer
from crm.merging.models import EmployerMerge
from crm.merging.services.merging import Choices, merge_employers
from crm.merging.services.undoing import undo_merge
from tests.factories import UserFactory

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
# What rises with every save, what tells the story, and what the merge itself writes.
NOT_COMPARED = frozenset({"version", "updated_at"})
STORY = frozenset({"change_record", "employer_merge", "employer_merge_row", "submission", "sign_in"})


def officer() -> User:
    return UserFactory.make(role=Role.OFFICER)


def merge(  # noqa: PLR0913  # named, each of them
    survivor: int,
    loser: int,
    *,
    by: User,
    from_loser: Collection[str] = (),
    years: Collection[str] = (),
    checked: bool = True,
    at: datetime = NOW,
) -> EmployerMerge:
    """Merge two employers as they are now, as somebody who pressed the button would."""
    db.session.commit()
    versions = dict(
        db.session.execute(select(Employer.id, Employer.version).where(Employer.id.in_([survivor, loser]))).all()
    )
    choices = Choices(
        survivor_id=survivor,
        loser_id=loser,
        survivor_version=versions.get(survivor),
        loser_version=versions.get(loser),
        from_loser=frozenset(from_loser),
        loser_pledge_years=frozenset(years),
        numbers_checked=checked,
    )
    with committing():
        return merge_employers(choices, by=by, at=at)


def undo(merge_id: int, *, by: User, at: datetime = NOW) -> EmployerMerge:
    db.session.commit()
    with committing():
        return undo_merge(merge_id, by=by, at=at)


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but those that tell the story, as the database holds it now."""
    db.session.rollback()
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in STORY:
            columns = [column for column in table.columns if column.name not in NOT_COMPARED]
            found[table.name] = [tuple(row) for row in db.session.execute(select(*columns).order_by(table.c.id))]
    db.session.rollback()
    return found


def fingerprint() -> str:
    """One hash over all rows: two databases with the same one are the same."""
    return hashlib.sha256(repr(everything()).encode()).hexdigest()
