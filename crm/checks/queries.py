"""Reading the checks of sites."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import contains_eager, joinedload

from crm.accounts.models import User
from crm.checks.models import CheckKind, SiteCheck
from crm.checks.states import Readiness, readiness
from crm.core.db import db
from crm.core.errors import NotFound
from crm.core.formatting import long_date
from crm.employers.models import Site
from crm.employers.queries import get_site

Checks = dict[CheckKind, SiteCheck]


@dataclass(frozen=True, slots=True)
class SiteWithChecks:
    """A site with its current checks; a kind that is missing was not started."""

    site: Site
    checks: Checks = field(default_factory=dict)


def sites_with_checks(employer_id: int) -> Sequence[SiteWithChecks]:
    """The places of an employer's with their areas and current checks, by name, closed ones last. One statement."""
    statement = (
        select(Site, SiteCheck)
        .outerjoin(SiteCheck, and_(SiteCheck.site_id == Site.id, _is_current()))
        .where(Site.employer_id == employer_id)
        .options(joinedload(Site.area))
        .order_by(Site.closed_at.is_not(None), func.lower(Site.name), Site.id, SiteCheck.id)
    )
    sites: dict[int, SiteWithChecks] = {}
    for site, check in db.session.execute(statement):
        found = sites.setdefault(site.id, SiteWithChecks(site))
        if check is not None:
            found.checks[check.kind] = check
    return list(sites.values())


def site_ready_for(site_id: int, last_day: date, *, first_day: date | None = None) -> Readiness:
    """Whether young people may be at a site up to a day; if not, why. One statement.

    Args:
        site_id: of any site; a closed one is not ready.
        last_day: of the placement, in London: the checks must be valid to its end.
        first_day: of the placement, if it is not the last.
    """
    rows = db.session.execute(
        select(Site.closed_at, SiteCheck)
        .select_from(Site)
        .outerjoin(SiteCheck, and_(SiteCheck.site_id == Site.id, _is_current()))
        .where(Site.id == site_id)
    ).all()
    checks = {check.kind: check for _, check in rows if check is not None}
    found = readiness(checks, last_day, first_day=first_day or last_day)
    closed = [f"This site closed on {long_date(closed_at)}." for closed_at, _ in rows[:1] if closed_at]
    return Readiness((*closed, *found.problems))


def current_check(site_id: int, kind: CheckKind) -> SiteCheck | None:
    """The current row of a site's check; None where nothing was started. One statement."""
    wanted = (SiteCheck.site_id == site_id, SiteCheck.kind == kind, _is_current())
    return db.session.scalars(select(SiteCheck).where(*wanted)).one_or_none()


def turns_of(site_id: int) -> Sequence[SiteCheck]:
    """Every turn of a site's checks with who checked, current ones and then the latest first. One statement."""
    return db.session.scalars(
        select(SiteCheck)
        .where(SiteCheck.site_id == site_id)
        .options(joinedload(SiteCheck.checked_by))
        .order_by(SiteCheck.replaced_at.is_not(None), SiteCheck.id.desc())
    ).all()


def turn_before(check: SiteCheck) -> SiteCheck | None:
    """The turn that a current one replaced, if it replaced any. One statement."""
    earlier = (SiteCheck.site_id == check.site_id, SiteCheck.kind == check.kind, SiteCheck.replaced_at.is_not(None))
    return db.session.scalars(_latest_first().where(*earlier).limit(1)).one_or_none()


def get_check(check_id: int, *, viewer: User) -> SiteCheck:
    """A check with its site and the site's employer loaded. Raises NotFound."""
    statement = (
        select(SiteCheck)
        .join(SiteCheck.site)
        .where(SiteCheck.id == check_id)
        .options(contains_eager(SiteCheck.site).joinedload(Site.employer), joinedload(SiteCheck.checked_by))
    )
    check = db.session.scalars(statement).one_or_none()
    if check is None:
        raise NotFound("We could not find that check.")
    get_site(check.site_id, viewer=viewer)
    return check


def _latest_first() -> Select[SiteCheck]:
    return select(SiteCheck).order_by(SiteCheck.id.desc())


def _is_current() -> ColumnElement[bool]:
    return SiteCheck.replaced_at.is_(None)
