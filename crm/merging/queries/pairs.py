"""Pairs of employers that look alike, and those that somebody found to be two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from crm.core.db import db
from crm.core.pagination import PER_PAGE, Page, offset_of
from crm.employers.likely import features_of
from crm.employers.likeness import Features
from crm.employers.models import Employer
from crm.merging.models import DuplicateSearch, LikelyPair, NotDuplicates


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two."""

    id: int
    name: str
    postcode: str | None
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two employers that may be one."""

    score: int
    reasons: Sequence[str]
    first: Side
    second: Side


def pairs_page(number: int) -> Page[PairRow]:
    """Likely pairs, best first: without merged employers and without those found to be two. Two statements."""
    first, second = aliased(Employer), aliased(Employer)
    differ = exists().where(
        NotDuplicates.first_id == LikelyPair.first_id, NotDuplicates.second_id == LikelyPair.second_id
    )
    shown = (
        select(LikelyPair.id)
        .join(first, first.id == LikelyPair.first_id)
        .join(second, second.id == LikelyPair.second_id)
        .where(first.merged_into_id.is_(None), second.merged_into_id.is_(None), ~differ)
    )
    total = db.session.scalar(shown.with_only_columns(func.count())) or 0
    columns = [column for each in (first, second) for column in (each.id, each.name, each.postcode, each.archived_at)]
    statement = (
        shown.with_only_columns(LikelyPair.score, LikelyPair.reasons, *columns)
        .order_by(LikelyPair.score.desc(), LikelyPair.id)
        .limit(PER_PAGE)
        .offset(offset_of(number))
    )
    rows = [_pair_row(*row) for row in db.session.execute(statement)]
    return Page(rows, number, total)


def _pair_row(score: int, reasons: Sequence[str], *sides: Any) -> PairRow:
    return PairRow(score, reasons, Side(*sides[:4]), Side(*sides[4:]))


def differences_page(number: int) -> Page[NotDuplicates]:
    """Pairs that somebody found to be two, the latest first, with both employers. Two statements."""
    total = db.session.scalar(select(func.count()).select_from(NotDuplicates)) or 0
    statement: Select[NotDuplicates] = (
        select(NotDuplicates)
        .options(joinedload(NotDuplicates.first), joinedload(NotDuplicates.second))
        .order_by(NotDuplicates.decided_at.desc(), NotDuplicates.id.desc())
        .limit(PER_PAGE)
        .offset(offset_of(number))
    )
    return Page(db.session.scalars(statement).all(), number, total)


def difference_of(first_id: int, second_id: int) -> NotDuplicates | None:
    return db.session.scalars(
        select(NotDuplicates).where(NotDuplicates.first_id == first_id, NotDuplicates.second_id == second_id)
    ).one_or_none()


def waiting_search() -> DuplicateSearch | None:
    """The search that is to be made, or is being made, next."""
    statement = select(DuplicateSearch).where(DuplicateSearch.ended_at.is_(None)).order_by(DuplicateSearch.id).limit(1)
    return db.session.scalars(statement).one_or_none()


def latest_search() -> DuplicateSearch | None:
    """The search whose pairs are shown."""
    ended = select(DuplicateSearch).where(DuplicateSearch.ended_at.is_not(None))
    statement = ended.order_by(DuplicateSearch.ended_at.desc(), DuplicateSearch.id.desc()).limit(1)
    return db.session.scalars(statement).one_or_none()


def all_features() -> list[tuple[int, Features]]:
    """What every employer that was not merged away is recognised by. One statement."""
    statement = select(
        Employer.id,
        Employer.name_key,
        Employer.trading_name,
        Employer.company_number,
        Employer.postcode,
        Employer.domain,
        Employer.phone,
    ).where(Employer.merged_into_id.is_(None))
    return [(row.id, features_of(row)) for row in db.session.execute(statement.order_by(Employer.id))]
