"""What was said by itself around opportunities so far, and what the coordinator who signs in said of the latest."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.audit.recording import set_actor
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.demo.organisations import Classes
from crm.employers.models import Employer
from crm.notifications.models import EmailStatus, OutboxEmail
from crm.notifications.services import forget_secrets
from crm.opportunities.employer_word.services import Word, say
from crm.opportunities.models import CAME, TAKES_PART, Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.opportunities.provider_word.services import Feedback, say_for_provider
from crm.opportunities.services import Attendance, mark_attendance
from crm.opportunities.who_came.models import AttendanceMark
from crm.reference.settings import settings
from crm.reminders.models import Outcome, Party, Reminder
from crm.reminders.planning import Planned, Rhythm, plan
from crm.reminders.queries import candidates, providers_of
from crm.reminders.services import decide

DAY = timedelta(days=1)
SAID = (
    Feedback(rating=5, went_well="They were given real work to do, and told what came of it.", to_change=""),
    Feedback(
        rating=3,
        went_well="Everybody could ask what they wanted.",
        to_change="An hour more. Our group had to leave when it became interesting.",
    ),
)
EMPLOYER_SAID = "Two of them stayed longer to ask how one becomes an apprentice here."


def hear_back(schools: Sequence[Classes], users: Sequence[User], today: date) -> None:
    """As if the scheduler had run all along, and the coordinator had answered twice, once with another register."""
    _remind(clock.now())
    coordinator = next(user for user in users if user.role is Role.PROVIDER)
    set_actor(coordinator.name)
    latest = _latest_of(schools[0].provider.id, today)
    for opportunity, feedback in zip(latest, SAID, strict=False):
        say_for_provider(opportunity, schools[0].provider, feedback, by=coordinator, seen=0)
    _differ(latest, coordinator)
    _say_for_employer(latest[:1])


def _say_for_employer(latest: Sequence[Opportunity]) -> None:
    for opportunity in latest:
        if opportunity.leader is not None:
            set_actor(f"{opportunity.leader.name} of {opportunity.employer.name}")
            say(opportunity, opportunity.leader, Word(came=opportunity.taken, rating=4, went_well=EMPLOYER_SAID))


def _remind(now: datetime) -> None:
    rhythm = Rhythm.of(settings())
    for candidate in candidates(now, rhythm):
        opportunity = db.session.get_one(Opportunity, candidate.opportunity_id)
        providers = providers_of([opportunity.id])[opportunity.id]
        past = [
            each
            for each in plan(candidate.starts_at, candidate.ends_at, providers.keys(), rhythm)
            if each.due_at <= now
        ]
        if opportunity.status is OpportunityStatus.DELIVERED:
            db.session.add_all(_sent(opportunity, each) for each in past)
        else:
            for due_at in sorted({each.due_at for each in past}):
                decide(opportunity.id, now=due_at)
                _went_out(due_at)
    db.session.flush()


def _sent(opportunity: Opportunity, planned: Planned) -> Reminder:
    """Of what is over: the mail has been forgotten."""
    return Reminder(
        opportunity_id=opportunity.id,
        step=planned.step,
        party=planned.party,
        provider_id=planned.provider_id,
        contact_id=opportunity.leader_id if planned.party is Party.EMPLOYER else None,
        about_on=planned.about_on,
        outcome=Outcome.SENT,
        decided_at=planned.due_at,
    )


def _went_out(at: datetime) -> None:
    db.session.flush()
    waiting = select(OutboxEmail).where(
        OutboxEmail.key.startswith("reminder:"), OutboxEmail.status == EmailStatus.QUEUED
    )
    for mail in db.session.scalars(waiting):
        mail.status, mail.sent_at, mail.attempts, mail.created_at = EmailStatus.SENT, at, 1, at
        forget_secrets(mail)
    db.session.flush()


def _latest_of(provider_id: int, today: date) -> Sequence[Opportunity]:
    statement = (
        select(Opportunity)
        .where(
            Opportunity.provider_id == provider_id,
            Opportunity.status == OpportunityStatus.DELIVERED,
            Opportunity.ends_at < clock.start_of_day(today),
        )
        .order_by(Opportunity.ends_at.desc(), Opportunity.id.desc())
        .limit(12)
        .options(joinedload(Opportunity.employer).joinedload(Employer.owner), joinedload(Opportunity.leader))
    )
    return db.session.scalars(statement).all()


def _differ(latest: Sequence[Opportunity], coordinator: User) -> None:
    """Of one young person, the coordinator says that they stayed away; the officer had marked that they came."""
    for opportunity in latest:
        held = db.session.scalars(
            select(Place).where(Place.opportunity_id == opportunity.id, Place.status.in_(TAKES_PART)).order_by(Place.id)
        ).all()
        came = [place for place in held if place.status in CAME and place.young_person_id is not None]
        officer = opportunity.employer.owner
        if officer is not None and len(came) > 1:
            mark_attendance(opportunity, {each.id: Attendance(each.status, each.came) for each in held}, by=officer)
            for mark in db.session.scalars(select(AttendanceMark)):
                mark.marked_at -= DAY
            mark_attendance(opportunity, {came[-1].id: Attendance(PlaceStatus.NO_SHOW)}, by=coordinator)
            return
