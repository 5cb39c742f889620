"""The lines of a promise: what one says, whether it can be, and how it is stored. Nothing here commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.models import Site
from crm.pledges.kinds import DeliveryProfile, Mode, OpportunityKind
from crm.pledges.models import Pledge, PledgeLine, PledgeLineYearGroup
from crm.pledges.queries import load_lines
from crm.providers.models import YearGroup
from crm.reference.academic_years import AcademicYear
from crm.reference.models import Sector

EACH = 3  # opportunities per young person: the strategy's employer pledge
MOST_YOUNG_PEOPLE = 10_000
MOST_EACH = 100


@dataclass(frozen=True, slots=True)
class LineDetails:
    """One line of a promise. Without dates its window is the whole academic year."""

    kind: OpportunityKind
    young_people: int | None = None  # not known yet
    each: int = EACH
    starts_on: date | None = None
    ends_on: date | None = None
    line_id: int | None = None  # the stored line that this one replaces, when a pledge is changed
    site_id: int | None = None
    mode: Mode | None = None
    profile: DeliveryProfile = DeliveryProfile.TERM_TIME
    due_on: date | None = None  # needed exactly for `by_date`
    sector_ids: frozenset[int] = frozenset()
    year_groups: frozenset[YearGroup] = frozenset()


def details_of(line: PledgeLine) -> LineDetails:
    """What a line says, stored or not yet, so that part of it can be replaced. It must be loaded in full."""
    return LineDetails(
        kind=line.kind,
        young_people=line.young_people,
        each=line.each,
        starts_on=line.window_starts_on,
        ends_on=line.window_ends_on,
        line_id=line.id,
        site_id=line.site.id if line.site else None,
        mode=line.mode,
        profile=line.profile,
        due_on=line.due_on,
        sector_ids=frozenset(sector.id for sector in line.sectors),
        year_groups=frozenset(each.year_group for each in line.year_groups),
    )


def checked(lines: Sequence[LineDetails]) -> Sequence[LineDetails]:
    """The lines, if there are any and their numbers can be. Raises Conflict."""
    if not lines:
        raise Conflict("Enter at least one line: what is promised, and for how many young people.")
    for line in lines:
        check_numbers(line.young_people, line.each)
    return lines


def check_numbers(young_people: int | None, each: int) -> None:
    """Raises Conflict if a line cannot promise so many."""
    if young_people is not None and not 1 <= young_people <= MOST_YOUNG_PEOPLE:
        raise Conflict(f"The number of young people must be between 1 and {MOST_YOUNG_PEOPLE:,}.")
    if not 1 <= each <= MOST_EACH:
        raise Conflict(f"The number each must be between 1 and {MOST_EACH}.")


def stored_line(details: LineDetails, pledge: Pledge, existing: PledgeLine | None = None) -> PledgeLine:
    """The line as it is to be stored: the existing one changed (loaded in full, as by `load_lines`), or a new one.

    Raises Conflict if its dates or its site cannot be.
    """
    starts_on, ends_on = _window(details, pledge.academic_year)
    due_on = _due_on(details, starts_on, ends_on)
    line = existing or PledgeLine(site=None, sectors=[], year_groups=[])
    site = _site(details.site_id, pledge.employer_id, line)
    line.kind, line.young_people, line.each = details.kind, details.young_people, details.each
    line.window_starts_on, line.window_ends_on = starts_on, ends_on
    line.mode, line.profile, line.due_on = details.mode, details.profile, due_on
    if line.site is not site:
        line.site = site
    _set_lists(line, details)
    return line


def continued(pledge: Pledge) -> list[PledgeLine]:
    """Lines for another version of the pledge that say the same as its own and continue them, so places stay linked."""
    return [
        PledgeLine(
            first_line_id=line.root_id,
            kind=line.kind,
            young_people=line.young_people,
            each=line.each,
            window_starts_on=line.window_starts_on,
            window_ends_on=line.window_ends_on,
            site=line.site,
            mode=line.mode,
            profile=line.profile,
            due_on=line.due_on,
            sectors=list(line.sectors),
            year_groups=[PledgeLineYearGroup(year_group=each.year_group) for each in line.year_groups],
        )
        for line in load_lines(pledge)
    ]


def _window(details: LineDetails, year: AcademicYear) -> tuple[date, date]:
    starts_on, ends_on = details.starts_on or year.first_day, details.ends_on or year.last_day
    if starts_on not in year or ends_on not in year:
        raise Conflict(
            f"The dates of a line must lie inside the academic year {year}: "
            f"from 1 September {year.first_day.year} to 31 August {year.last_day.year}."
        )
    if ends_on < starts_on:
        raise Conflict("A line’s last day must not be before its first day.")
    return starts_on, ends_on


def _due_on(details: LineDetails, starts_on: date, ends_on: date) -> date | None:
    """The day by which all is due, for a line that is due by a day; a day left over from another profile is dropped."""
    if details.profile is not DeliveryProfile.BY_DATE:
        return None
    if details.due_on is None:
        raise Conflict("Enter the date by which all of a line is due.")
    if not starts_on <= details.due_on <= ends_on:
        raise Conflict("The date by which all of a line is due must lie between its first and its last day.")
    return details.due_on


def _site(site_id: int | None, employer_id: int, line: PledgeLine) -> Site | None:
    if site_id is None:
        return None
    site = db.session.get(Site, site_id)
    if site is None or site.employer_id != employer_id:
        raise Conflict("The site must be one of this employer’s.")
    if site.is_closed and site is not line.site:
        raise Conflict(f"{site.name} is closed. Choose another site.")
    return site


def _set_lists(line: PledgeLine, details: LineDetails) -> None:
    if {each.id for each in line.sectors} != details.sector_ids:
        line.sectors = list(db.session.scalars(select(Sector).where(Sector.id.in_(details.sector_ids))))
    if {each.year_group for each in line.year_groups} != details.year_groups:
        kept = {each.year_group: each for each in line.year_groups}
        chosen = sorted(details.year_groups, key=lambda each: each.position)
        line.year_groups = [kept.get(each) or PledgeLineYearGroup(year_group=each) for each in chosen]
