"""Looking at what a bulk change would do, and keeping that for whoever has to agree."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import joinedload, selectinload

from crm.accounts.models import User
from crm.bulk.models import BulkAction, BulkChange, BulkChangeItem, BulkStatus
from crm.bulk.services.effects import EFFECTS
from crm.bulk.services.letters import Item, Recipients, letters
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


STORED = BulkDetails.__slots__


def prepare(
    details: BulkDetails, employer_ids: Sequence[int], *, by: User, today: date, to: Recipients = Recipients.MAIN
) -> BulkChange:
    """Write down which employers would change and how; nothing about them changes yet.

    Args:
        details: what is to be done.
        employer_ids: of employers that exist, each once, in the order of the list.
        by: who will be asked to agree.
        today: in London.
        to: for e-mail, whom at each employer.

    Raises Conflict if there are none, or too many for one transaction.
    """
    if not employer_ids:
        raise Conflict("Select at least one employer.")
    if len(employer_ids) > MOST_EMPLOYERS:
        raise Conflict(
            f"{len(employer_ids):,} employers are too many to change at once. Narrow the list to {MOST_EMPLOYERS:,}."
        )
    change = BulkChange(made_by_id=by.id, **{name: getattr(details, name) for name in STORED})
    db.session.add(change)
    db.session.flush()
    employers = _employers(employer_ids)
    found = letters(employers, to, today) if details.action is BulkAction.EMAIL else _looks(employers, change)
    rows = [{"bulk_change_id": change.id, "position": position, **row} for position, row in enumerate(found)]
    if not rows:
        raise Conflict("These employers were merged into others. Select those instead.")
    db.session.execute(insert(BulkChangeItem), rows)
    return change


def _looks(employers: Iterable[Employer], change: BulkChange) -> Iterator[Item]:
    look = EFFECTS[change.action].look
    for employer in employers:
        state, why = look(employer, change)
        yield {"employer_id": employer.id, "contact_id": None, "state": state, "why": why, "version": employer.version}


def _employers(ids: Sequence[int]) -> Iterator[Employer]:
    """The employers in this order, with owners and tags; none that was merged into another."""
    for first in range(0, len(ids), AT_A_TIME):
        piece = ids[first : first + AT_A_TIME]
        statement = (
            select(Employer)
            .where(Employer.id.in_(piece), Employer.merged_into_id.is_(None))
            .options(joinedload(Employer.owner), selectinload(Employer.tags))
            .execution_options(populate_existing=True)
        )
        found = {employer.id: employer for employer in db.session.scalars(statement)}
        yield from (found[each] for each in piece if each in found)


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
