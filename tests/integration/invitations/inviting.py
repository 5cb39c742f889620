"""Talks that somebody is invited to, and what was mailed about them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar

from crm.core.db import db
from crm.employers.models import Employer
from crm.invitations.jobs import keep_invitations
from crm.invitations.models import Invitation, Party
from crm.invitations.services import PAUSE, invite
from crm.notifications.models import EmailStatus, OutboxEmail
from crm.opportunities.models import Opportunity
from crm.opportunities.services import edit_opportunity, schedule_opportunity
from crm.pledges.kinds import OpportunityKind
from tests.conftest import stored
from tests.factories import ContactFactory, EmployerFactory, ProviderFactory, UserFactory
from tests.integration.opportunities.arranging import details

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TALK_ON = date(2026, 11, 12)
EVERYBODY = tuple(Party)


def a_talk(**given: Any) -> Opportunity:
    """A talk of Jo Hall’s from 10 to 11 for a school, arranged by Priya Shah, who looks after the employer."""
    employer = EmployerFactory.make(
        name="Alder Joinery", owner=UserFactory.make(name="Priya Shah", email="priya@council.example")
    )
    talk = schedule_opportunity(employer, details(**_details(employer) | given), scheduled_by=UserFactory.make())
    db.session.commit()
    return talk


def _details(employer: Employer) -> dict[str, Any]:
    jo = ContactFactory.make(employer=employer, name="Jo Hall", email="jo@alder.example")
    school = ProviderFactory.make(name="Northgate School", contact_name="Sam Lee", email="careers@northgate.example")
    return {
        "kind": OpportunityKind.TALK,
        "title": "Timber and you",
        "first_day": TALK_ON,
        "starts": time(10),
        "ends": time(11),
        "leader_id": jo.id,
        "provider_id": school.id,
        "place_or_link": "Northgate School, Room 4",
    }


def invited(*parties: Party, now: datetime = NOW, **given: Any) -> Opportunity:
    """A talk that parties, by default the leader, are invited to. Their mails have gone out."""
    talk = a_talk(**given)
    invite(talk, parties or [Party.LEADER], by=talk.employer.owner or UserFactory.make(), now=now)
    db.session.commit()
    all_sent()
    return talk


def change(talk: Opportunity, **to: Any) -> None:
    """Edit it: the day, the times, the title, who leads it."""
    now: dict[str, Any] = {
        "kind": talk.kind,
        "title": talk.title,
        "first_day": TALK_ON,
        "starts": time(10),
        "ends": time(11),
        "leader_id": talk.leader_id,
        "provider_id": talk.provider_id,
        "place_or_link": talk.place_or_link,
    }
    edit_opportunity(talk, details(**now | to), seen_version=talk.version)
    db.session.commit()


def settled(now: datetime = NOW) -> datetime:
    """Let the scheduler see what is so, and again when it has been so for long enough. The moment it was then."""
    keep_invitations(now)
    later = now + PAUSE
    keep_invitations(later)
    return later + timedelta(seconds=1)


def all_sent() -> None:
    """Every mail that is owed went out."""
    for mail in stored(OutboxEmail):
        if mail.status is EmailStatus.QUEUED:
            mail.status, mail.sent_at, mail.attempts = EmailStatus.SENT, NOW, 1
    db.session.commit()


def mails() -> list[OutboxEmail]:
    return stored(OutboxEmail)


def said() -> list[tuple[str, str, int]]:
    """To whom what was mailed, in order: address, method and sequence."""
    return [(mail.recipient, *_method_and_sequence(mail.calendar)) for mail in mails()]


def _method_and_sequence(text: str | None) -> tuple[str, int]:
    calendar, event = parsed(text)
    return str(calendar["METHOD"]), event["SEQUENCE"]


def parsed(text: str | bytes | None) -> tuple[Calendar, Any]:
    """A calendar entry as its reader's program reads it: the calendar, and the one event of it."""
    calendar = Calendar.from_ical(text or "")
    assert isinstance(calendar, Calendar)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def the_invitation() -> Invitation:
    (invitation,) = stored(Invitation)
    assert isinstance(invitation, Invitation)
    return invitation
