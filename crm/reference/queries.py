"""Reading the council's lists, in the order the council chose."""

from collections.abc import Collection, Sequence
from typing import TypeVar

from sqlalchemy import Select, func, select

from crm.core.db import db
from crm.core.errors import NotFound
from crm.reference.models import Area, DeclineReason, Sector, Setting, SizeBand, Tag

Entry = Sector | Area | SizeBand | Tag | DeclineReason
EntryT = TypeVar("EntryT", bound=Entry)


def entries(kind: type[EntryT]) -> Sequence[EntryT]:
    """A whole list, entries out of use included. One statement."""
    return db.session.scalars(_in_order(kind)).all()


def offered(kind: type[EntryT], *, besides: Collection[int | None] = ()) -> Sequence[tuple[int, str]]:
    """Id and name of what a form offers: entries in use, and those that were chosen before. One statement."""
    chosen = [entry_id for entry_id in besides if entry_id is not None]
    statement = _in_order(kind).where(kind.is_in_use | kind.id.in_(chosen)).with_only_columns(kind.id, kind.name)
    return [(entry_id, name) for entry_id, name in db.session.execute(statement)]


def get_entry(kind: type[EntryT], entry_id: int) -> EntryT:
    """An entry of a list. Raises NotFound."""
    entry = db.session.get(kind, entry_id)
    if entry is None:
        raise NotFound("We could not find that entry of the list.")
    return entry


def tag_called(name: str) -> Tag | None:
    """The tag of this name, however it is capitalised."""
    return db.session.scalars(select(Tag).where(func.lower(Tag.name) == name.lower())).one_or_none()


def _in_order(kind: type[EntryT]) -> Select[EntryT]:
    return select(kind).order_by(kind.position, kind.name, kind.id)


def stored_setting(name: str) -> Setting | None:
    """What was chosen for a setting; nothing while its default stands."""
    return db.session.scalars(select(Setting).where(Setting.name == name)).one_or_none()
