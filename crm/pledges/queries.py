"""Which pledges there are. How much of them is kept is not known here: see `crm.fulfilment.progress`."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, select, true
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import NotFound
from crm.employers.models import Contact, Employer, Site
from crm.pledges.models import UNDECIDED, Appetite, Pledge, PledgeLine, PledgeStatus
from crm.reference.academic_years import AcademicYear
from crm.reference.models import Sector
from crm.reference.queries import offered

Row = TypeVar("Row", Pledge, Appetite)


def in_full() -> Sequence[ORMOption]:
    """Loads with a line everything that its sentence (`wording.line_sentence`) says. Two statements more."""
    return joinedload(PledgeLine.site), selectinload(PledgeLine.sectors), selectinload(PledgeLine.year_groups)


def lines_in_full() -> Sequence[ORMOption]:
    """The same for the lines of pledges. Three statements more."""
    lines = selectinload(Pledge.lines)
    return (
        lines.joinedload(PledgeLine.site),
        lines.selectinload(PledgeLine.sectors),
        lines.selectinload(PledgeLine.year_groups),
    )


def visible_to(viewer: User) -> Select[Pledge]:
    """The pledges a user may know about: staff all of them, others only promises that are in force."""
    return select(Pledge).where(_may_know_of(viewer))


def _may_know_of(viewer: User) -> ColumnElement[bool]:
    return true() if viewer.is_staff else Pledge.status == PledgeStatus.CONFIRMED


def get_pledge(pledge_id: int, *, viewer: User) -> Pledge:
    """A pledge with its employer (and the employer's owner), signatory, recorder and lines in full loaded.

    Raises NotFound if there is none, or none the viewer may know about.
    """
    statement = (
        visible_to(viewer)
        .where(Pledge.id == pledge_id)
        .options(
            joinedload(Pledge.employer).joinedload(Employer.owner),
            joinedload(Pledge.signatory),
            joinedload(Pledge.recorded_by),
            *lines_in_full(),
        )
    )
    pledge = db.session.scalars(statement).one_or_none()
    if pledge is None:
        raise NotFound("We could not find that pledge.")
    return pledge


def versions_of(pledge: Pledge, *, viewer: User) -> Sequence[Pledge]:
    """Every version of the employer's pledge for the year that the viewer may see, newest first, lines in full."""
    statement = (
        visible_to(viewer)
        .where(Pledge.employer_id == pledge.employer_id, Pledge.academic_year_name == pledge.academic_year_name)
        .order_by(Pledge.number.desc())
        .options(*lines_in_full())
    )
    return db.session.scalars(statement).all()


@dataclass(frozen=True, slots=True)
class Said:
    """What an employer promised, and how it stands to years without a number."""

    pledges: Sequence[Pledge]  # latest year first, then latest version; lines loaded
    appetites: Sequence[Appetite]  # earliest year first, with their reasons; for staff only


def said_by(employer_id: int, years: Collection[AcademicYear], *, viewer: User) -> Said:
    """An employer's pledges of every year, and its appetite for some. One statement."""
    heard = Appetite.academic_year_name.in_([year.name for year in years]) if viewer.is_staff else false()
    statement = (
        select(Pledge, Appetite)
        .select_from(Employer)
        .outerjoin(Pledge, and_(Pledge.employer_id == Employer.id, _may_know_of(viewer)))
        .outerjoin(Appetite, and_(Appetite.employer_id == Employer.id, heard))
        .where(Employer.id == employer_id)
        .order_by(Pledge.academic_year_name.desc(), Pledge.number.desc(), Appetite.academic_year_name)
        .options(joinedload(Pledge.lines), joinedload(Appetite.reason))
    )
    rows = db.session.execute(statement).unique().all()
    return Said(_each_once(pledge for pledge, _ in rows), _each_once(appetite for _, appetite in rows))


def _each_once(found: Iterable[Row | None]) -> Sequence[Row]:
    return list(dict.fromkeys(row for row in found if row is not None))


def load_lines(pledge: Pledge) -> Sequence[PledgeLine]:
    """The lines of a pledge in full, in their order, whatever of them was loaded before. Three statements."""
    statement = select(PledgeLine).where(PledgeLine.pledge_id == pledge.id).order_by(PledgeLine.id).options(*in_full())
    return db.session.scalars(statement).all()


def live_pledge(employer_id: int, year: AcademicYear) -> Pledge | None:
    """What stands in the way of recording another pledge: the version being worked on, or else the one in force."""
    statement = (
        select(Pledge)
        .where(
            Pledge.employer_id == employer_id,
            Pledge.academic_year_name == year.name,
            Pledge.status.in_((*UNDECIDED, PledgeStatus.CONFIRMED)),
        )
        .order_by(Pledge.number.desc())
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()


def signatories(employer_id: int) -> Sequence[Contact]:
    """Who may sign for an employer: its contacts who still work there, those who sign pledges first."""
    statement = (
        select(Contact)
        .where(Contact.employer_id == employer_id, Contact.left_at.is_(None))
        .order_by(Contact.signs_pledges.desc(), Contact.name, Contact.id)
    )
    return db.session.scalars(statement).all()


def offered_sites(employer_id: int, *, besides: Sequence[PledgeLine] = ()) -> Sequence[tuple[int, str]]:
    """Id and name of the sites a line may name: the employer's open ones, and those its lines have. One statement."""
    kept = [line.site_id for line in besides if line.site_id is not None]
    statement = (
        select(Site.id, Site.name)
        .where(Site.employer_id == employer_id, Site.closed_at.is_(None) | Site.id.in_(kept))
        .order_by(Site.name, Site.id)
    )
    return [(site_id, name) for site_id, name in db.session.execute(statement)]


def offered_sectors(*, besides: Sequence[PledgeLine] = ()) -> Sequence[tuple[int, str]]:
    """Id and name of the sectors a line may name: those in use, and those the lines have. One statement."""
    return offered(Sector, besides=[sector.id for line in besides for sector in line.sectors])


def years_with_pledges() -> Sequence[AcademicYear]:
    """Latest first. One statement."""
    statement = select(Pledge.academic_year_name).distinct().order_by(Pledge.academic_year_name.desc())
    return [AcademicYear(name) for name in db.session.scalars(statement)]
