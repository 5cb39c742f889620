"""What the report of checks is narrowed to, and which checks belong on it, in SQL."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from crm.accounts.models import User
from crm.checks.models import CheckKind, CheckStatus, SiteCheck
from crm.checks.states import months_after
from crm.core.clock import start_of_day
from crm.employers.models import Employer, Site
from crm.opportunities.models import ONGOING, Opportunity
from crm.pledges.kinds import Mode


class Part(StrEnum):
    """A part of the report. The first three belong to it unless somebody asks otherwise."""

    RAN_OUT = "ran_out"
    RUNS_OUT = "runs_out"  # within the notice
    MISSING = "missing"  # not accepted, and something is to happen there
    MISSING_UNBOOKED = "missing_unbooked"  # not accepted, and nothing is to happen there


USUAL = (Part.RAN_OUT, Part.RUNS_OUT, Part.MISSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to show. Empty leaves everything."""

    today: date
    notice_months: int
    parts: Sequence[Part] = USUAL
    kind: CheckKind | None = None
    area_id: int | None = None  # of the site; of the employer where the site has none
    owner_id: int | None = None
    nobodys: bool = False  # of employers without an owner


def due(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """The checks of the report, in the columns and the order of `_dressed`."""
    candidates = union_all(*_candidates(wanted)).subquery("candidate")
    return _dressed(candidates, wanted.today).where(*_conditions(wanted, candidates.c.kind))


def some(pairs: Sequence[tuple[int, CheckKind]], today: date) -> Select[*tuple[Any, ...]]:
    """Some checks by site and kind, due or not, in the same columns and order. Those not needed are left out."""
    kinds = _every_kind().subquery("every_kind")
    candidates = (
        select(Site.id.label("site_id"), kinds.c.kind)
        .join(kinds, true())
        .where(or_(*(and_(Site.id == site_id, kinds.c.kind == kind) for site_id, kind in pairs)))
        .subquery("candidate")
    )
    needed = or_(SiteCheck.id.is_(None), SiteCheck.status != CheckStatus.NOT_NEEDED)
    return _dressed(candidates, today).where(needed, Employer.archived_at.is_(None), Site.closed_at.is_(None))


def _dressed(candidates: Subquery, today: date) -> Select[*tuple[Any, ...]]:
    """Checks with their employer, site, current row, owner and the next opportunity there.

    In order: what has run out or is missing, the next opportunity first; then what runs out, the soonest first.
    """
    coming = _next_there(today)
    return (
        select(
            Employer.id,
            Employer.name,
            Employer.email,
            Employer.quiet_until,
            Site.id,
            Site.name,
            candidates.c.kind,
            SiteCheck,
            User.name,
            coming.c.starts_at,
            coming.c.id,
        )
        .select_from(candidates)
        .join(Site, Site.id == candidates.c.site_id)
        .join(Employer, Employer.id == Site.employer_id)
        .outerjoin(User, User.id == Employer.owner_id)
        .outerjoin(SiteCheck, _current(candidates.c.site_id, candidates.c.kind))
        .outerjoin(coming, coming.c.site_id == Site.id)
        .order_by(
            case((SiteCheck.valid_to >= today, 1), else_=0),
            case((SiteCheck.valid_to >= today, SiteCheck.valid_to)),
            coming.c.starts_at.nulls_last(),
            SiteCheck.valid_to.nulls_last(),
            Employer.name_key,
            Site.id,
            candidates.c.kind,
        )
    )


def _candidates(wanted: Wanted) -> Iterator[Select[*tuple[Any, ...]]]:
    """Which kinds of check at which sites, part by part. No check is in two parts."""
    accepted = select(SiteCheck.site_id, SiteCheck.kind).where(
        SiteCheck.replaced_at.is_(None), SiteCheck.status == CheckStatus.ACCEPTED
    )
    if Part.RAN_OUT in wanted.parts:
        yield accepted.where(SiteCheck.valid_to < wanted.today)
    if Part.RUNS_OUT in wanted.parts:
        last = months_after(wanted.today, wanted.notice_months)
        yield accepted.where(SiteCheck.valid_to >= wanted.today, SiteCheck.valid_to <= last)
    if Part.MISSING in wanted.parts:
        yield _missing().where(Site.id.in_(_booked(wanted.today)))
    if Part.MISSING_UNBOOKED in wanted.parts:
        yield _missing().where(Site.id.not_in(_booked(wanted.today)))


def _missing() -> Select[*tuple[Any, ...]]:
    """The kinds of check that no site can do without and that were not accepted, run out or not."""
    kinds = _every_kind().subquery("every_kind")
    waiting = (CheckStatus.REQUESTED, CheckStatus.NOT_ACCEPTED)
    return (
        select(Site.id.label("site_id"), kinds.c.kind)
        .join(kinds, true())
        .outerjoin(SiteCheck, _current(Site.id, kinds.c.kind))
        .where(or_(SiteCheck.id.is_(None), SiteCheck.status.in_(waiting)))
    )


def _every_kind() -> CompoundSelect[CheckKind]:
    return union_all(*(select(literal(kind, SiteCheck.kind.type).label("kind")) for kind in CheckKind))


def _current(site_id: Any, kind: Any) -> ColumnElement[bool]:
    return and_(SiteCheck.site_id == site_id, SiteCheck.kind == kind, SiteCheck.replaced_at.is_(None))


def _booked(today: date) -> Select[int | None]:
    """Sites where something is to happen in person."""
    return select(Opportunity.site_id).where(Opportunity.site_id.is_not(None), *_to_come(today))


def _next_there(today: date) -> Subquery:
    """Of each site with something to come: the next opportunity, one that goes on included."""
    in_order = func.row_number().over(
        partition_by=Opportunity.site_id, order_by=(Opportunity.starts_at, Opportunity.id)
    )
    coming = (
        select(Opportunity.site_id, Opportunity.id, Opportunity.starts_at, in_order.label("place"))
        .where(Opportunity.site_id.is_not(None), *_to_come(today))
        .subquery()
    )
    return select(coming.c.site_id, coming.c.id, coming.c.starts_at).where(coming.c.place == 1).subquery("next_there")


def _to_come(today: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Opportunity.ends_at >= start_of_day(today),
        Opportunity.status.in_(ONGOING),
        Opportunity.mode != Mode.ONLINE,
    )


def _conditions(wanted: Wanted, kind: ColumnElement[CheckKind]) -> Iterator[ColumnElement[bool]]:
    yield Site.closed_at.is_(None)
    yield Employer.archived_at.is_(None)
    if wanted.kind is not None:
        yield kind == wanted.kind
    if wanted.area_id is not None:
        yield func.coalesce(Site.area_id, Employer.area_id) == wanted.area_id
    if wanted.nobodys:
        yield Employer.owner_id.is_(None)
    elif wanted.owner_id is not None:
        yield Employer.owner_id == wanted.owner_id
