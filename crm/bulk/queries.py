"""Reading bulk changes: one of them with what becomes of whom, and the latest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.bulk.models import BulkAction, BulkChange, BulkChangeItem, BulkStatus, ItemState
from crm.core.db import db
from crm.core.errors import NotFound
from crm.employers.models import Contact, Employer

MOST_NAMES = 200  # of employers in one state, on one page
MOST_CHANGES = 50  # on the page of the latest


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One employer in a bulk change; for e-mail one of its contacts."""

    employer_id: int
    employer: str
    contact: str | None
    address: str | None
    why: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """The items in one state: how many, and the first of them."""

    state: ItemState
    total: int
    rows: Sequence[ItemRow]

    @property
    def explains(self) -> bool:
        return any(row.why for row in self.rows)

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A bulk change in the list of the latest."""

    id: int
    action: BulkAction
    status: BulkStatus
    tag_name: str | None
    new_owner: str | None
    made_by: str
    done_at: datetime
    employers: int  # that were changed


def visible_to(viewer: User) -> Select[BulkChange]:
    """The bulk changes somebody may know about: carried out ones for all staff, previews for who prepared them."""
    changes = select(BulkChange)
    if not viewer.is_staff:
        return changes.where(false())
    return changes.where((BulkChange.status != BulkStatus.PREPARED) | (BulkChange.made_by_id == viewer.id))


def get_change(change_id: int, *, viewer: User) -> BulkChange:
    """A bulk change with the people it names. Raises NotFound."""
    statement = (
        visible_to(viewer)
        .where(BulkChange.id == change_id)
        .options(joinedload(BulkChange.made_by), joinedload(BulkChange.new_owner), joinedload(BulkChange.undone_by))
    )
    change = db.session.scalars(statement).one_or_none()
    if change is None:
        raise NotFound("We could not find that bulk change. A preview is kept for a day.")
    return change


def groups_of(change_id: int) -> Mapping[ItemState, Group]:
    """What becomes of whom, by state, in the order of the list. Two statements."""
    counted = select(BulkChangeItem.state, func.count()).where(BulkChangeItem.bulk_change_id == change_id)
    totals = {state: total for state, total in db.session.execute(counted.group_by(BulkChangeItem.state))}  # noqa: C416
    place = func.row_number().over(partition_by=BulkChangeItem.state, order_by=BulkChangeItem.position).label("place")
    numbered = select(BulkChangeItem.id, place).where(BulkChangeItem.bulk_change_id == change_id).subquery()
    statement = (
        select(BulkChangeItem.state, Employer.id, Employer.name, Contact.name, Contact.email, BulkChangeItem.why)
        .join(numbered, numbered.c.id == BulkChangeItem.id)
        .join(Employer, Employer.id == BulkChangeItem.employer_id)
        .outerjoin(Contact, Contact.id == BulkChangeItem.contact_id)
        .where(numbered.c.place <= MOST_NAMES)
        .order_by(BulkChangeItem.position, BulkChangeItem.id)
    )
    rows: dict[ItemState, list[ItemRow]] = {}
    for row in db.session.execute(statement):
        rows.setdefault(row[0], []).append(ItemRow(*row[1:]))
    return {state: Group(state, totals[state], rows.get(state, [])) for state in ItemState if state in totals}


def latest(viewer: User) -> Sequence[ChangeRow]:
    """What was changed in bulk lately, the newest first. One statement."""
    owner, maker = select(User.id, User.name).subquery(), select(User.id, User.name).subquery()
    changed = (
        select(func.count())
        .where(
            BulkChangeItem.bulk_change_id == BulkChange.id,
            BulkChangeItem.state.in_((ItemState.CHANGED, ItemState.UNDONE, ItemState.KEPT)),
        )
        .correlate(BulkChange)
        .scalar_subquery()
    )
    statement = (
        visible_to(viewer)
        .where(BulkChange.status != BulkStatus.PREPARED)
        .join(maker, maker.c.id == BulkChange.made_by_id)
        .outerjoin(owner, owner.c.id == BulkChange.new_owner_id)
        .order_by(BulkChange.done_at.desc(), BulkChange.id.desc())
        .limit(MOST_CHANGES)
        .with_only_columns(
            BulkChange.id,
            BulkChange.action,
            BulkChange.status,
            BulkChange.tag_name,
            owner.c.name,
            maker.c.name,
            BulkChange.done_at,
            changed,
        )
    )
    return [ChangeRow(*row) for row in db.session.execute(statement)]
