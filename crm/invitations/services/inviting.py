"""What an officer decides: to invite, to say it again, to invite no more."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import Conflict
from crm.invitations.models import Invitee, Party
from crm.invitations.people import person_of, why_not
from crm.invitations.policies import may_invite
from crm.invitations.queries import following, live_of
from crm.invitations.services.keeping import keep, locked
from crm.invitations.services.mailing import repeat
from crm.notifications.models import EmailStatus
from crm.notifications.queries import find_email
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.opportunities.queries import get_opportunity
from crm.opportunities.services.seats import lock

ON_ITS_WAY = "The last e-mail to them is still on its way. Send it again only if it does not arrive."
NOBODY_CHOSEN = "Select whom to invite."


def invite(opportunity: Opportunity, parties: Collection[Party], *, by: User, now: datetime) -> Sequence[str]:
    """Invite parties, and keep their calendars true from now on. Returns the names of those invited just now.

    Who is invited already stays so.

    Raises Conflict if it is not open or is over, nobody is chosen, or somebody of those chosen cannot be invited.
    """
    lock(opportunity)
    db.session.expire(opportunity)  # whoever leads it now is invited, whatever the page showed
    opportunity = get_opportunity(opportunity.id, viewer=by)
    if not may_invite(by, opportunity, now):
        raise Conflict(_why_not_now(opportunity))
    if not parties:
        raise Conflict(NOBODY_CHOSEN)
    for party in sorted(parties, key=lambda each: each.position):
        reason = why_not(party, opportunity)
        if reason:
            raise Conflict(f"Nobody was invited. {reason}")
    return [
        person_of(party, opportunity)[0]
        for party in sorted(parties, key=lambda each: each.position)
        if keep(_wanted(opportunity, party, by).id, now=now, at_once=True)
    ]


def invite_to_following(opportunity: Opportunity, parties: Collection[Party], *, by: User, now: datetime) -> int:
    """Invite the same parties to the open meetings that follow one in its series. Returns to how many.

    Each is an entry of its own, as each may be moved or cancelled. Whoever cannot be invited to one is left out there.
    """
    invited = 0
    for meeting_id in following(opportunity):
        meeting = get_opportunity(meeting_id, viewer=by)
        able = [party for party in parties if not why_not(party, meeting)]
        if able and may_invite(by, meeting, now):
            invited += bool(invite(meeting, able, by=by, now=now))
    return invited


def stop_inviting(invitee: Invitee, *, now: datetime) -> bool:
    """Take the entry out of a party's calendar, and keep it no longer. Safe to repeat. Whether anything was owed."""
    invitee = locked(invitee.id)
    invitee.is_wanted = False
    db.session.flush()
    return keep(invitee.id, now=now, at_once=True)


def send_again(invitee: Invitee, *, now: datetime) -> None:
    """Tell a party what is true, even if they were told already. Raises Conflict if there is nothing to tell them."""
    if keep(invitee.id, now=now, at_once=True):
        return
    invitee = locked(invitee.id)
    live = live_of(invitee)
    if live is None or live.ends_at <= now:
        raise Conflict("They have no invitation that could be sent again.")
    reason = why_not(invitee.party, invitee.opportunity)
    if reason:
        raise Conflict(reason)
    mail = find_email(live.mail_key)
    if mail is not None and mail.status in {EmailStatus.QUEUED, EmailStatus.SENDING}:
        raise Conflict(ON_ITS_WAY)
    repeat(live, invitee, now)


def _wanted(opportunity: Opportunity, party: Party, by: User) -> Invitee:
    """The row that says so. Whoever comes here has locked the opportunity."""
    statement = select(Invitee).where(Invitee.opportunity_id == opportunity.id, Invitee.party == party)
    invitee = db.session.scalars(statement).one_or_none()
    if invitee is None:
        invitee = Invitee(opportunity_id=opportunity.id, party=party, is_wanted=True, chosen_by_id=by.id)
        db.session.add(invitee)
    elif not invitee.is_wanted:
        invitee.is_wanted, invitee.chosen_by_id = True, by.id
    db.session.flush()
    return invitee


def _why_not_now(opportunity: Opportunity) -> str:
    if opportunity.status is OpportunityStatus.DRAFT:
        return "This opportunity is a draft. Open it, then invite."
    if opportunity.status is OpportunityStatus.OPEN:
        return "This opportunity is over, so nobody can be invited to it."
    return f"This opportunity is {opportunity.status.value}, so nobody can be invited to it."
