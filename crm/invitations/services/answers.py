"""What somebody's calendar program answers (METHOD:REPLY), believed sparingly.

An entry's UID is random, so whoever knows it has had the mail; and the answer has to come from the address that was
invited. The worst that a forger gains is an answer in the wrong words, and one next step for an officer, who asks.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core.clock import local_date
from crm.core.db import db
from crm.core.formatting import clock_time, long_date, weekday_date
from crm.interactions.services.follow_ups import NextStep, add_follow_up
from crm.invitations.models import Answer, Invitation, Invitee
from crm.invitations.people import officer_for
from crm.invitations.queries import invitees

LONGEST_COMMENT = 500  # characters
LONGEST_STEP = 255
LONGEST_TITLE = 60  # of an opportunity, in a next step
ENDING = ". Ring them."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, as it was written. Nothing of it is certain."""

    uid: str
    sequence: int  # of what they had been told
    address: str  # of whom was invited, in small letters
    answer: Answer
    stamp: datetime | None  # when it was given, by their clock
    comment: str
    proposes: datetime | None = None  # when it might begin instead


def take_answer(reply: Reply, *, now: datetime) -> Invitation | None:
    """Write an answer down. The invitation it is to; None if there is none: then somebody has to read the mail.

    An answer to something that they were told otherwise since counts as given to that. One that is older than the
    answer we have, by their clock, changes nothing. Whoever declines, or proposes another time, leaves a next step for
    the officer, once.
    """
    invitation = _locked(reply.uid, reply.address)
    if invitation is None or not 0 <= reply.sequence <= invitation.sequence:
        return None
    stamp = min(reply.stamp or now, now)
    if _is_outdated(reply, stamp, invitation):
        return invitation
    invitation.answer, invitation.answered_at = reply.answer, now
    invitation.answered_sequence, invitation.answer_stamp = reply.sequence, stamp
    invitation.comment = _comment(reply)
    if invitation.is_live and invitation.ends_at > now and (reply.proposes or reply.answer is Answer.DECLINED):
        _leave_next_step(invitation, reply, local_date(now))
    db.session.flush()
    return invitation


def _locked(uid: str, address: str) -> Invitation | None:
    statement = (
        select(Invitation)
        .where(Invitation.uid == uid, Invitation.address == address)
        .options(joinedload(Invitation.follow_up))
        .with_for_update(of=Invitation)
    )
    return db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def _is_outdated(reply: Reply, stamp: datetime, invitation: Invitation) -> bool:
    if invitation.answered_sequence is None or invitation.answer_stamp is None:
        return False
    return (reply.sequence, stamp) < (invitation.answered_sequence, invitation.answer_stamp)


def _comment(reply: Reply) -> str | None:
    proposal = f"Proposes {_when(reply.proposes)}" if reply.proposes else ""
    return ". ".join(filter(None, (proposal, reply.comment)))[:LONGEST_COMMENT] or None


def _leave_next_step(invitation: Invitation, reply: Reply, today: date) -> None:
    """For whoever looks after the employer; no second while one is open: answers can be sent by the hundred."""
    open_step = invitation.follow_up
    if open_step is not None and open_step.done_at is None:
        return
    invitee = db.session.scalars(invitees().where(Invitee.id == invitation.invitee_id)).one()
    opportunity = invitee.opportunity
    officer = officer_for(opportunity, invitee.chosen_by)
    if officer.is_active and officer.is_staff:
        step = NextStep(_what_to_do(invitation, reply), today, officer.id)
        invitation.follow_up = add_follow_up(opportunity.employer, step)


def _what_to_do(invitation: Invitation, reply: Reply) -> str:
    who, title = invitation.name or invitation.address, invitation.title
    on = long_date(invitation.starts_at)
    if reply.proposes:
        what = f"{who} proposes {_when(reply.proposes)} for “{_short(title)}” on {on}"
    else:
        what = f"{who} declined “{_short(title)}” on {on}"
    return f"{what[: LONGEST_STEP - len(ENDING)]}{ENDING}"


def _when(instant: datetime) -> str:
    return f"{weekday_date(instant)} at {clock_time(instant)}"


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
