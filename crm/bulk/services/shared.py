"""What doing and undoing share: going through the items without waiting for each other in a circle."""

from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from crm.bulk.models import BulkChange, BulkChangeItem, ItemState
from crm.core.db import db
from crm.employers.models import Employer

AT_A_TIME = 500


def locked(change: BulkChange) -> None:
    """Read the change again and let nobody else do or undo it meanwhile."""
    # Not refresh(): it would repeat the joins the change was loaded with, and PostgreSQL locks no outer join.
    statement = select(BulkChange).where(BulkChange.id == change.id).with_for_update()
    db.session.scalars(statement.execution_options(populate_existing=True)).one()


def in_pieces(change: BulkChange, state: ItemState) -> Iterator[Sequence[tuple[BulkChangeItem, Employer]]]:
    """The items in a state, some at a time, each with its employer locked and its tags loaded.

    By employer, not by place in the list: two changes that share employers then lock them in one order.
    """
    order = (BulkChangeItem.employer_id, BulkChangeItem.position)
    chosen = (BulkChangeItem.bulk_change_id == change.id, BulkChangeItem.state == state)
    items = iter(db.session.scalars(select(BulkChangeItem).where(*chosen).order_by(*order)).all())
    while piece := list(islice(items, AT_A_TIME)):
        employers = _locked_employers([item.employer_id for item in piece])
        yield [(item, employers[item.employer_id]) for item in piece]


def _locked_employers(ids: Sequence[int]) -> dict[int, Employer]:
    statement = (
        select(Employer)
        .where(Employer.id.in_(ids))
        .order_by(Employer.id)
        .options(selectinload(Employer.tags))
        .execution_options(populate_existing=True)
        .with_for_update(of=Employer)
    )
    return {employer.id: employer for employer in db.session.scalars(statement)}
