"""Who is invited to what, what they were told, and what became of the mails."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import NotFound
from crm.employers.emailing import may_notify
from crm.employers.models import Contact, Employer
from crm.invitations.deciding import Owed, what_is_owed
from crm.invitations.models import Invitation, Invitee
from crm.invitations.people import entry_told, truth_of
from crm.notifications.models import EmailStatus, OutboxEmail
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.opportunities.queries import visible_to


def invitees() -> Select[Invitee]:
    """Invitees with what is needed to decide what they are owed, and all they were told."""
    return select(Invitee).options(
        joinedload(Invitee.opportunity).options(
            joinedload(Opportunity.employer).joinedload(Employer.owner),
            joinedload(Opportunity.provider),
            joinedload(Opportunity.site),
            joinedload(Opportunity.leader),
        ),
        joinedload(Invitee.chosen_by),
        selectinload(Invitee.invitations),
    )


def live_of(invitee: Invitee) -> Invitation | None:
    """The entry that a party has. Its invitations are loaded."""
    return next((each for each in invitee.invitations if each.is_live), None)


def get_invitee(invitee_id: int, *, viewer: User) -> Invitee:
    """As `invitees`. Raises NotFound for one of an opportunity that the viewer may not know about."""
    seen = visible_to(viewer).with_only_columns(Opportunity.id)
    statement = invitees().where(Invitee.id == invitee_id, Invitee.opportunity_id.in_(seen))
    invitee = db.session.scalars(statement).one_or_none()
    if invitee is None:
        raise NotFound("We could not find that invitation.")
    return invitee


def invitees_of(opportunity_id: int) -> Sequence[Invitee]:
    """Of one opportunity, as `invitees`, in the order of parties. Two statements."""
    found = db.session.scalars(invitees().where(Invitee.opportunity_id == opportunity_id)).all()
    return sorted(found, key=lambda each: each.party.position)


def perhaps_owed(now: datetime) -> Sequence[int]:
    """Ids of invitees that something is owed to, or for whom something was about to go that is not needed any more.

    In order. Two statements, however many there are.
    """
    is_ahead = Opportunity.ends_at > now
    believes = and_(Invitation.ended_at.is_(None), Invitation.ends_at > now)
    statement = (
        invitees()
        .join(Invitee.opportunity)
        .where(or_(is_ahead, Invitee.id.in_(select(Invitation.invitee_id).where(believes))))
        .order_by(Invitee.id)
    )
    found = db.session.scalars(statement).all()
    return [each.id for each in found if each.pending or owed_to(each, now).is_something]


def owed_to(invitee: Invitee, now: datetime, *, silent_before: str = "") -> Owed:
    """What a loaded invitee is owed."""
    live = live_of(invitee)
    return what_is_owed(
        truth_of(invitee, silent_before=silent_before), entry_told(live) if live is not None else None, now
    )


def why_silent(address: str, employer_id: int) -> str:
    """Why nobody may write to an address any more, as far as contacts say; empty if it is nobody's. One statement.

    Whoever objected did so at every employer; whoever left, left this one.
    """
    is_theirs = or_(Contact.objected_on.is_not(None), Contact.employer_id == employer_id)
    statement = (
        select(Contact).where(Contact.email == address, is_theirs).order_by(Contact.objected_on.is_(None), Contact.id)
    )
    answers = (may_notify(each) for each in db.session.scalars(statement))
    return next((answer.reason for answer in answers if not answer.allowed), "")


@dataclass(frozen=True, slots=True)
class MailFate:
    """What became of a mail. One that is not in the outbox any more went out long ago."""

    status: EmailStatus
    at: datetime
    why: str


def fates(invitations: Iterable[Invitation]) -> Mapping[str, MailFate]:
    """Of each invitation's last mail, by its key. One statement."""
    keys = [each.mail_key for each in invitations]
    columns = (OutboxEmail.key, OutboxEmail.status, OutboxEmail.updated_at, OutboxEmail.sent_at, OutboxEmail.last_error)
    rows = db.session.execute(select(*columns).where(OutboxEmail.key.in_(keys)))
    return {row.key: MailFate(row.status, row.sent_at or row.updated_at, row.last_error or "") for row in rows}


def invited_to(opportunity_id: int) -> Sequence[str]:
    """Who has it in their calendar and hears of what becomes of it: names, in the order of parties. One statement."""
    statement = (
        select(Invitation.name, Invitation.address, Invitee.party)
        .join(Invitation.invitee)
        .where(Invitation.opportunity_id == opportunity_id, Invitation.ended_at.is_(None))
    )
    rows = sorted(db.session.execute(statement), key=lambda row: row.party.position)
    return [row.name or row.address for row in rows]


def following(opportunity: Opportunity) -> Sequence[int]:
    """Ids of the open meetings that follow one in its series, in order. At most one statement."""
    if opportunity.series_id is None:
        return []
    statement = (
        select(Opportunity.id)
        .where(
            Opportunity.series_id == opportunity.series_id,
            Opportunity.status == OpportunityStatus.OPEN,
            Opportunity.starts_at > opportunity.starts_at,
        )
        .order_by(Opportunity.starts_at, Opportunity.id)
    )
    return db.session.scalars(statement).all()
