"""Changing employers. Callers open the unit of work; nothing here commits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from crm.core import clock
from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.core.normalise import name_key
from crm.employers import queries
from crm.employers.models import Employer, LegalForm, SicVersion
from crm.employers.services.shared import refuse_archived
from crm.reference.models import Sector, Tag

RACED = "Somebody else saved an employer with this company number a moment ago. Search for it before you add it again."


class NumberTaken(Conflict):
    """Another employer has the company number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployerDetails:
    """What is known about an employer. Texts are normalised already (crm.core.normalise); None is not known."""

    name: str
    trading_name: str | None = None
    company_number: str | None = None
    legal_form: LegalForm | None = None
    size_band_id: int | None = None
    local_headcount: int | None = None
    sector_ids: frozenset[int] = frozenset()
    tag_ids: frozenset[int] | None = None  # None leaves them as they are
    sic_code: str | None = None
    sic_version: SicVersion | None = None
    address: str | None = None
    postcode: str | None = None
    area_id: int | None = None
    website: str | None = None
    phone: str | None = None
    email: str | None = None
    owner_id: int | None = None


PLAIN = tuple(name for name in EmployerDetails.__slots__ if name not in {"sector_ids", "tag_ids"})


def add_employer(details: EmployerDetails) -> Employer:
    """Add an employer. Its id is known when this returns.

    Raises NumberTaken, naming the other one, if the company number is taken.
    """
    _refuse_taken_number(details.company_number)
    employer = Employer(name_key=name_key(details.name), **_plain(details))
    employer.sectors = _sectors(details.sector_ids)
    employer.tags = tags(details.tag_ids or frozenset())
    db.session.add(employer)
    _flush_employer()
    return employer


def change_employer(employer: Employer, details: EmployerDetails, *, version: int | None) -> None:
    """Give an employer other details.

    Args:
        employer: with its sectors and tags loaded (`queries.get_employer`).
        details: all of them: a field left out is emptied, but for the tags.
        version: the one the form was opened on.

    Raises:
        EditedMeanwhile: somebody else saved it since.
        NumberTaken: another employer has the company number.
        Conflict: it is archived.
    """
    check_version(employer, version)
    refuse_archived(employer)
    _refuse_taken_number(details.company_number, besides=employer.id)
    for name, value in _plain(details).items():
        setattr(employer, name, value)
    employer.name_key = name_key(details.name)
    if {sector.id for sector in employer.sectors} != details.sector_ids:
        employer.sectors = _sectors(details.sector_ids)
        employer.updated_at = clock.now()  # a list is not a column: without this the version would stay
    if details.tag_ids is not None and {tag.id for tag in employer.tags} != details.tag_ids:
        mark_with(employer, tags(details.tag_ids))
    _flush_employer()


def mark_with(employer: Employer, marks: Sequence[Tag]) -> None:
    """Give an employer, whose tags are loaded, these tags and no others. Written with the next flush."""
    employer.tags = list(marks)
    employer.updated_at = clock.now()  # as for sectors


def archive_employer(employer: Employer, *, reason: str, at: datetime) -> None:
    """Take an employer off the lists. Everything about it is kept. Raises Conflict if it is archived already."""
    if employer.is_archived:
        raise Conflict("This employer is archived already.")
    employer.archived_at = at
    employer.archived_reason = reason
    db.session.flush()


def restore_employer(employer: Employer) -> None:
    """Put an archived employer back on the lists. Raises Conflict if it is not archived."""
    if not employer.is_archived:
        raise Conflict("This employer is not archived.")
    employer.archived_at = None
    employer.archived_reason = None
    db.session.flush()


def _plain(details: EmployerDetails) -> dict[str, object]:
    return {name: getattr(details, name) for name in PLAIN}


def _sectors(ids: frozenset[int]) -> list[Sector]:
    if not ids:
        return []
    return list(db.session.scalars(select(Sector).where(Sector.id.in_(ids)).order_by(Sector.position, Sector.id)))


def tags(ids: Collection[int]) -> list[Tag]:
    """The tags of these ids, in the council's order."""
    if not ids:
        return []
    return list(db.session.scalars(select(Tag).where(Tag.id.in_(ids)).order_by(Tag.position, Tag.id)))


def _refuse_taken_number(number: str | None, *, besides: int | None = None) -> None:
    if number is None:
        return
    other = queries.find_by_company_number(number)
    if other is not None and other.merged_into_id is not None:
        survivor = db.session.get_one(Employer, other.merged_into_id)
        raise NumberTaken(f"{other.name} had this company number and was merged into {survivor.name}.")
    if other is not None and other.id != besides:
        archived = ", which is archived" if other.is_archived else ""
        raise NumberTaken(f"Another employer already has this company number: {other.name}{archived}.")


def _flush_employer() -> None:
    """Whoever asked a moment before us may have taken the number since: the constraint has the last word."""
    try:
        db.session.flush()
    except IntegrityError as error:
        raise NumberTaken(RACED) from error
