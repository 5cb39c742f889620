"""Who is in whose calendar: invitations answered in every way, one told of a change, one nobody may be told about."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from crm.audit.recording import set_actor
from crm.core import clock
from crm.core.db import db
from crm.employers.models import Employer
from crm.invitations.models import Answer, Invitation, Invitee, Party
from crm.invitations.people import why_not
from crm.invitations.services import Reply, invite, keep, take_answer
from crm.notifications.models import EmailStatus, OutboxEmail
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.pledges.kinds import Mode

DAY = timedelta(days=1)
SORRY = "I am away that day. The week after would suit me."
MEET = {Mode.IN_PERSON: "Meet at reception", Mode.ONLINE: "The room opens ten minutes before"}


def invite_to_what_is_to_come(today: date) -> None:
    """The next few opportunities, each with another fate."""
    fates = (_accepted, _declined, _told_of_a_change, _objected, _about_to_be_told)
    for opportunity, become in zip(_to_come(today), fates, strict=False):
        officer = opportunity.employer.owner
        if officer is not None:
            set_actor(officer.name)
            parties = [party for party in Party if not why_not(party, opportunity)]
            invite(opportunity, parties, by=officer, now=clock.now() - 3 * DAY)
            _have_gone_out(clock.now() - 3 * DAY)
            become(opportunity)
    db.session.flush()


def _to_come(today: date) -> Sequence[Opportunity]:
    """Led by somebody who may be written to."""
    statement = (
        select(Opportunity)
        .where(Opportunity.status == OpportunityStatus.OPEN, Opportunity.starts_at > clock.start_of_day(today + DAY))
        .order_by(Opportunity.starts_at, Opportunity.id)
        .options(
            joinedload(Opportunity.employer).joinedload(Employer.owner),
            joinedload(Opportunity.provider),
            joinedload(Opportunity.site),
            joinedload(Opportunity.leader),
        )
    )
    return [each for each in db.session.scalars(statement) if not why_not(Party.LEADER, each)]


def _accepted(opportunity: Opportunity) -> None:
    _answer(opportunity, Party.LEADER, Answer.ACCEPTED)
    _answer(opportunity, Party.PROVIDER, Answer.TENTATIVE)
    _answer(opportunity, Party.OFFICER, Answer.ACCEPTED)


def _declined(opportunity: Opportunity) -> None:
    _answer(opportunity, Party.LEADER, Answer.DECLINED, SORRY)
    _answer(opportunity, Party.PROVIDER, Answer.ACCEPTED)


def _told_of_a_change(opportunity: Opportunity) -> None:
    _answer(opportunity, Party.LEADER, Answer.ACCEPTED)
    _move(opportunity)
    for invitee_id in db.session.scalars(_invitees(opportunity)).all():
        keep(invitee_id, now=clock.now() - DAY, at_once=True)
    _have_gone_out(clock.now() - DAY)
    _answer(opportunity, Party.PROVIDER, Answer.ACCEPTED)


def _objected(opportunity: Opportunity) -> None:
    if opportunity.leader is not None:
        opportunity.leader.objected_on, opportunity.leader.objected_how = clock.today(), "by phone"
    _move(opportunity)


def _about_to_be_told(opportunity: Opportunity) -> None:
    _move(opportunity)


def _move(opportunity: Opportunity) -> None:
    """To another door, which changes nothing else that was arranged."""
    meet = MEET.get(opportunity.mode, MEET[Mode.IN_PERSON])
    opportunity.place_or_link = ". ".join(filter(None, (opportunity.place_or_link, meet)))
    db.session.flush()


def _invitees(opportunity: Opportunity) -> Select[int]:
    return select(Invitee.id).where(Invitee.opportunity_id == opportunity.id).order_by(Invitee.id)


def _answer(opportunity: Opportunity, party: Party, answer: Answer, comment: str = "") -> None:
    statement = (
        select(Invitation)
        .join(Invitation.invitee)
        .where(Invitee.opportunity_id == opportunity.id, Invitee.party == party, Invitation.ended_at.is_(None))
    )
    invitation = db.session.scalars(statement).one_or_none()
    if invitation is not None:
        given = Reply(
            uid=invitation.uid,
            sequence=invitation.sequence,
            address=invitation.address,
            answer=answer,
            stamp=clock.now(),
            comment=comment,
        )
        take_answer(given, now=clock.now())


def _have_gone_out(at: datetime) -> None:
    """As if the mails had been written and sent then."""
    owed = select(OutboxEmail).where(OutboxEmail.calendar.is_not(None), OutboxEmail.status == EmailStatus.QUEUED)
    for mail in db.session.scalars(owed):
        mail.status, mail.sent_at, mail.attempts, mail.created_at = EmailStatus.SENT, at, 1, at
    db.session.flush()
