"""How much of a promise is kept. Derived from places, never typed, so that it can never disagree with them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, reduce
from operator import add

from sqlalchemy import Select, bindparam, case, func, select
from sqlalchemy.orm import contains_eager

from crm.core.db import db
from crm.employers.models import Employer
from crm.fulfilment.counting import attended_by, booked_at
from crm.opportunities.models import Place
from crm.pledges.kinds import OpportunityKind
from crm.pledges.models import Pledge, PledgeLine, PledgeStatus
from crm.reference.academic_years import AcademicYear


@dataclass(frozen=True, slots=True)
class Progress:
    """Places promised and what became of them. Adding two never lets one's surplus hide the other's shortfall."""

    promised: int = 0  # young people × opportunities each; 0 while the number is not known
    due_by_now: int = 0  # of the promised, what the delivery profile expects by the as-at date
    confirmed: int = 0  # booked, not yet attended
    attended: int = 0  # in whole or in part
    remaining: int = 0  # max(0, promised - attended - confirmed), line by line
    over: int = 0  # attended beyond what was promised, line by line
    delivered_of_due: int = 0  # the smaller of attended and due by now, line by line

    def __add__(self, other: "Progress") -> "Progress":
        return Progress(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def is_behind(self) -> bool:
        """Less was attended than was due by now."""
        return self.delivered_of_due < self.due_by_now

    @property
    def is_fulfilled(self) -> bool:
        """Everything promised was attended."""
        return self.promised > 0 and self.attended - self.over >= self.promised

    @property
    def sentence(self) -> str:
        """How it stands, in words."""
        if not self.promised:
            return "Number not known yet"
        if self.over:
            return f"Over-fulfilled by {self.over}"
        if self.is_fulfilled:
            return "Fulfilled"
        if self.is_behind:
            return f"Behind: {self.delivered_of_due} of {self.due_by_now} due by now"
        return "On track"


def due_by(line: PledgeLine, as_at: date) -> int:
    """Places of a line due by a day: spread evenly over the days of its window, rounded down.

    Nothing is due before the window opens; everything once it has closed.
    """
    days = (line.window_ends_on - line.window_starts_on).days + 1
    elapsed = (as_at - line.window_starts_on).days + 1
    return line.promised * min(max(elapsed, 0), days) // days


def line_progress(lines: Collection[PledgeLine], as_at: date) -> Mapping[int, Progress]:
    """Progress of pledge lines, by line id, at the end of a day in London. One statement."""
    attended = func.sum(case((attended_by(as_at), Place.came), else_=0))
    booked = func.sum(case((booked_at(as_at), Place.seats), else_=0))
    statement = (
        select(Place.pledge_line_id, attended, booked)
        .join(Place.opportunity)
        .where(Place.pledge_line_id.in_({line.root_id for line in lines}))
        .group_by(Place.pledge_line_id)
    )
    places = {root: (came, held) for root, came, held in db.session.execute(statement)}
    return {line.id: _progress(line, as_at, *places.get(line.root_id, (0, 0))) for line in lines}


def _progress(line: PledgeLine, as_at: date, attended: int, booked: int) -> Progress:
    promised, due = line.promised, due_by(line, as_at)
    return Progress(
        promised=promised,
        due_by_now=due,
        confirmed=booked,
        attended=attended,
        remaining=max(0, promised - attended - booked),
        over=max(0, attended - promised) if line.young_people is not None else 0,
        delivered_of_due=min(attended, due),
    )


def total(parts: Iterable[Progress]) -> Progress:
    return reduce(add, parts, Progress())


def pledge_progress(pledges: Collection[Pledge], as_at: date) -> Mapping[int, Progress]:
    """Progress of pledges, by pledge id. Their lines must be loaded. One statement."""
    by_line = line_progress([line for pledge in pledges for line in pledge.lines], as_at)
    return {pledge.id: total(by_line[line.id] for line in pledge.lines) for pledge in pledges}


@dataclass(frozen=True, slots=True)
class LineInForce:
    """A line of a confirmed pledge with its progress."""

    pledge: Pledge  # with its employer loaded
    line: PledgeLine
    progress: Progress


def lines_in_force(year: AcademicYear, as_at: date, *, employers: Select[int] | None = None) -> Sequence[LineInForce]:
    """Every line of the pledges in force for a year, by employer's name, then line. Two statements.

    In force: confirmed by the end of the day, not superseded, not withdrawn. `employers` narrows to those ids.
    """
    statement = (
        select(PledgeLine)
        .join(PledgeLine.pledge)
        .join(Pledge.employer)
        .options(contains_eager(PledgeLine.pledge).contains_eager(Pledge.employer))
        .where(
            Pledge.academic_year_name == year.name,
            Pledge.status == PledgeStatus.CONFIRMED,
            Pledge.confirmed_on <= as_at,
        )
        .order_by(Employer.name_key, Employer.id, PledgeLine.id)
    )
    if employers is not None:
        statement = statement.where(Pledge.employer_id.in_(employers))
    lines = db.session.scalars(statement).all()
    progress = line_progress(lines, as_at)
    return [LineInForce(line.pledge, line, progress[line.id]) for line in lines]


def progress_by_kind(lines: Iterable[LineInForce]) -> Mapping[OpportunityKind, Progress]:
    """The lines added up by kind, in the order of the kinds; kinds nobody promised are left out."""
    sums: dict[OpportunityKind, Progress] = {}
    for each in lines:
        sums[each.line.kind] = sums.get(each.line.kind, Progress()) + each.progress
    return {kind: sums[kind] for kind in OpportunityKind if kind in sums}


@cache
def _lines_by_employer() -> Select[PledgeLine, int]:
    """Built once: a list asks on every page, and building costs more than running."""
    return (
        select(PledgeLine, Pledge.employer_id)
        .join(PledgeLine.pledge)
        .where(
            Pledge.employer_id.in_(bindparam("employers", expanding=True)),
            Pledge.academic_year_name == bindparam("year"),
            Pledge.status == PledgeStatus.CONFIRMED,
            Pledge.confirmed_on <= bindparam("as_at"),
        )
    )


def progress_by_employer(employer_ids: Collection[int], year: AcademicYear, as_at: date) -> Mapping[int, Progress]:
    """Progress of each employer's pledge in force, by employer id; employers without one are left out.

    Two statements.
    """
    values = {"employers": list(employer_ids), "year": year.name, "as_at": as_at}
    owners = {row[0]: row[1] for row in db.session.execute(_lines_by_employer(), values)}
    progress = line_progress(owners, as_at)
    sums: dict[int, Progress] = {}
    for line, employer_id in owners.items():
        sums[employer_id] = sums.get(employer_id, Progress()) + progress[line.id]
    return sums
