"""Changing employers, their contacts and sites. Callers open the unit of work; nothing here commits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from crm.core import clock
from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.core.normalise import name_key
from crm.employers import queries
from crm.employers.models import Contact, Employer, LegalForm, SicVersion, Site
from crm.reference.models import Sector

ARCHIVED = "This employer is archived. Restore it before you change anything."
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
    sic_code: str | None = None
    sic_version: SicVersion | None = None
    address: str | None = None
    postcode: str | None = None
    area_id: int | None = None
    website: str | None = None
    phone: str | None = None
    email: str | None = None
    owner_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDetails:
    """What is known about a person at an employer. Texts are normalised already; None is not known."""

    name: str
    job_title: str | None = None
    email: str | None = None
    phone: str | None = None
    mobile: str | None = None
    signs_pledges: bool = False
    is_speaker: bool = False
    is_mentor: bool = False
    is_supervisor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDetails:
    """What is known about a place of an employer's. Texts are normalised already; None is not known."""

    name: str
    address: str | None = None
    postcode: str | None = None
    area_id: int | None = None


PLAIN = tuple(name for name in EmployerDetails.__slots__ if name != "sector_ids")


def add_employer(details: EmployerDetails) -> Employer:
    """Add an employer. Its id is known when this returns.

    Raises NumberTaken, naming the other one, if the company number is taken.
    """
    _refuse_taken_number(details.company_number)
    employer = Employer(name_key=name_key(details.name), **_plain(details))
    employer.sectors = _sectors(details.sector_ids)
    db.session.add(employer)
    _flush_employer()
    return employer


def change_employer(employer: Employer, details: EmployerDetails, *, version: int | None) -> None:
    """Give an employer other details.

    Args:
        employer: with its sectors loaded (`queries.get_employer`).
        details: all of them: a field left out is emptied.
        version: the one the form was opened on.

    Raises:
        EditedMeanwhile: somebody else saved it since.
        NumberTaken: another employer has the company number.
        Conflict: it is archived.
    """
    check_version(employer, version)
    _refuse_archived(employer)
    _refuse_taken_number(details.company_number, besides=employer.id)
    for name, value in _plain(details).items():
        setattr(employer, name, value)
    employer.name_key = name_key(details.name)
    if {sector.id for sector in employer.sectors} != details.sector_ids:
        employer.sectors = _sectors(details.sector_ids)
        employer.updated_at = clock.now()  # a list is not a column: without this the version would stay
    _flush_employer()


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


def add_contact(employer: Employer, details: ContactDetails) -> Contact:
    """Add a person at an employer. Raises Conflict if another contact there has the e-mail address."""
    _refuse_archived(employer)
    _refuse_taken_email(employer.id, details.email)
    contact = Contact(employer_id=employer.id, **_values(details))
    db.session.add(contact)
    _flush("Another contact of this employer has this e-mail address.")
    return contact


def change_contact(contact: Contact, details: ContactDetails, *, version: int | None) -> None:
    """Give a contact other details.

    Raises:
        EditedMeanwhile: somebody else saved it since.
        Conflict: another contact of the employer has the e-mail address.
    """
    check_version(contact, version)
    _refuse_taken_email(contact.employer_id, details.email, besides=contact.id)
    for name, value in _values(details).items():
        setattr(contact, name, value)
    _flush("Another contact of this employer has this e-mail address.")


def mark_left(contact: Contact, *, at: datetime) -> None:
    """Say that somebody no longer works there. Safe to repeat: the first instant stays."""
    contact.left_at = contact.left_at or at
    db.session.flush()


def mark_back(contact: Contact) -> None:
    """Say that somebody works there again, or still."""
    contact.left_at = None
    db.session.flush()


def add_site(employer: Employer, details: SiteDetails) -> Site:
    """Add a place of an employer's. Raises Conflict if the employer has a site of this name."""
    _refuse_archived(employer)
    _refuse_taken_site_name(employer.id, details.name)
    site = Site(employer_id=employer.id, **_values(details))
    db.session.add(site)
    _flush("This employer has a site of this name already.")
    return site


def change_site(site: Site, details: SiteDetails, *, version: int | None) -> None:
    """Give a site other details.

    Raises:
        EditedMeanwhile: somebody else saved it since.
        Conflict: the employer has another site of this name.
    """
    check_version(site, version)
    _refuse_taken_site_name(site.employer_id, details.name, besides=site.id)
    for name, value in _values(details).items():
        setattr(site, name, value)
    _flush("This employer has a site of this name already.")


def _plain(details: EmployerDetails) -> dict[str, object]:
    return {name: getattr(details, name) for name in PLAIN}


def _values(details: ContactDetails | SiteDetails) -> dict[str, object]:
    return {name: getattr(details, name) for name in type(details).__slots__}


def _sectors(ids: frozenset[int]) -> list[Sector]:
    if not ids:
        return []
    return list(db.session.scalars(select(Sector).where(Sector.id.in_(ids)).order_by(Sector.position, Sector.id)))


def _refuse_archived(employer: Employer) -> None:
    if employer.is_archived:
        raise Conflict(ARCHIVED)


def _refuse_taken_number(number: str | None, *, besides: int | None = None) -> None:
    if number is None:
        return
    other = queries.find_by_company_number(number)
    if other is not None and other.id != besides:
        archived = ", which is archived" if other.is_archived else ""
        raise NumberTaken(f"Another employer already has this company number: {other.name}{archived}.")


def _refuse_taken_email(employer_id: int, email: str | None, *, besides: int | None = None) -> None:
    if email is None:
        return
    other = db.session.scalar(select(Contact).where(Contact.employer_id == employer_id, Contact.email == email))
    if other is not None and other.id != besides:
        raise Conflict(f"{other.name} already has this e-mail address at this employer.")


def _refuse_taken_site_name(employer_id: int, name: str, *, besides: int | None = None) -> None:
    other = db.session.scalar(select(Site.id).where(Site.employer_id == employer_id, Site.name == name))
    if other is not None and other != besides:
        raise Conflict(f"This employer already has a site called {name}.")


def _flush_employer() -> None:
    """Whoever asked a moment before us may have taken the number since: the constraint has the last word."""
    try:
        db.session.flush()
    except IntegrityError as error:
        raise NumberTaken(RACED) from error


def _flush(refusal: str) -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(refusal) from error
