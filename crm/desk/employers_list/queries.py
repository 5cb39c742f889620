"""The rows of the list of employers: one statement for the rows, one for their sectors, two for their progress."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, ScalarSelect, Select, bindparam, case, func, literal, select, union_all
from sqlalchemy.orm import aliased

from crm.accounts.models import User
from crm.core.access import STAFF
from crm.core.db import db
from crm.core.formatting import twentieths
from crm.core.pagination import PER_PAGE, Page, offset_of
from crm.desk.employers_list.narrowing import Wanted, chosen, ordered
from crm.employers.models import Contact, Employer, EmployerSector
from crm.fulfilment.progress import Progress, progress_by_employer
from crm.interactions.models import FollowUp, Interaction
from crm.pledges.models import Pledge, PledgeStatus
from crm.reference.academic_years import AcademicYear
from crm.reference.models import Area, Sector, SizeBand

AT_A_TIME = 2000  # rows of a download held in memory
# Of several versions in one year, the one that says most about where the employer stands.
STRONGEST = (
    PledgeStatus.CONFIRMED,
    PledgeStatus.SENT,
    PledgeStatus.DRAFT,
    PledgeStatus.WITHDRAWN,
    PledgeStatus.DECLINED,
    PledgeStatus.SUPERSEDED,
)
NO_PROGRESS = Progress()


class EmployerRow(NamedTuple):
    """One employer as the list shows it. What the viewer may not know is empty."""

    id: int
    name: str
    area: str | None
    postcode: str | None
    archived_at: datetime | None
    owner: str | None
    last_contact: date | None
    pledge: PledgeStatus | None  # of the academic year
    contact: str | None
    next_step: str | None
    next_due: date | None
    sectors: str
    promised: int
    attended: int
    bar: int  # twentieths of the bar

    @property
    def place(self) -> str:
        return " · ".join(filter(None, (self.area, self.postcode)))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list can be narrowed by: id and name."""

    sectors: Sequence[tuple[int, str]]
    size_bands: Sequence[tuple[int, str]]
    areas: Sequence[tuple[int, str]]
    owners: Sequence[tuple[int, str]]


@cache
def _lists() -> CompoundSelect[*tuple[Any, ...]]:
    lists: tuple[Select[*tuple[Any, ...]], ...] = (
        *(
            select(literal(kind.__tablename__).label("kind"), kind.id, kind.name, kind.position.label("position"))
            for kind in (Sector, SizeBand, Area)
        ),
        select(literal("user").label("kind"), User.id, User.name, literal(0).label("position")).where(
            User.role.in_(STAFF)
        ),
    )
    return union_all(*lists)


def choices() -> Choices:
    """The lists behind the filters, each in its order. One statement."""
    found: dict[str, list[tuple[int, str]]] = {}
    rows = db.session.execute(_lists()).all()
    for kind, entry_id, name, _ in sorted(rows, key=lambda row: (row[0], row[3], row[2].casefold(), row[1])):
        found.setdefault(kind, []).append((entry_id, name))
    return Choices(*(found.get(kind, []) for kind in ("sector", "size_band", "area", "user")))


def employer_page(wanted: Wanted, number: int, *, viewer: User, today: date) -> Page[EmployerRow]:
    """One page of the employers asked for, with how many there are. Five statements."""
    year = AcademicYear.of(today)
    employers = chosen(wanted, year, viewer=viewer)
    counted = employers.with_only_columns(func.count(Employer.id))
    # A search reads every row anyway and counts on the way; otherwise an index counts faster.
    total_of = func.count().over() if wanted.words else counted.scalar_subquery()
    here = ordered(employers, wanted.sort).with_only_columns(Employer.id, total_of)
    rows = db.session.execute(here.limit(PER_PAGE).offset(offset_of(number))).all()
    total = rows[0][1] if rows else 0
    if not rows and number > 1:
        total = db.session.scalar(counted) or 0
    return Page(_rows([row[0] for row in rows], year, viewer=viewer, today=today), number, total)


