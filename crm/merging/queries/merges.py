"""Merges that were made."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from crm.audit.readable import HistoryRow, readable_history
from crm.core.db import db
from crm.core.errors import NotFound
from crm.core.pagination import PER_PAGE, Page, offset_of
from crm.employers.models import Employer
from crm.merging.models import EmployerMerge


def get_merge(merge_id: int) -> EmployerMerge:
    """A merge with the rows it changed, as it is now. Raises NotFound."""
    statement = select(EmployerMerge).where(EmployerMerge.id == merge_id).options(selectinload(EmployerMerge.rows))
    merge = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if merge is None:
        raise NotFound("We could not find that merge.")
    return merge


def later_merge_of_either(merge: EmployerMerge) -> EmployerMerge | None:
    """The latest merge that stands on this one: it must be undone first."""
    both = (merge.survivor_id, merge.loser_id)
    return db.session.scalars(
        select(EmployerMerge)
        .where(EmployerMerge.id > merge.id, EmployerMerge.undone_at.is_(None))
        .where(or_(EmployerMerge.survivor_id.in_(both), EmployerMerge.loser_id.in_(both)))
        .order_by(EmployerMerge.id.desc())
        .limit(1)
    ).one_or_none()


def who_has_number(number: str, *, besides: Collection[int]) -> str | None:
    """The name of another employer with a company number."""
    return db.session.scalar(
        select(Employer.name).where(Employer.company_number == number, Employer.id.not_in(besides))
    )


def merges_page(number: int) -> Page[EmployerMerge]:
    """Merges, the latest first. Two statements."""
    total = db.session.scalar(select(func.count()).select_from(EmployerMerge)) or 0
    statement = select(EmployerMerge).order_by(EmployerMerge.merged_at.desc(), EmployerMerge.id.desc())
    rows = db.session.scalars(statement.limit(PER_PAGE).offset(offset_of(number))).all()
    return Page(rows, number, total)


def history_of_loser(merge: EmployerMerge) -> Sequence[HistoryRow]:
    """What happened to the employer that was merged away, and to what belonged to it then."""
    return readable_history("employer", merge.loser_id)
