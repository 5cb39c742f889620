"""What the list of employers is narrowed to and sorted by, in SQL."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import aliased

from crm.accounts.models import User
from crm.companies.queries import numbers_warned_of
from crm.core.access import READERS
from crm.employers.models import Employer, EmployerSector, EmployerTag
from crm.employers.queries import visible_to
from crm.finding.queries import ids_answering
from crm.finding.question import read
from crm.finding.sources import Kind
from crm.pledges.models import Pledge, PledgeStatus
from crm.reference.academic_years import AcademicYear

# Columns of the employer's own that the list sorts by; what is missing comes last.
PLAIN_SORTS = {
    "last_contact": Employer.last_contact_on,
    "postcode": Employer.postcode,
    "company_number": Employer.company_number,
    "created": Employer.created_at,
    "quiet_until": Employer.quiet_until,
}
SORTS = ("name", "owner", *PLAIN_SORTS)
SPOKEN_OF = (PledgeStatus.CONFIRMED, PledgeStatus.SENT, PledgeStatus.OFFERED)
INDEXED = frozenset({"name", "last_contact"})  # by indexes that begin with archived_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to show. Empty leaves everything; several of one kind widen, different kinds narrow."""

    words: str = ""
    sector_ids: Sequence[int] = ()
    size_band_ids: Sequence[int] = ()
    tag_ids: Sequence[int] = ()
    ids: Sequence[int] = ()  # these alone
    no_contact_since: date | None = None  # nobody has been in contact on this day or later
    area_id: int | None = None
    owner_id: int | None = None
    nobodys: bool = False  # without an owner
    pledge_statuses: Sequence[PledgeStatus] = ()
    without_pledge: bool = False  # neither with the employer nor confirmed; beside statuses it widens
    warned_of: bool = False  # by Companies House: dissolved, in liquidation and the like
    archived_too: bool = False
    sort: str = "name"  # one of SORTS, with "-" in front for the other way round


def chosen(wanted: Wanted, year: AcademicYear, *, viewer: User) -> Select[Employer]:
    """The employers to show. Searching by a contact's name is for those who may know contacts."""
    employers = visible_to(viewer)
    if viewer.role in READERS and not wanted.archived_too and wanted.sort.removeprefix("-") in INDEXED:
        # One that was merged away is archived: a CHECK says so. Not asked twice, the index answers by itself. In any
        # other order SQLite would read every row by way of the index, which takes three times as long.
        employers = select(Employer)
    return employers.where(*_conditions(wanted, year, viewer))


def ordered(employers: Select[Employer], sort: str) -> Select[Employer]:
    """In the order asked for, which ends in the primary key. Owners and dates that are missing come last."""
    key, down = sort.removeprefix("-"), sort.startswith("-")
    if key == "name":
        names = (Employer.name_key, Employer.id)
        return employers.order_by(*(each.desc() if down else each.asc() for each in names))
    if key == "owner":
        # Joined rather than asked for each: PostgreSQL then needs a fraction of the time.
        owner = aliased(User)
        employers = employers.outerjoin(owner, owner.id == Employer.owner_id)
        by: ColumnElement[Any] = func.lower(owner.name)
    else:
        by = PLAIN_SORTS[key].expression
    way = by.desc() if down else by.asc()
    return employers.order_by(way.nulls_last(), Employer.name_key, Employer.id)


def _conditions(wanted: Wanted, year: AcademicYear, viewer: User) -> Iterator[ColumnElement[bool]]:
    if wanted.words:
        yield _found_by(wanted.words, by_contact=viewer.is_staff)
        if not wanted.archived_too:
            # Said so that no index answers it: SQLite would read all employers by one, and look for those found.
            yield Employer.archived_at.is_not(None) == false()
    elif not wanted.archived_too:
        yield Employer.archived_at.is_(None)
    yield from _marked(wanted)
    if wanted.no_contact_since is not None:
        yield or_(Employer.last_contact_on.is_(None), Employer.last_contact_on < wanted.no_contact_since)
    if wanted.area_id is not None:
        yield Employer.area_id == wanted.area_id
    yield from _owned(wanted)
    yield from _pledged(wanted, year)


def _marked(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """By what employers have one or several of."""
    if wanted.ids:
        yield Employer.id.in_(wanted.ids)
    if wanted.warned_of:
        yield Employer.company_number.in_(numbers_warned_of())
    if wanted.sector_ids:
        in_sectors = select(EmployerSector.employer_id).where(EmployerSector.sector_id.in_(wanted.sector_ids))
        yield Employer.id.in_(in_sectors)
    if wanted.tag_ids:
        yield Employer.id.in_(select(EmployerTag.employer_id).where(EmployerTag.tag_id.in_(wanted.tag_ids)))
    if wanted.size_band_ids:
        yield Employer.size_band_id.in_(wanted.size_band_ids)


def _owned(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.nobodys:
        yield Employer.owner_id.is_(None)
    elif wanted.owner_id is not None:
        yield Employer.owner_id == wanted.owner_id


def _found_by(words: str, *, by_contact: bool) -> ColumnElement[bool]:
    """All words, in any order, in what an employer or a contact of theirs can be found by (`crm.finding`)."""
    question = read(words)
    if not question.words:
        return Employer.name_key.startswith(words.strip().casefold(), autoescape=True)
    kinds = (Kind.EMPLOYER, Kind.CONTACT) if by_contact else (Kind.EMPLOYER,)
    return Employer.id.in_(ids_answering(kinds, question))


def _pledged(wanted: Wanted, year: AcademicYear) -> Iterator[ColumnElement[bool]]:
    """Any of the statuses, or no pledge: these widen each other."""
    either: list[ColumnElement[bool]] = []
    if wanted.pledge_statuses:
        either.append(Employer.id.in_(_with_pledge(year, wanted.pledge_statuses)))
    if wanted.without_pledge:
        either.append(Employer.id.not_in(_with_pledge(year, SPOKEN_OF)))
    if either:
        yield or_(*either)


def _with_pledge(year: AcademicYear, statuses: Sequence[PledgeStatus]) -> Select[int]:
    return select(Pledge.employer_id).where(Pledge.academic_year_name == year.name, Pledge.status.in_(statuses))
