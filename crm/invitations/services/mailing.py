"""The mails about one calendar entry. Each is owed together with what it says being written down as told."""

from datetime import datetime
from enum import StrEnum
from secrets import token_hex

from crm.core.db import db
from crm.invitations import letters
from crm.invitations.deciding import Entry, Owed
from crm.invitations.entries import Envelope, as_calendar
from crm.invitations.letters import Mailing
from crm.invitations.models import Invitation, Invitee
from crm.invitations.ourselves import Ourselves, ourselves
from crm.invitations.people import entry_told, officer_for
from crm.notifications.letters import Letter
from crm.notifications.models import CalendarMethod
from crm.notifications.policies import GIVEN_UP
from crm.notifications.queries import find_email
from crm.notifications.services import cancel, enqueue

LONGEST_REASON = 255  # characters; somebody's own words on how they objected may be as many


class Heard(StrEnum):
    """What somebody has heard of what they were to be told."""

    NOTHING = "nothing"  # there is no entry in their calendar
    EARLIER = "earlier"  # not the last of it
    ALL = "all"


def mailing_to(invitee: Invitee, council: Ourselves) -> Mailing:
    opportunity = invitee.opportunity
    return Mailing(
        party=invitee.party,
        kind=opportunity.kind,
        employer=opportunity.employer.name,
        employer_id=opportunity.employer_id,
        officer=officer_for(opportunity, invitee.chosen_by),
        council=council,
    )


def add_entry(invitee: Invitee, entry: Entry, now: datetime) -> None:
    """Invite somebody who has no entry yet."""
    council = ourselves()
    mailing = mailing_to(invitee, council)
    invitation = Invitation(
        invitee=invitee,
        opportunity_id=invitee.opportunity_id,
        uid=f"{token_hex(16)}@{council.host}",
        sequence=0,
        mails=0,
        organiser=council.organiser_for(entry.address, mailing.officer),
    )
    _tell(invitation, entry, now)
    db.session.add(invitation)
    _owe(invitation, mailing, letters.SUBJECT, letters.invitation(mailing, entry), now)


def owe_change(invitation: Invitation, invitee: Invitee, entry: Entry, now: datetime) -> None:
    """Say what is so now to somebody who has an entry. What was to be said before and has not gone out never does."""
    mailing, heard, before = mailing_to(invitee, ourselves()), _heard(invitation), entry_told(invitation)
    _tell(invitation, entry, now)
    if heard is Heard.NOTHING:
        _owe(invitation, mailing, letters.SUBJECT, letters.invitation(mailing, entry), now)
        return
    invitation.sequence += 1
    letter = letters.change(mailing, entry, before if heard is Heard.ALL else None)
    _owe(invitation, mailing, letters.CHANGED_SUBJECT, letter, now)


def repeat(invitation: Invitation, invitee: Invitee, now: datetime) -> None:
    """Say once more what was said last, to somebody who lost the mail."""
    mailing, entry = mailing_to(invitee, ourselves()), entry_told(invitation)
    invitation.told_at = now
    _owe(invitation, mailing, letters.SUBJECT, letters.invitation(mailing, entry), now)


def strike_out(invitation: Invitation, invitee: Invitee, owed: Owed, now: datetime) -> None:
    """End an entry, and say so unless that cannot be or they never heard of it."""
    heard = _heard(invitation)
    invitation.ended_at, invitation.ended_reason = now, owed.end
    if heard is Heard.NOTHING:
        return
    invitation.untold_reason = owed.untold[:LONGEST_REASON] or None
    if not owed.untold:
        invitation.sequence += 1
        mailing = mailing_to(invitee, ourselves())
        letter = letters.called_off(mailing, entry_told(invitation), owed.end)
        _owe(invitation, mailing, letters.CANCELLED_SUBJECT, letter, now, CalendarMethod.CANCEL)


def _heard(invitation: Invitation) -> Heard:
    """What they heard. The last mail does not go out any more, if it has not: something else takes its place.

    A mail that was tried may have arrived, whatever the server said.
    """
    mail = find_email(invitation.mail_key)
    if mail is None:
        return Heard.ALL  # it went out long ago
    is_first, untold = invitation.mails == 1, mail.status in GIVEN_UP
    if cancel(mail.key):
        invitation.mails -= 1
        untold = mail.attempts == 0
    if not untold:
        return Heard.ALL
    return Heard.NOTHING if is_first else Heard.EARLIER


def _tell(invitation: Invitation, entry: Entry, now: datetime) -> None:
    invitation.name, invitation.address, invitation.title = entry.name, entry.address, entry.title
    invitation.starts_at, invitation.ends_at = entry.starts_at, entry.ends_at
    invitation.location, invitation.told_at = entry.location, now


def _owe(
    invitation: Invitation,
    mailing: Mailing,
    subject: str,
    letter: Letter,
    now: datetime,
    method: CalendarMethod = CalendarMethod.REQUEST,
) -> None:
    """The mail that says what the invitation says."""
    entry = entry_told(invitation)
    invitation.mails += 1
    envelope = Envelope(
        uid=invitation.uid,
        sequence=invitation.sequence,
        organiser=invitation.organiser,
        organiser_name=mailing.sender_name,
        method=method,
        about=mailing.questions,
        at=now,
    )
    enqueue(
        key=invitation.mail_key,
        recipient=entry.address,
        subject=mailing.subject(subject, entry),
        body=letter.text,
        html=letter.html,
        reply_to=invitation.organiser,
        sender_name=mailing.sender_name,
        calendar=as_calendar(entry, envelope),
        calendar_method=method,
        employer_id=mailing.employer_id,
    )
    db.session.flush()
