"""Taking an answer back, within seven days: by the employer's link or by an officer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from crm.accounts.models import User
from crm.answering.models import UNDO_FOR, AnswerKind, PledgeAnswer
from crm.answering.queries import person_of
from crm.answering.services.telling import tell_of_undoing
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict
from crm.links import services as links
from crm.links.models import EmployerLink, LinkPurpose
from crm.links.services import Issued
from crm.pledges import services as pledges
from crm.pledges.appetites import appetite_for, forget_appetite
from crm.pledges.models import Attitude, Pledge
from crm.pledges.offers import take_back
from crm.reference.settings import settings

TAKEN_BACK_BY_EMPLOYER = "The employer took its answer back"


@dataclass(frozen=True, slots=True)
class Undone:
    """What follows an answer that was taken back."""

    asked_again: Pledge | None  # the version that waits for an answer now; None: an officer is at the next one already
    issued: Issued | None  # the link to answer it by


def undo_answer(answer: PledgeAnswer, *, by: User | None, reason: str = TAKEN_BACK_BY_EMPLOYER) -> Undone:
    """Take an answer back: what it decided no longer holds, and the employer is asked once more.

    Args:
        answer: which.
        by: the officer, or None for the employer.
        reason: why, for the history.

    Raises:
        Conflict: it was taken back before, it is older than seven days, or something was decided since.
    """
    now = clock.now()
    asked = db.session.scalars(
        select(Pledge).where(Pledge.id == answer.pledge_id).options(selectinload(Pledge.lines))
    ).one()
    pledges.lock(asked)
    if not answer.may_be_undone(now) or not _claim(answer, by, now):
        raise Conflict(f"This answer cannot be taken back any more. It could for {UNDO_FOR.days} days, once.")
    made, former = (_pledge(each) for each in (answer.offered_pledge_id, answer.superseded_pledge_id))
    asked_again = take_back(asked, made, former, by=by, reason=reason, on=clock.local_date(now))
    if answer.kind is AnswerKind.DECLINE:
        _forget_the_no(answer, asked)
    _close_links(answer.pledge_id)
    contact = person_of(answer)
    issued = None
    if asked_again is not None and contact.left_at is None:
        issued = links.issue(
            LinkPurpose.ANSWER,
            contact,
            pledge=asked_again,
            lasts=timedelta(days=int(settings()["pledge_link_days"])),
            by=by,
        )
    tell_of_undoing(answer, asked_again, issued, by)
    return Undone(asked_again, issued)


def _claim(answer: PledgeAnswer, by: User | None, now: datetime) -> bool:
    claimed = db.session.execute(
        update(PledgeAnswer)
        .where(PledgeAnswer.id == answer.id, PledgeAnswer.undone_at.is_(None))
        .values(undone_at=now, undone_by_id=by.id if by else None)
        .execution_options(synchronize_session="fetch")
    )
    return bool(getattr(claimed, "rowcount", 0))


def _forget_the_no(answer: PledgeAnswer, asked: Pledge) -> None:
    """What the answer left as the employer's word on the year goes with it; what an officer wrote down since stays."""
    said = appetite_for(asked.employer_id, asked.academic_year)
    if said is None or said.recorded_by_id is not None:
        return
    if said.attitude is Attitude.NOT_THIS_YEAR and said.recorded_on == answer.answered_on:
        forget_appetite(said)


def _close_links(pledge_id: int) -> None:
    """Neither the receipt nor another undo opens anything from now on."""
    for link in db.session.scalars(
        select(EmployerLink).where(
            EmployerLink.pledge_id == pledge_id,
            EmployerLink.purpose.in_((LinkPurpose.RECEIPT, LinkPurpose.UNDO)),
            EmployerLink.revoked_at.is_(None),
        )
    ):
        links.revoke(link)


def _pledge(pledge_id: int | None) -> Pledge | None:
    return db.session.get(Pledge, pledge_id) if pledge_id else None
