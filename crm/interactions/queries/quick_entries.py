"""The quick entries of the log form, in their order."""

from collections.abc import Sequence

from sqlalchemy import select

from crm.core.db import db
from crm.core.errors import NotFound
from crm.interactions.models import QuickEntry


def quick_entries(*, in_use_only: bool = False) -> Sequence[QuickEntry]:
    """The quick entries in their order. One statement."""
    entries = select(QuickEntry).order_by(QuickEntry.position, QuickEntry.id)
    if in_use_only:
        entries = entries.where(QuickEntry.is_in_use)
    return db.session.scalars(entries).all()


def get_quick_entry(entry_id: int) -> QuickEntry:
    """One quick entry. Raises NotFound."""
    entry = db.session.get(QuickEntry, entry_id, populate_existing=True)
    if entry is None:
        raise NotFound("We could not find that quick entry.")
    return entry
