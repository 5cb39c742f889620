"""How much of a promise is kept. Derived from places, never typed, so that it can never disagree with them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, reduce
from operator import add
from typing import Any

from sqlalchemy import Date, Integer, Select, bindparam, case, cast, func, null, select, union_all
from sqlalchemy.orm import contains_eager

from crm.core.db import db
from crm.employers.models import Employer
from crm.fulfilment.counting import attended_by, booked_at
from crm.fulfilment.due import counts_school_days, due_by
from crm.fulfilment.standing import Progress
from crm.opportunities.models import Place
from crm.pledges.kinds import DeliveryProfile, OpportunityKind
from crm.pledges.models import Pledge, PledgeLine, PledgeStatus
from crm.reference.academic_years import AcademicYear
from crm.reference.models import Term
from crm.reference.school_days import SchoolDays


def line_progress(lines: Collection[PledgeLine], as_at: date) -> Mapping[int, Progress]:
    """Progress of pledge lines, by line id, at the end of a day in London. One statement.

    The terms come with it, as rows of their own: pages that count their statements ask for progress.
    """
    attended = func.sum(case((attended_by(as_at), Place.came), else_=0))
    booked = func.sum(case((booked_at(as_at), Place.seats), else_=0))
    no_day, nothing = cast(null(), Date), cast(null(), Integer)
    of_lines = (
        select(Place.pledge_line_id, attended, booked, no_day.label("first_day"), no_day.label("last_day"))
        .join(Place.opportunity)
        .where(Place.pledge_line_id.in_({line.root_id for line in lines}))
        .group_by(Place.pledge_line_id)
    )
    of_terms = select(nothing, nothing, nothing, Term.first_day, Term.last_day)
    places: dict[int, tuple[int, int]] = {}
    terms: list[tuple[date, date]] = []
    rows: Sequence[Any] = db.session.execute(union_all(of_lines, of_terms)).all()
    for row in rows:
        if row[0] is None:
            terms.append((row[3], row[4]))
        else:
            places[row[0]] = (row[1], row[2])
    school_days = SchoolDays(terms)
    return {line.id: _progress(line, as_at, school_days, *places.get(line.root_id, (0, 0))) for line in lines}


def _progress(line: PledgeLine, as_at: date, school_days: SchoolDays, attended: int, booked: int) -> Progress:
    promised, due = line.promised, due_by(line, as_at, school_days)
    follows_terms = line.profile is not DeliveryProfile.TERM_TIME or counts_school_days(line, school_days)
    return Progress(
        promised=promised,
        due_by_now=due,
        confirmed=booked,
        attended=attended,
        remaining=max(0, promised - attended - booked),
        over=max(0, attended - promised) if line.young_people is not None else 0,
        kept=min(attended, promised),
        delivered_of_due=min(attended, due),
        covered_of_due=min(attended + booked, due),
        by_all_days=0 if follows_terms else promised,
        lines=1,
        lines_begun=int(line.window_starts_on <= as_at),
        lines_ended=int(line.window_ends_on < as_at),
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
