"""Chasing an unanswered link, and telling an officer when the last one ended. Callers open the unit of work."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from crm.answering import chasing
from crm.answering.asking import SUBJECTS, chaser
from crm.answering.chasing import Rhythm, Step
from crm.answering.models import ChaserOutcome, PledgeChaser
from crm.answering.queries import officer_behind
from crm.answering.services.writing import Mail, owe
from crm.audit.recording import NOBODY, because
from crm.core.clock import local_date
from crm.core.db import db
from crm.employers.models import Contact, Employer
from crm.interactions.due import Due, quick_days
from crm.interactions.services import NextStep, add_follow_up
from crm.links import services as links
from crm.links.models import EmployerLink, LinkPurpose
from crm.links.queries import Fate, links_of
from crm.pledges import services as pledges
from crm.pledges.models import Pledge, PledgeStatus
from crm.pledges.queries import lines_in_full
from crm.reference.settings import settings

SATURDAY = 5
RING_THEM = "Ring them: they have not answered the pledge for {year}, and their link has ended"


def chase(link_id: int, *, now: datetime) -> bool:
    """Send the reminder of a link that is due, or write down why not. Returns whether anything was decided.

    Of several that are due, because nothing ran for long, only the latest is sent. Each is decided once: a second
    scheduler, or a second run, finds the decision and does nothing.
    """
    link = _link(link_id)
    pledge = _pledge(link.pledge_id or 0)
    pledges.lock(pledge)
    links.lock(link)
    if not _waits(link, pledge, now):
        return False
    row = next(each for each in links_of(pledge.id) if each.link.id == link.id)
    planned = chasing.steps(row.asked_at, link.expires_at, Rhythm.of(settings()))
    due = chasing.due(planned, _decided(link), now)
    if not due:
        return False
    why = chasing.why_not(
        pledge.employer, link.contact, last_mail=row.written_at, is_lost=row.fate is Fate.FAILED, now=now
    )
    if not _write_down(link, due, why, now):
        return False
    if why is None:
        _send(link, pledge, due[-1], row.asked_at, now)
    return True


def _link(link_id: int) -> EmployerLink:
    return db.session.scalars(
        select(EmployerLink)
        .where(EmployerLink.id == link_id)
        .options(joinedload(EmployerLink.contact).joinedload(Contact.employer))
    ).one()


def _pledge(pledge_id: int) -> Pledge:
    statement = select(Pledge).where(Pledge.id == pledge_id)
    return db.session.scalars(statement.options(joinedload(Pledge.employer), *lines_in_full())).one()


def _waits(link: EmployerLink, pledge: Pledge, now: datetime) -> bool:
    return (
        pledge.status is PledgeStatus.SENT
        and link.used_at is None
        and link.revoked_at is None
        and link.expires_at > now
    )


def _decided(link: EmployerLink) -> Sequence[int]:
    return db.session.scalars(select(PledgeChaser.step).where(PledgeChaser.link_id == link.id)).all()


def _write_down(link: EmployerLink, due: Sequence[Step], why: str | None, now: datetime) -> bool:
    """Decide about the steps that are due. Returns False if another scheduler did."""
    *earlier, latest = due
    reasons = [*((step, chasing.TOO_LATE) for step in earlier), (latest, why)]
    try:
        with db.session.begin_nested():
            db.session.add_all(
                PledgeChaser(
                    link_id=link.id,
                    step=step.number,
                    outcome=ChaserOutcome.SKIPPED if reason else ChaserOutcome.SENT,
                    reason=reason,
                    decided_at=now,
                )
                for step, reason in reasons
            )
    except IntegrityError:
        return False
    return True


def _send(link: EmployerLink, pledge: Pledge, step: Step, asked_at: datetime, now: datetime) -> None:
    key = f"pledge-chaser:{link.id}:{step.number}"
    mail = Mail(key, SUBJECTS[step.number], lambda asking: chaser(asking, step.number, asked_at))
    owe(link, links.another_token(link, key), mail, pledge=pledge, by=officer_behind(link))
    with because("Reminded by itself, because it was not answered", actor=NOBODY):
        pledge.reminded_on = local_date(now)
        db.session.flush()


def tell_of_lapse(pledge_id: int, *, now: datetime) -> bool:
    """Give who asked the task to ring an employer whose last link ended without an answer, once.

    Returns False if there is nothing to tell any more, or nobody to tell.
    """
    pledge = _pledge(pledge_id)
    pledges.lock(pledge)
    ended = db.session.scalars(
        select(EmployerLink).where(*_undecided(pledge)).order_by(EmployerLink.expires_at.desc(), EmployerLink.id.desc())
    ).all()
    if pledge.status is not PledgeStatus.SENT or not ended or ended[0].expires_at > now:
        return False
    officer = officer_behind(ended[0])
    if officer is None or not officer.is_staff or not _claim(pledge, now):
        return False
    what = RING_THEM.format(year=pledge.academic_year_name)
    add_follow_up(pledge.employer, NextStep(what, _day_to_ring(pledge.employer, local_date(now)), officer.id))
    return True


def _undecided(pledge: Pledge) -> Sequence[ColumnElement[bool]]:
    return (
        EmployerLink.pledge_id == pledge.id,
        EmployerLink.purpose == LinkPurpose.ANSWER,
        EmployerLink.used_at.is_(None),
        EmployerLink.revoked_at.is_(None),
    )


def _claim(pledge: Pledge, now: datetime) -> bool:
    claimed = db.session.execute(
        update(EmployerLink)
        .where(*_undecided(pledge), EmployerLink.lapse_told_at.is_(None))
        .values(lapse_told_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(getattr(claimed, "rowcount", 0))


def _day_to_ring(employer: Employer, today: date) -> date:
    """Today, or the next working day; not before they want to be called."""
    day = today if today.weekday() < SATURDAY else quick_days(today)[Due.TOMORROW][1]
    return max(day, employer.quiet_until or day)
