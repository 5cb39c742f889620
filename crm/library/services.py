"""Adding to the library, changing it, taking out of it. Callers open the unit of work; nothing here commits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.library.models import Format, LibraryItem
from crm.skills.models import Skill

TWICE = "This link is in the library already."


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDetails:
    """What is known of a video or presentation."""

    title: str
    role: str
    url: str  # http or https
    format: Format
    minutes: int
    has_captions: bool | None = None  # of a video
    employer_id: int | None = None
    sector_id: int | None = None
    skill_ids: frozenset[int] = frozenset()
    note: str = ""


def add_item(details: ItemDetails, *, by: User) -> LibraryItem:
    """Put something into the library. Raises Conflict if its link is in it already."""
    item = LibraryItem(added_by_id=by.id, skills=[])
    _write(item, details)
    db.session.add(item)
    _flush()
    return item


def change_item(item: LibraryItem, details: ItemDetails, *, seen: int | None) -> None:
    """Change what is known of it. Its skills must be loaded.

    Raises:
        EditedMeanwhile: somebody saved it after the form with version `seen` was opened.
        Conflict: it was withdrawn, or another item has its link.
    """
    check_version(item, seen)
    if item.withdrawn_at is not None:
        raise Conflict("This was withdrawn. Put it back into the library before changing it.")
    _write(item, details)
    _flush()


def withdraw_item(item: LibraryItem, *, at: datetime) -> None:
    """Offer it no longer. Opportunities that it is to be watched before keep it, marked. Safe to repeat."""
    item.withdrawn_at = item.withdrawn_at or at
    db.session.flush()


def restore_item(item: LibraryItem) -> None:
    """Offer it again. Raises Conflict if another item has its link by now. Safe to repeat."""
    item.withdrawn_at = None
    _flush()


def _write(item: LibraryItem, details: ItemDetails) -> None:
    item.title, item.role, item.url = details.title, details.role, details.url
    item.format, item.minutes = details.format, details.minutes
    item.has_captions = bool(details.has_captions) if details.format is Format.VIDEO else None
    item.employer_id, item.sector_id, item.note = details.employer_id, details.sector_id, details.note
    if {each.id for each in item.skills} != details.skill_ids:
        chosen = select(Skill).where(Skill.id.in_(details.skill_ids)).order_by(Skill.name, Skill.id)
        item.skills = list(db.session.scalars(chosen))
        item.updated_at = clock.now()  # a list is not a column: without this the version would stay


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(TWICE) from error
