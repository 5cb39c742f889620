"""Sending what was approved, a wave at a time, so that officers can answer the telephone in between."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from crm.accounts.models import User
from crm.answering.services.sending import send
from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.employers.models import Contact, Employer
from crm.pledges.lines import LineDetails, details_of
from crm.pledges.models import Pledge
from crm.pledges.queries import load_lines
from crm.pledges.services import PledgeDetails, record_pledge
from crm.renewals.models import ProposalState, RenewalLine, RenewalProposal, RenewalRun, RunStatus
from crm.renewals.proposing import a_year_later
from crm.renewals.services.proposing import may_ask

MOST_PER_WAVE, MOST_HOURS = 1_000, 336


def start(run: RenewalRun, *, per_wave: int, hours_between: int, by: User, now: datetime, seen_version: int) -> None:
    """Send what is approved from now on. Answers come to `by` where an employer has no owner.

    Raises:
        EditedMeanwhile: somebody else started or paused it since the page was opened.
        Conflict: it is being sent already, nothing is approved, or the numbers cannot be.
    """
    lock(run)
    check_version(run, seen_version)
    if run.status is RunStatus.SENDING:
        raise Conflict("It is being sent already.")
    if not 1 <= per_wave <= MOST_PER_WAVE or not 1 <= hours_between <= MOST_HOURS:
        raise Conflict("A wave is 1 to 1,000 employers, with 1 to 336 hours between two.")
    if not approved_left(run.id):
        raise Conflict("Approve at least one proposal first.")
    with db.session.no_autoflush:  # the columns belong together: a check of the database says so
        run.status, run.per_wave, run.hours_between = RunStatus.SENDING, per_wave, hours_between
        run.sent_by_id, run.next_wave_at = by.id, now
    db.session.flush()


def pause(run: RenewalRun) -> None:
    """Begin no further wave. What the present one has not sent waits, too. Raises Conflict if it is not being sent."""
    lock(run)
    if run.status is not RunStatus.SENDING:
        raise Conflict("It is not being sent.")
    run.status, run.next_wave_at = RunStatus.PAUSED, None
    db.session.execute(
        update(RenewalProposal)
        .where(RenewalProposal.run_id == run.id, RenewalProposal.state == ProposalState.APPROVED)
        .values(wave=None)
        .execution_options(synchronize_session=False)
    )
    db.session.flush()


def begin_wave(run_id: int, now: datetime) -> bool:
    """Name the employers of the next wave, if it is time. Of two schedulers at once one does. Returns whether it did.

    A run with nothing left to send is done.
    """
    run = db.session.get_one(RenewalRun, run_id, with_for_update=True, populate_existing=True)
    if run.status is not RunStatus.SENDING or run.next_wave_at is None or run.next_wave_at > now:
        return False
    left = approved_left(run_id)
    if not left:
        run.status, run.next_wave_at = RunStatus.DONE, None
        db.session.flush()
        return True
    run.wave += 1
    chosen = (
        select(RenewalProposal.id)
        .join(RenewalProposal.employer)
        .where(
            RenewalProposal.run_id == run_id,
            RenewalProposal.state == ProposalState.APPROVED,
            RenewalProposal.wave.is_(None),
        )
        .order_by(Employer.name_key, RenewalProposal.id)
        .limit(run.per_wave)
    )
    db.session.execute(
        update(RenewalProposal)
        .where(RenewalProposal.id.in_(db.session.scalars(chosen).all()))
        .values(wave=run.wave)
        .execution_options(synchronize_session=False)
    )
    run.next_wave_at = now + timedelta(hours=run.hours_between or 1)
    db.session.flush()
    return True


def due(now: datetime) -> list[int]:
    """Runs whose next wave may begin."""
    statement = select(RenewalRun.id).where(RenewalRun.status == RunStatus.SENDING, RenewalRun.next_wave_at <= now)
    return list(db.session.scalars(statement.order_by(RenewalRun.id)))


def to_send() -> list[int]:
    """Proposals of waves that began, in their order."""
    statement = (
        select(RenewalProposal.id)
        .join(RenewalProposal.run)
        .where(
            RenewalProposal.state == ProposalState.APPROVED,
            RenewalProposal.wave.is_not(None),
            RenewalRun.status == RunStatus.SENDING,
        )
        .order_by(RenewalProposal.wave, RenewalProposal.id)
    )
    return list(db.session.scalars(statement))


def send_one(proposal_id: int) -> bool:
    """Record the pledge that a proposal proposes and send it. Returns False if another process did.

    Raises Conflict with the reason if it cannot be: then `fail` writes that down.
    """
    proposal = db.session.scalars(
        select(RenewalProposal)
        .where(RenewalProposal.id == proposal_id)
        .with_for_update(of=RenewalProposal, skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if proposal is None or proposal.state is not ProposalState.APPROVED or proposal.wave is None:
        return False
    run = db.session.get_one(RenewalRun, proposal.run_id)
    employer = db.session.get_one(Employer, proposal.employer_id)
    contact = db.session.get_one(Contact, proposal.contact_id)
    refusal = may_ask(employer, contact)
    if refusal:
        raise Conflict(refusal)
    by = _asks(employer, run)
    details = PledgeDetails(run.academic_year, _lines(proposal), contact)
    pledge = record_pledge(employer, details, by)
    send(pledge, [contact], by=by)
    proposal.state, proposal.pledge_id, proposal.why = ProposalState.SENT, pledge.id, None
    db.session.flush()
    return True


def _asks(employer: Employer, run: RenewalRun) -> User:
    """Who looks after the employer asks; for nobody's, and for those whose officer left, whoever sends the run."""
    owner = db.session.get(User, employer.owner_id) if employer.owner_id else None
    return owner if owner is not None and owner.is_active else db.session.get_one(User, run.sent_by_id)


def _lines(proposal: RenewalProposal) -> list[LineDetails]:
    """As last year's, a year later and with the numbers that were approved, without a site that was closed since."""
    lines = db.session.scalars(select(RenewalLine).where(RenewalLine.proposal_id == proposal.id))
    numbers = {line.former_line_id: (line.young_people, line.each) for line in lines}
    former = load_lines(db.session.get_one(Pledge, proposal.former_id))
    return [
        replace(
            a_year_later(details_of(line), *numbers[line.id]),
            site_id=line.site.id if line.site and not line.site.is_closed else None,
        )
        for line in former
        if line.id in numbers
    ]


def fail(proposal_id: int, why: str) -> None:
    """It could not be sent: an officer decides about it again."""
    proposal = db.session.get_one(RenewalProposal, proposal_id, with_for_update=True, populate_existing=True)
    if proposal.state is ProposalState.APPROVED:
        proposal.state, proposal.why, proposal.wave = ProposalState.FAILED, why, None
        db.session.flush()


def approved_left(run_id: int) -> int:
    """How many are approved and belong to no wave yet. One statement."""
    statement = (
        select(func.count())
        .select_from(RenewalProposal)
        .where(
            RenewalProposal.run_id == run_id,
            RenewalProposal.state == ProposalState.APPROVED,
            RenewalProposal.wave.is_(None),
        )
    )
    return db.session.scalar(statement) or 0


def lock(run: RenewalRun) -> None:
    """See the run as it is now, and let nobody else decide about it until this unit of work ends."""
    db.session.refresh(run, ["status", "version", "wave", "next_wave_at"], with_for_update=True)
