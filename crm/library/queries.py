"""What is in the library."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import NotFound
from crm.employers.models import Employer
from crm.library.models import Format, LibraryItem, LibraryItemSkill


@dataclass(frozen=True, slots=True)
class WantedItems:
    """What narrows the library."""

    words: str = ""  # in the title, the role or the employer's name
    sector_id: int | None = None
    skill_id: int | None = None
    format: Format | None = None
    with_captions: bool = False
    withdrawn_too: bool = False


def visible_to(viewer: User) -> Select[LibraryItem]:
    """Staff see all of it, others what was not withdrawn."""
    items = select(LibraryItem)
    return items if viewer.is_staff else items.where(LibraryItem.withdrawn_at.is_(None))


def get_item(item_id: int, *, viewer: User) -> LibraryItem:
    """An item in full. Two statements. Raises NotFound."""
    statement = visible_to(viewer).where(LibraryItem.id == item_id)
    item = db.session.scalars(_in_full(statement).execution_options(populate_existing=True)).one_or_none()
    if item is None:
        raise NotFound("We could not find that in the library.")
    return item


def items(viewer: User, wanted: WantedItems, *, limit: int | None = None, offset: int = 0) -> Sequence[LibraryItem]:
    """Items in full, by job role, then title. Two statements."""
    statement = _chosen(viewer, wanted).order_by(
        func.lower(LibraryItem.role), func.lower(LibraryItem.title), LibraryItem.id
    )
    return db.session.scalars(_in_full(statement).limit(limit).offset(offset)).all()


def how_many(viewer: User, wanted: WantedItems) -> int:
    """One statement."""
    return db.session.scalar(_chosen(viewer, wanted).with_only_columns(func.count(LibraryItem.id))) or 0


def _in_full(statement: Select[LibraryItem]) -> Select[LibraryItem]:
    return statement.options(
        joinedload(LibraryItem.employer),
        joinedload(LibraryItem.sector),
        joinedload(LibraryItem.added_by),
        selectinload(LibraryItem.skills),
    )


def _chosen(viewer: User, wanted: WantedItems) -> Select[LibraryItem]:
    chosen = visible_to(viewer)
    if wanted.words:
        at_employer = LibraryItem.employer.has(Employer.name.icontains(wanted.words, autoescape=True))
        named = (each.icontains(wanted.words, autoescape=True) for each in (LibraryItem.title, LibraryItem.role))
        chosen = chosen.where(or_(*named, at_employer))
    if wanted.sector_id is not None:
        chosen = chosen.where(LibraryItem.sector_id == wanted.sector_id)
    if wanted.skill_id is not None:
        having = select(LibraryItemSkill.item_id).where(LibraryItemSkill.skill_id == wanted.skill_id)
        chosen = chosen.where(LibraryItem.id.in_(having))
    if wanted.format is not None:
        chosen = chosen.where(LibraryItem.format == wanted.format)
    if wanted.with_captions:
        chosen = chosen.where(LibraryItem.has_captions.is_(True))
    if not wanted.withdrawn_too:
        chosen = chosen.where(LibraryItem.withdrawn_at.is_(None))
    return chosen
