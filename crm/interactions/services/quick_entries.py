"""Changing the council's quick entries. Callers open the unit of work; nothing here commits."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.interactions.due import Due
from crm.interactions.models import Channel, Outcome, QuickEntry
from crm.interactions.queries.quick_entries import quick_entries
from crm.reference.services import swap_in


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickEntryDetails:
    """What a quick entry puts into the form. `next_step` and `due` go together."""

    name: str
    summary: str
    channel: Channel | None = None
    outcome: Outcome | None = None
    next_step: str | None = None
    due: Due | None = None


def add_quick_entry(details: QuickEntryDetails) -> QuickEntry:
    """Add a quick entry at the end of the list. Raises Conflict if the name is taken."""
    _refuse_taken_name(details.name)
    last = db.session.scalar(select(func.max(QuickEntry.position))) or 0
    entry = QuickEntry(position=last + 1)
    _write(entry, details)
    return entry


def change_quick_entry(entry: QuickEntry, details: QuickEntryDetails, *, seen: int | None) -> None:
    """Give a quick entry other contents. What was logged with it stays as it is.

    Raises:
        EditedMeanwhile: somebody saved it after the form with version `seen` was opened.
        Conflict: the name is taken.
    """
    check_version(entry, seen)
    _refuse_taken_name(details.name, besides=entry.id)
    _write(entry, details)


def move_quick_entry(entry: QuickEntry, *, up: bool) -> None:
    """Swap a quick entry with its neighbour. At the end of the list nothing happens."""
    swap_in(quick_entries(), entry, up=up)


def offer_quick_entry(entry: QuickEntry, *, in_use: bool) -> None:
    """Offer a quick entry on the form, or no longer."""
    entry.is_in_use = in_use
    db.session.flush()


def _write(entry: QuickEntry, details: QuickEntryDetails) -> None:
    for name in type(details).__slots__:
        setattr(entry, name, getattr(details, name))
    db.session.add(entry)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(_taken(details.name)) from error


def _refuse_taken_name(name: str, *, besides: int | None = None) -> None:
    other = db.session.scalar(select(QuickEntry.id).where(func.lower(QuickEntry.name) == name.lower()))
    if other is not None and other != besides:
        raise Conflict(_taken(name))


def _taken(name: str) -> str:
    return f"Another quick entry is called {name} already."
