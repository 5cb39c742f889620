"""Changing the places of an employer. Callers open the unit of work; nothing here commits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.employers.models import Employer, Site
from crm.employers.services.shared import flush, refuse_archived, values


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDetails:
    """What is known about a place of an employer's. Texts are normalised already; None is not known."""

    name: str
    address: str | None = None
    postcode: str | None = None
    area_id: int | None = None


def add_site(employer: Employer, details: SiteDetails) -> Site:
    """Add a place of an employer's. Raises Conflict if the employer has a site of this name."""
    refuse_archived(employer)
    _refuse_taken_site_name(employer.id, details.name)
    site = Site(employer_id=employer.id, **values(details))
    db.session.add(site)
    flush("This employer has a site of this name already.")
    return site


def change_site(site: Site, details: SiteDetails, *, version: int | None) -> None:
    """Give a site other details.

    Raises:
        EditedMeanwhile: somebody else saved it since.
        Conflict: the employer has another site of this name.
    """
    check_version(site, version)
    _refuse_taken_site_name(site.employer_id, details.name, besides=site.id)
    for name, value in values(details).items():
        setattr(site, name, value)
    flush("This employer has a site of this name already.")


def close_site(site: Site, *, reason: str, at: datetime, version: int | None) -> None:
    """Offer a place no more. What happened there is kept.

    Raises:
        EditedMeanwhile: somebody else saved it since.
        Conflict: it is closed already, or its employer archived.
    """
    check_version(site, version)
    refuse_archived(site.employer)
    if site.is_closed:
        raise Conflict("This site is closed already.")
    site.closed_at, site.closed_reason = at, reason
    db.session.flush()


def open_site_again(site: Site) -> None:
    """Offer a closed place again. Raises Conflict if it is not closed, or its employer archived."""
    refuse_archived(site.employer)
    if not site.is_closed:
        raise Conflict("This site is not closed.")
    site.closed_at = site.closed_reason = None
    db.session.flush()


def _refuse_taken_site_name(employer_id: int, name: str, *, besides: int | None = None) -> None:
    other = db.session.scalar(select(Site.id).where(Site.employer_id == employer_id, Site.name == name))
    if other is not None and other != besides:
        raise Conflict(f"This employer already has a site called {name}.")
