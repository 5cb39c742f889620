"""Rows of the pledge list and of a pledge's page: promises with what came of them. Every number is `fulfilment`'s."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Select, and_, case, func, select, true
from sqlalchemy.orm import aliased

from crm.accounts.models import User
from crm.core.db import db
from crm.employers.models import Employer
from crm.fulfilment.progress import line_progress, total
from crm.fulfilment.standing import Progress
from crm.opportunities.models import CAME, TAKES_PART, Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.pledges.kinds import OpportunityKind
from crm.pledges.models import Pledge, PledgeLine, PledgeStatus
from crm.pledges.queries import visible_to
from crm.reference.academic_years import AcademicYear

LIVE = (PledgeStatus.DRAFT, PledgeStatus.SENT, PledgeStatus.OFFERED, PledgeStatus.CONFIRMED)
WITH_PLACES = (PledgeStatus.CONFIRMED, PledgeStatus.WITHDRAWN)  # a withdrawn pledge's attended places still count


@dataclass(frozen=True, slots=True)
class PledgeFilter:
    """What the list is narrowed to. `kind` narrows the lines too, so that the totals are that kind's."""

    year: AcademicYear
    statuses: Sequence[PledgeStatus] = LIVE
    kind: OpportunityKind | None = None
    owner_id: int | None = None
    behind: bool = False
    without_number: bool = False  # some line says how many only later
    words: str = ""


@dataclass(slots=True)
class PledgeRow:
    """One version of a promise in the list."""

    pledge_id: int
    number: int
    status: PledgeStatus
    confirmed_on: date | None
    employer_id: int
    employer: str
    owner: str | None
    lines: list[PledgeLine] = field(default_factory=list)
    progress: Progress = field(default_factory=Progress)

    @property
    def is_in_force(self) -> bool:
        return self.status is PledgeStatus.CONFIRMED

    @property
    def offered(self) -> int:
        """Places its lines amount to, in force or not."""
        return sum(line.promised for line in self.lines)

    @property
    def is_behind(self) -> bool:
        return self.is_in_force and self.progress.is_behind

    @property
    def sentence(self) -> str:
        """How it stands; empty while there is no promise to keep."""
        return self.progress.sentence if self.is_in_force else ""

    @property
    def standing(self) -> str:
        """The same in a word or two, for a column beside the numbers."""
        if self.is_in_force and self.progress.over:
            return f"{self.progress.over} over, others behind" if self.is_behind else f"{self.progress.over} over"
        return self.sentence.partition(":")[0]


SORTS: dict[str, Callable[[PledgeRow], object]] = {
    "employer": lambda row: (row.employer.casefold(), row.employer_id, row.number),
    "promised": lambda row: (row.offered, row.pledge_id),
    "due": lambda row: (row.progress.due_by_now, row.pledge_id),
    "confirmed": lambda row: (row.progress.confirmed, row.pledge_id),
    "attended": lambda row: (row.progress.attended, row.pledge_id),
    "remaining": lambda row: (row.progress.remaining, row.pledge_id),
}


def pledge_rows(wanted: PledgeFilter, *, viewer: User, as_at: date, sort: str = "employer") -> Sequence[PledgeRow]:
    """The pledges of a year with their lines and progress, in the order asked for. Three statements."""
    owner = aliased(User)
    chosen = _chosen(wanted, viewer)
    statement = (
        chosen.join(Pledge.employer)
        .outerjoin(owner, owner.id == Employer.owner_id)
        .with_only_columns(
            Pledge.id, Pledge.number, Pledge.status, Pledge.confirmed_on, Employer.id, Employer.name, owner.name
        )
    )
    rows = {row[0]: PledgeRow(*row) for row in db.session.execute(statement)}
    lines = select(PledgeLine).where(PledgeLine.pledge_id.in_(chosen.with_only_columns(Pledge.id)))
    if wanted.kind:
        lines = lines.where(PledgeLine.kind == wanted.kind)
    for line in db.session.scalars(lines.order_by(PledgeLine.id)):
        if line.pledge_id in rows:
            rows[line.pledge_id].lines.append(line)
    _add_progress(list(rows.values()), as_at)
    found = [row for row in rows.values() if not wanted.behind or row.is_behind]
    key = SORTS.get(sort.removeprefix("-"), SORTS["employer"])
    return sorted(found, key=key, reverse=sort.startswith("-"))  # type: ignore[arg-type]  # each key sorts with its like


def _chosen(wanted: PledgeFilter, viewer: User) -> Select[Pledge]:
    statement = visible_to(viewer).where(
        Pledge.academic_year_name == wanted.year.name, Pledge.status.in_(wanted.statuses)
    )
    if wanted.kind:
        statement = statement.where(Pledge.lines.any(PledgeLine.kind == wanted.kind))
    if wanted.without_number:
        of_kind = PledgeLine.kind == wanted.kind if wanted.kind else true()
        statement = statement.where(Pledge.lines.any(and_(PledgeLine.young_people.is_(None), of_kind)))
    if wanted.owner_id:
        statement = statement.where(Pledge.employer.has(Employer.owner_id == wanted.owner_id))
    if wanted.words:
        statement = statement.where(Pledge.employer.has(Employer.name.icontains(wanted.words, autoescape=True)))
    return statement


def _add_progress(rows: Sequence[PledgeRow], as_at: date) -> None:
    counted = [row for row in rows if row.status in WITH_PLACES]
    progress = line_progress([line for row in counted for line in row.lines], as_at)
    for row in counted:
        row.progress = total(progress[line.id] for line in row.lines)


def total_in_force(rows: Sequence[PledgeRow]) -> Progress:
    """The promises in force among the rows, added up: what the figures and the workbook print for the same choice."""
    return total(row.progress for row in rows if row.is_in_force)


@dataclass(frozen=True, slots=True)
class LinkedOpportunity:
    """An opportunity with places that fulfil the pledge."""

    opportunity_id: int
    title: str
    kind: OpportunityKind
    starts_at: datetime
    status: OpportunityStatus
    booked: int  # seats held that nobody has filled yet
    came: int
    no_shows: int


def linked_opportunities(lines: Sequence[PledgeLine], *, limit: int = 100) -> Sequence[LinkedOpportunity]:
    """Opportunities whose places fulfil these lines, latest first. One statement."""
    statement = (
        select(
            Opportunity.id,
            Opportunity.title,
            Opportunity.kind,
            Opportunity.starts_at,
            Opportunity.status,
            func.sum(case((Place.status == PlaceStatus.CONFIRMED, Place.seats), else_=0)),
            func.sum(case((Place.status.in_(CAME), Place.came), else_=0)),
            func.sum(case((Place.status == PlaceStatus.NO_SHOW, Place.seats), else_=0)),
        )
        .join(Place.opportunity)
        .where(Place.pledge_line_id.in_({line.root_id for line in lines}), Place.status.in_(TAKES_PART))
        .group_by(Opportunity.id, Opportunity.title, Opportunity.kind, Opportunity.starts_at, Opportunity.status)
        .order_by(Opportunity.starts_at.desc(), Opportunity.id.desc())
        .limit(limit)
    )
    return [LinkedOpportunity(*row) for row in db.session.execute(statement)]


def owners_of_pledges(year: AcademicYear) -> Sequence[tuple[int, str]]:
    """Officers who own an employer with a pledge in the year, by name: id and name. One statement."""
    statement = (
        select(User.id, User.name)
        .where(User.id.in_(select(Employer.owner_id).join(Pledge).where(Pledge.academic_year_name == year.name)))
        .order_by(User.name, User.id)
    )
    return [(user_id, name) for user_id, name in db.session.execute(statement)]
