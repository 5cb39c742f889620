"""Looking at what a bulk change would do, and keeping that for whoever has to agree."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import joinedload, selectinload

from crm.accounts.models import User
from crm.bulk.models import BulkAction, BulkChange, BulkChangeItem, BulkStatus
from crm.bulk.services.effects import EFFECTS
from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.models import Employer

MOST_EMPLOYERS = 5_000  # in one transaction, which others wait for
AT_A_TIME = 500
KEPT_FOR = timedelta(days=1)  # a preview nobody agreed to


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkDetails:
    """What is to be done. Each action asks for its own part, the rest stays empty."""

    action: BulkAction
    new_owner_id: int | None = None  # none: nobody
    tag_name: str | None = None
    reason: str | None = None
    subject: str | None = None
    body: str | None = None
    came_from: str = ""  # the list's query


def prepare(details: BulkDetails, employer_ids: Sequence[int], *, by: User) -> BulkChange:
    """Write down which employers would change and how; nothing about them changes yet.

    Args:
        details: what is to be done.
        employer_ids: of employers that exist, each once, in the order of the list.
        by: who will be asked to agree.

    Raises Conflict if there are none, or too many for one transaction.
    """
    if not employer_ids:
        raise Conflict("Select at least one employer.")
    if len(employer_ids) > MOST_EMPLOYERS:
        raise Conflict(
            f"{len(employer_ids):,} employers are too many to change at once. Narrow the list to {MOST_EMPLOYERS:,}."
        )
    change = BulkChange(made_by_id=by.id, **{name: getattr(details, name) for name in BulkDetails.__slots__})
    db.session.add(change)
    db.session.flush()
    db.session.execute(insert(BulkChangeItem), list(_items(change, employer_ids)))
    return change


def _items(change: BulkChange, employer_ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    look = EFFECTS[change.action].look
    for position, employer in enumerate(_employers(employer_ids)):
        state, why = look(employer, change)
        yield {
            "bulk_change_id": change.id,
            "position": position,
            "employer_id": employer.id,
            "state": state,
            "why": why,
            "version": employer.version,
        }


def _employers(ids: Sequence[int]) -> Iterator[Employer]:
    """The employers in this order, with owners and tags."""
    for first in range(0, len(ids), AT_A_TIME):
        piece = ids[first : first + AT_A_TIME]
        statement = (
            select(Employer)
            .where(Employer.id.in_(piece))
            .options(joinedload(Employer.owner), selectinload(Employer.tags))
            .execution_options(populate_existing=True)
        )
        found = {employer.id: employer for employer in db.session.scalars(statement)}
        yield from (found[each] for each in piece)


def discard(change: BulkChange) -> None:
    """Forget a preview. Raises Conflict if it was carried out."""
    if change.status is not BulkStatus.PREPARED:
        raise Conflict("This was carried out already. You can undo it instead.")
    db.session.execute(delete(BulkChangeItem).where(BulkChangeItem.bulk_change_id == change.id))
    db.session.delete(change)
    db.session.flush()


def forget_old(now: datetime) -> int:
    """Delete previews nobody agreed to. Returns how many."""
    old = select(BulkChange.id).where(BulkChange.status == BulkStatus.PREPARED, BulkChange.created_at < now - KEPT_FOR)
    options = {"synchronize_session": False}
    db.session.execute(delete(BulkChangeItem).where(BulkChangeItem.bulk_change_id.in_(old)), execution_options=options)
    gone = db.session.execute(delete(BulkChange).where(BulkChange.id.in_(old)), execution_options=options)
    return int(getattr(gone, "rowcount", 0))