def every_employer(wanted: Wanted, *, viewer: User, today: date) -> Iterator[EmployerRow]:
    """Every employer asked for, in the list's order, fetched piece by piece."""
    year = AcademicYear.of(today)
    employers = ordered(chosen(wanted, year, viewer=viewer), wanted.sort).with_only_columns(Employer.id)
    for piece in db.session.scalars(employers.execution_options(yield_per=AT_A_TIME)).partitions():
        yield from _rows(piece, year, viewer=viewer, today=today)


@cache
def _statement() -> Select[*tuple[Any, ...]]:
    """The columns of some employers, in no order. Built once: building it costs more than running it."""
    owner, step = aliased(User), aliased(FollowUp)
    return (
        select(
            Employer.id,
            Employer.name,
            Area.name,
            Employer.postcode,
            Employer.archived_at,
            owner.name,
            _last_contact(),
            _pledge(),
            _main_contact(),
            step.what,
            step.due_on,
        )
        .outerjoin(Employer.area)
        .outerjoin(owner, owner.id == Employer.owner_id)
        .outerjoin(step, step.id == _next_step())
        .where(Employer.id.in_(bindparam("ids", expanding=True)))
    )


def _last_contact() -> ScalarSelect[date]:
    newest = select(func.max(Interaction.happened_on)).where(Interaction.employer_id == Employer.id)
    return newest.correlate(Employer).scalar_subquery()


def _next_step() -> ScalarSelect[int]:
    """The open follow-up that is due first."""
    return (
        select(FollowUp.id)
        .where(FollowUp.employer_id == Employer.id, FollowUp.done_at.is_(None))
        .order_by(FollowUp.due_on, FollowUp.id)
        .limit(1)
        .correlate(Employer)
        .scalar_subquery()
    )


def _main_contact() -> ScalarSelect[str]:
    """Whoever signs pledges; otherwise the first who was added and is still there."""
    return (
        select(Contact.name)
        .where(Contact.employer_id == Employer.id, Contact.left_at.is_(None))
        .order_by(Contact.signs_pledges.desc(), Contact.id)
        .limit(1)
        .correlate(Employer)
        .scalar_subquery()
    )


def _pledge() -> ScalarSelect[PledgeStatus]:
    strength = case({status: place for place, status in enumerate(STRONGEST)}, value=Pledge.status)
    return (
        select(Pledge.status)
        .where(Pledge.employer_id == Employer.id, Pledge.academic_year_name == bindparam("year"))
        .order_by(strength, Pledge.number.desc())
        .limit(1)
        .correlate(Employer)
        .scalar_subquery()
    )


def _rows(ids: Sequence[int], year: AcademicYear, *, viewer: User, today: date) -> list[EmployerRow]:
    """The rows of some employers, in the order of the ids. Four statements, whatever their number."""
    found = {row[0]: row for row in db.session.execute(_statement(), {"ids": ids, "year": year.name})}
    sectors, staff = _sectors(ids), viewer.is_staff
    progress = progress_by_employer(ids, year, today) if staff else {}
    rows = []
    for employer_id in ids:
        row = found[employer_id]
        seen = tuple(row) if staff else (*row[:7], _in_force(row[7]), None, None, None)
        made = progress.get(employer_id, NO_PROGRESS)
        bar = twentieths(made.attended, made.promised)
        rows.append(EmployerRow._make((*seen, sectors.get(employer_id, ""), made.promised, made.attended, bar)))
    return rows


def _in_force(status: PledgeStatus | None) -> PledgeStatus | None:
    return status if status is PledgeStatus.CONFIRMED else None


@cache
def _sectors_of() -> Select[int, str]:
    return (
        select(EmployerSector.employer_id, Sector.name)
        .join(Sector, Sector.id == EmployerSector.sector_id)
        .where(EmployerSector.employer_id.in_(bindparam("ids", expanding=True)))
        .order_by(EmployerSector.employer_id, Sector.position, Sector.id)
    )


def _sectors(ids: Collection[int]) -> Mapping[int, str]:
    names: dict[int, str] = {}
    for employer_id, name in db.session.execute(_sectors_of(), {"ids": ids}):
        names[employer_id] = f"{names[employer_id]}, {name}" if employer_id in names else name
    return names
