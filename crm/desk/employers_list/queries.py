"""The rows of the list of employers: one statement for the rows, two for their progress."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, ScalarSelect, Select, bindparam, case, func, literal, select, union_all
from sqlalchemy.orm import aliased

from crm.accounts.models import User
from crm.core.access import STAFF
from crm.core.db import db
from crm.core.formatting import twentieths
from crm.core.pagination import MOST_COUNTED, Asked, Page
from crm.desk.employers_list.more import MORE, main_contact
from crm.desk.employers_list.narrowing import Wanted, chosen, ordered
from crm.employers.models import Contact, Employer
from crm.fulfilment.progress import progress_by_employer
from crm.fulfilment.standing import Progress
from crm.interactions.models import FollowUp
from crm.pledges.models import Pledge, PledgeStatus
from crm.reference.academic_years import AcademicYear
from crm.reference.models import Area, Sector, SizeBand, Tag

AT_A_TIME = 2000  # rows of a download held in memory
# Of several versions in one year, the one that says most about where the employer stands.
STRONGEST = (
    PledgeStatus.CONFIRMED,
    PledgeStatus.OFFERED,
    PledgeStatus.SENT,
    PledgeStatus.DRAFT,
    PledgeStatus.WITHDRAWN,
    PledgeStatus.DECLINED,
    PledgeStatus.SUPERSEDED,
)
NO_PROGRESS = Progress()
OWN = 11  # columns of the statement before those of `more`


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
    promised: int
    attended: int
    more: Mapping[str, Any]  # by the name in `more.MORE`: what the chosen columns ask for beside the above

    @property
    def place(self) -> str:
        return " · ".join(filter(None, (self.area, self.postcode)))

    @property
    def bar(self) -> int:
        """Twentieths of the bar."""
        return twentieths(self.attended, self.promised)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list can be narrowed by: id and name."""

    sectors: Sequence[tuple[int, str]]
    size_bands: Sequence[tuple[int, str]]
    areas: Sequence[tuple[int, str]]
    tags: Sequence[tuple[int, str]]
    owners: Sequence[tuple[int, str]]


@cache
def _lists() -> CompoundSelect[*tuple[Any, ...]]:
    lists: tuple[Select[*tuple[Any, ...]], ...] = (
        *(
            select(literal(kind.__tablename__).label("kind"), kind.id, kind.name, kind.position.label("position"))
            for kind in (Sector, SizeBand, Area, Tag)
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
    return Choices(*(found.get(kind, []) for kind in ("sector", "size_band", "area", "tag", "user")))


@dataclass(frozen=True, slots=True)
class Showing:
    """What the rows are to say: which columns, and the names of what employers have several of."""

    keys: frozenset[str]
    choices: Choices
    viewer: User
    today: date

    @property
    def year(self) -> AcademicYear:
        return AcademicYear.of(self.today)


def employer_page(wanted: Wanted, asked: Asked, showing: Showing) -> Page[EmployerRow]:
    """One page of the employers asked for, with how many there are. Four statements."""
    employers = chosen(wanted, showing.year, viewer=showing.viewer)
    some = employers.with_only_columns(Employer.id).limit(MOST_COUNTED + 1).subquery()
    counted = select(func.count()).select_from(some)
    # A search reads every row anyway and counts on the way; otherwise an index counts faster.
    total_of = func.count().over() if wanted.words else counted.scalar_subquery()
    here = ordered(employers, wanted.sort).with_only_columns(Employer.id, total_of)
    rows = db.session.execute(here.limit(asked.per_page).offset(asked.offset)).all()
    total = rows[0][1] if rows else 0
    if not rows and asked.number > 1:
        total = db.session.scalar(counted) or 0
    return asked.of(_rows([row[0] for row in rows], showing), total)


def every_employer(wanted: Wanted, showing: Showing) -> Iterator[EmployerRow]:
    """Every employer asked for, in the list's order, fetched piece by piece."""
    employers = ordered(chosen(wanted, showing.year, viewer=showing.viewer), wanted.sort)
    ids = employers.with_only_columns(Employer.id).execution_options(yield_per=AT_A_TIME)
    for piece in db.session.scalars(ids).partitions():
        yield from _rows(piece, showing)


def employer_ids(wanted: Wanted, *, viewer: User, today: date, limit: int) -> Sequence[int]:
    """The employers asked for, in the list's order; no more than the limit. One statement."""
    employers = ordered(chosen(wanted, AcademicYear.of(today), viewer=viewer), wanted.sort)
    return db.session.scalars(employers.with_only_columns(Employer.id).limit(limit)).all()


@lru_cache(maxsize=64)
def _statement(more: frozenset[str]) -> Select[*tuple[Any, ...]]:
    """The columns of some employers, in no order, then those of `more` by name.

    Built once for each choice of columns: building it costs more than running it.
    """
    owner, step = aliased(User), aliased(FollowUp)
    return (
        select(
            Employer.id,
            Employer.name,
            Area.name,
            Employer.postcode,
            Employer.archived_at,
            owner.name,
            Employer.last_contact_on,
            _pledge(),
            main_contact(Contact.name).correlate(Employer).scalar_subquery(),
            step.what,
            step.due_on,
            *(MORE[name]() for name in sorted(more)),
        )
        .outerjoin(Employer.area)
        .outerjoin(owner, owner.id == Employer.owner_id)
        .outerjoin(step, step.id == _next_step())
        .where(Employer.id.in_(bindparam("ids", expanding=True)))
    )


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


def _rows(ids: Sequence[int], showing: Showing) -> list[EmployerRow]:
    """The rows of some employers, in the order of the ids. Three statements, whatever their number."""
    names = frozenset(showing.keys & MORE.keys())
    values = {"ids": ids, "year": showing.year.name}
    found = {row[0]: row for row in db.session.execute(_statement(names), values)}
    staff = showing.viewer.is_staff
    counts = staff and "progress" in showing.keys
    progress = progress_by_employer(ids, showing.year, showing.today) if counts else {}
    rows = []
    for employer_id in ids:
        row = found[employer_id]
        seen = tuple(row[:OWN]) if staff else (*row[:7], _in_force(row[7]), None, None, None)
        made = progress.get(employer_id, NO_PROGRESS)
        more = _named(dict(zip(sorted(names), row[OWN:], strict=True)), showing.choices)
        rows.append(EmployerRow._make((*seen, made.promised, made.attended, more)))
    return rows


def _named(more: dict[str, Any], choices: Choices) -> Mapping[str, Any]:
    """With the sectors and tags by their names, in the council's order."""
    for name, entries in (("sectors", choices.sectors), ("tags", choices.tags)):
        if more.get(name):
            ids = {int(each) for each in more[name].split(",")}
            more[name] = ", ".join(text for entry_id, text in entries if entry_id in ids)
    return more


def _in_force(status: PledgeStatus | None) -> PledgeStatus | None:
    return status if status is PledgeStatus.CONFIRMED else None
