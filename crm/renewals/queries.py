"""Renewal runs and their proposals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import NotFound
from crm.core.pagination import Asked, Page
from crm.employers.models import Contact, Employer
from crm.pledges.models import UNDECIDED, Pledge, PledgeStatus
from crm.reference.academic_years import AcademicYear
from crm.renewals.models import ProposalState, RenewalLine, RenewalProposal, RenewalRun


@dataclass(frozen=True, slots=True)
class Shown:
    """Which proposals to show."""

    state: ProposalState | None = None
    owner_id: int | None = None


def runs() -> Sequence[RenewalRun]:
    """Latest year first, with who began them. One statement."""
    statement = select(RenewalRun).order_by(RenewalRun.academic_year_name.desc())
    return db.session.scalars(statement.options(joinedload(RenewalRun.begun_by))).all()


def get_run(run_id: int) -> RenewalRun:
    """With who began it and who sends it. Raises NotFound."""
    statement = select(RenewalRun).where(RenewalRun.id == run_id)
    run = db.session.scalars(
        statement.options(joinedload(RenewalRun.begun_by), joinedload(RenewalRun.sent_by))
    ).one_or_none()
    if run is None:
        raise NotFound("We could not find that renewal.")
    return run


def counts(run_id: int) -> Mapping[ProposalState, int]:
    """How many proposals are in each state; every state is there. One statement."""
    statement = (
        select(RenewalProposal.state, func.count())
        .where(RenewalProposal.run_id == run_id)
        .group_by(RenewalProposal.state)
    )
    found = {state: number for state, number in db.session.execute(statement)}  # noqa: C416
    return {state: found.get(state, 0) for state in ProposalState}


def proposals(run_id: int, shown: Shown, asked: Asked) -> Page[RenewalProposal]:
    """A page of proposals by employer's name, everything a row shows loaded. Five statements."""
    wanted = _wanted(run_id, shown)
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    ids = db.session.scalars(
        wanted.order_by(Employer.name_key, RenewalProposal.id).limit(asked.per_page).offset(asked.offset)
    ).all()
    rows = {each.id: each for each in db.session.scalars(_whole().where(RenewalProposal.id.in_(ids)))}
    return asked.of([rows[each] for each in ids], total)


def _wanted(run_id: int, shown: Shown) -> Select[int]:
    wanted = select(RenewalProposal.id).join(RenewalProposal.employer).where(RenewalProposal.run_id == run_id)
    if shown.state is not None:
        wanted = wanted.where(RenewalProposal.state == shown.state)
    if shown.owner_id is not None:
        wanted = wanted.where(Employer.owner_id == shown.owner_id)
    return wanted


def _whole() -> Select[RenewalProposal]:
    return select(RenewalProposal).options(
        joinedload(RenewalProposal.employer).joinedload(Employer.owner),
        joinedload(RenewalProposal.contact),
        joinedload(RenewalProposal.former).selectinload(Pledge.lines),
        selectinload(RenewalProposal.lines).joinedload(RenewalLine.former_line),
    )


def people_of(employer_ids: Sequence[int]) -> Mapping[int, Sequence[Contact]]:
    """Of each employer who may sign: who works there, those who sign pledges first. One statement."""
    found: dict[int, list[Contact]] = {each: [] for each in employer_ids}
    for contact in db.session.scalars(
        select(Contact)
        .where(Contact.employer_id.in_(employer_ids), Contact.left_at.is_(None))
        .order_by(Contact.signs_pledges.desc(), Contact.name, Contact.id)
    ):
        found[contact.employer_id].append(contact)
    return found


def owners_in(run_id: int) -> Sequence[tuple[int, str]]:
    """Whose employers a run is about, by name. One statement."""
    statement = (
        select(User.id, User.name)
        .join(Employer, Employer.owner_id == User.id)
        .join(RenewalProposal, RenewalProposal.employer_id == Employer.id)
        .where(RenewalProposal.run_id == run_id)
        .distinct()
        .order_by(User.name, User.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(statement)]


def to_renew(year: AcademicYear, run_id: int) -> Sequence[Pledge]:
    """Pledges in force in the year before whose employers have none for `year`, nor a proposal in the run.

    With employers and lines. Two statements.
    """
    asked_already = select(Pledge.employer_id).where(
        Pledge.academic_year_name == year.name, Pledge.status.in_((*UNDECIDED, PledgeStatus.CONFIRMED))
    )
    proposed_already = select(RenewalProposal.employer_id).where(RenewalProposal.run_id == run_id)
    statement = (
        select(Pledge)
        .join(Pledge.employer)
        .where(
            Pledge.academic_year_name == year.previous.name,
            Pledge.status == PledgeStatus.CONFIRMED,
            Employer.archived_at.is_(None),
            Pledge.employer_id.not_in(asked_already),
            Pledge.employer_id.not_in(proposed_already),
        )
        .order_by(Pledge.id)
        .options(joinedload(Pledge.employer), selectinload(Pledge.lines))
    )
    return db.session.scalars(statement).all()
