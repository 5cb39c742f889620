"""Changing the council's lists and settings. Nothing is deleted: an entry that is not wanted goes out of use."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Protocol, TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.reference.models import Area, DeclineReason, Sector, Setting, SizeBand, Tag
from crm.reference.queries import Entry, entries, stored_setting
from crm.reference.settings import CHOICES


class Placed(Protocol):
    """Something with a place in a list."""

    position: int


P = TypeVar("P", bound=Placed)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorDetails:
    name: str
    definition: str = ""
    also_known_as: str = ""  # one a line
    is_growth: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaDetails:
    name: str
    also_known_as: str = ""  # one a line
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeBandDetails:
    name: str
    description: str = ""
    fewest: int
    most: int | None = None  # no upper end


@dataclass(frozen=True, slots=True, kw_only=True)
class TagDetails:
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineReasonDetails:
    name: str


Details = SectorDetails | AreaDetails | SizeBandDetails | TagDetails | DeclineReasonDetails
KINDS: dict[type[Details], type[Entry]] = {
    SectorDetails: Sector,
    AreaDetails: Area,
    SizeBandDetails: SizeBand,
    TagDetails: Tag,
    DeclineReasonDetails: DeclineReason,
}


def add_entry(details: Details) -> Entry:
    """Add an entry at the end of its list.

    Raises Conflict if the name is taken, or a size overlaps another that is in use.
    """
    kind = KINDS[type(details)]
    _refuse_taken_name(kind, details.name)
    _refuse_overlap(details)
    last = db.session.scalar(select(func.max(kind.position))) or 0
    entry = kind(position=last + 1, is_in_use=True, **_values(details))
    db.session.add(entry)
    _flush()
    return entry


def change_entry(entry: Entry, details: Details, *, version: int | None) -> None:
    """Give an entry other details; everything that uses it shows them.

    Raises:
        EditedMeanwhile: somebody else saved it since.
        Conflict: the name is taken, or the size overlaps another that is in use.
    """
    check_version(entry, version)
    _refuse_taken_name(type(entry), details.name, besides=entry.id)
    _refuse_overlap(details, besides=entry.id)
    for name, value in _values(details).items():
        setattr(entry, name, value)
    _flush()


def move_entry(entry: Entry, *, up: bool) -> None:
    """Swap an entry with its neighbour. At the end of the list nothing happens."""
    swap_in(entries(type(entry)), entry, up=up)


def swap_in(order: Sequence[P], entry: P, *, up: bool) -> None:
    """Swap an entry with its neighbour in a list, whose places are numbered anew. At the end nothing happens."""
    places = list(order)
    place = places.index(entry)
    other = place - 1 if up else place + 1
    if 0 <= other < len(places):
        places[place], places[other] = places[other], places[place]
    for position, each in enumerate(places, start=1):
        each.position = position
    db.session.flush()


def put_in_use(entry: Entry, *, in_use: bool) -> None:
    """Offer an entry on forms, or no longer. What has it keeps it. Raises Conflict if a size would overlap another."""
    if in_use and isinstance(entry, SizeBand):
        _refuse_overlap(SizeBandDetails(name=entry.name, fewest=entry.fewest, most=entry.most), besides=entry.id)
    entry.is_in_use = in_use
    db.session.flush()


def save_setting(name: str, value: str, *, version: int) -> None:
    """Choose a setting. `version` is that of the row when the form was opened, 0 if there was none.

    Raises:
        ValueError: the value cannot be; the message says what to do.
        EditedMeanwhile: somebody else chose since.
    """
    CHOICES[name].check(value)
    setting = stored_setting(name)
    if setting is None:
        setting = Setting(name=name, value=value)
        db.session.add(setting)
    else:
        check_version(setting, version)
        setting.value = value
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("Somebody else chose this setting a moment ago. Open it again.") from error


def _values(details: Details) -> dict[str, object]:
    return {field.name: getattr(details, field.name) for field in fields(details)}


def _refuse_taken_name(kind: type[Entry], name: str, *, besides: int | None = None) -> None:
    other = db.session.scalar(select(kind.id).where(func.lower(kind.name) == name.lower()))
    if other is not None and other != besides:
        raise Conflict(f"This list already has {name}.")


def _refuse_overlap(details: Details, *, besides: int | None = None) -> None:
    """Every number of employees belongs to one size at most."""
    if not isinstance(details, SizeBandDetails):
        return
    for band in entries(SizeBand):
        apart = (details.most is not None and details.most < band.fewest) or (
            band.most is not None and band.most < details.fewest
        )
        if band.is_in_use and band.id != besides and not apart:
            raise Conflict(
                f"This overlaps {band.name}. Change the numbers so that each size begins where another ends."
            )


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("Somebody else added an entry of this name a moment ago.") from error
