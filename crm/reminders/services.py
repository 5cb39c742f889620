"""Deciding what is due, and stopping it. Callers open the unit of work; nothing here commits."""

from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.core.clock import local_date
from crm.core.db import db
from crm.core.errors import Conflict
from crm.core.web import mailed_link, public_link
from crm.employers.models import Contact
from crm.interactions.due import Due, quick_days
from crm.interactions.services.follow_ups import NextStep, add_follow_up
from crm.links import services as links
from crm.notifications.services import enqueue
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.opportunities.services.seats import lock
from crm.reference.settings import settings
from crm.reminders import queries
from crm.reminders.letters import Occasion, to_do, to_employer, to_provider
from crm.reminders.models import Outcome, Party, Reminder, ReminderStop, Step
from crm.reminders.planning import STOPPED, Planned, Rhythm, due, no_owner, plan, why_not
from crm.reminders.queries import Told

SATURDAY = 5
PAGES = {Step.REGISTER: "opportunities.register", Step.FEEDBACK: "opportunities.provider_word"}


def decide(opportunity_id: int, *, now: datetime) -> bool:
    """Send what is due around an opportunity, or write down why not. Returns whether anything was decided.

    Each step is decided once for each party and day: a second scheduler waits for the opportunity's row, finds the
    decision and does nothing.
    """
    opportunity = queries.reminded(opportunity_id)
    lock(opportunity)
    if opportunity.status is OpportunityStatus.DRAFT:
        return False
    chosen, told, stop = settings(), queries.told_of(opportunity_id), queries.stop_of(opportunity_id)
    planned = plan(opportunity.starts_at, opportunity.ends_at, told.keys(), Rhythm.of(chosen))
    steps = due(planned, queries.decided_about([opportunity_id])[opportunity_id], now)
    beside = queries.beside(opportunity)
    occasion = Occasion(opportunity=opportunity, council=chosen["council_name"])
    for each in steps:
        party = told[each.provider_id] if each.provider_id is not None else None
        reason = why_not(
            each,
            opportunity,
            party.reach if party else None,
            stopped_by=stop.stopped_by.name if stop else None,
            now=now,
            beside=beside,
        )
        reminder = _write_down(opportunity, each, reason, now)
        if reminder is None:
            return False
        if reason is None:
            _send(reminder, occasion, party)
    return bool(steps)


def _write_down(opportunity: Opportunity, planned: Planned, reason: str | None, now: datetime) -> Reminder | None:
    """Decide. Returns None if another scheduler did."""
    reminder = Reminder(
        opportunity_id=opportunity.id,
        step=planned.step,
        party=planned.party,
        provider_id=planned.provider_id,
        contact_id=opportunity.leader_id if planned.party is Party.EMPLOYER else None,
        about_on=planned.about_on,
        outcome=Outcome.SKIPPED if reason else Outcome.SENT,
        reason=reason,
        decided_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(reminder)
    except IntegrityError:
        return None
    return reminder


def _send(reminder: Reminder, occasion: Occasion, told: Told | None) -> None:
    leader = occasion.opportunity.leader
    if told is not None:
        _tell_provider(reminder, occasion, told)
    elif leader is not None:
        _tell_employer(reminder, occasion, leader)


def _tell_employer(reminder: Reminder, occasion: Occasion, leader: Contact) -> None:
    key = f"reminder:{reminder.id}"
    own = links.way_in(leader, key)
    if reminder.step is Step.FEEDBACK:
        page = mailed_link("hub.word", own, opportunity_id=occasion.opportunity.id)
    else:
        page = mailed_link("hub.show", own)
    stop = links.way_to_stop(leader, key, by=None)
    letter = to_employer(reminder.step, occasion, leader.name, page=page, stop=stop)
    enqueue(
        key=key,
        recipient=leader.email or "",
        subject=occasion.subject(reminder.step),
        body=letter.text,
        html=letter.html,
        reply_to=occasion.reply_to,
        sender_name=occasion.sender,
        unsubscribe=stop,
        employer_id=leader.employer_id,
    )


def _tell_provider(reminder: Reminder, occasion: Occasion, told: Told) -> None:
    """Every coordinator; where nobody can sign in, the provider's own address."""
    endpoint = PAGES.get(reminder.step, "opportunities.show")
    page = public_link(endpoint, opportunity_id=occasion.opportunity.id)
    addressees = [(user.name, user.email, page) for user in told.coordinators]
    for number, (name, address, where) in enumerate(
        addressees or [(told.provider.contact_name or told.provider.name, told.provider.email or "", None)]
    ):
        letter = to_provider(reminder.step, occasion, name, seats=told.seats, page=where)
        enqueue(
            key=f"reminder:{reminder.id}:{number}",
            recipient=address,
            subject=occasion.subject(reminder.step),
            body=letter.text,
            html=letter.html,
            reply_to=occasion.reply_to,
            sender_name=occasion.sender,
        )


def tell_of_unfilled(opportunity_id: int, *, now: datetime) -> bool:
    """Make an offer that is not taken up the next step of the employer's owner, once. Returns whether it was decided.

    Where there is no owner who could, that is written down instead.
    """
    opportunity = queries.reminded(opportunity_id)
    lock(opportunity)
    after = timedelta(days=int(settings()["unfilled_days"]))
    if not _is_unfilled(opportunity, now) or queries.open_since(opportunity) > now - after:
        return False
    owner, stop = opportunity.employer.owner, queries.stop_of(opportunity_id)
    reason = STOPPED.format(name=stop.stopped_by.name) if stop else no_owner(opportunity)
    about = Planned(Step.UNFILLED, Party.OWNER, None, now, now, local_date(opportunity.starts_at))
    if _write_down(opportunity, about, reason, now) is None:
        return False
    if owner is not None and reason is None:
        add_follow_up(opportunity.employer, NextStep(to_do(opportunity), _working_day(local_date(now)), owner.id))
    return True


def _is_unfilled(opportunity: Opportunity, now: datetime) -> bool:
    """Seen under the lock."""
    return (
        opportunity.status is OpportunityStatus.OPEN
        and not opportunity.is_full
        and opportunity.starts_at > now
        and not queries.is_told_of_unfilled(opportunity)
    )


def _working_day(today: date) -> date:
    return today if today.weekday() < SATURDAY else quick_days(today)[Due.TOMORROW][1]


def stop_reminders(opportunity: Opportunity, *, by: User) -> None:
    """Say nothing more by itself around an opportunity. Raises Conflict if that was stopped already."""
    lock(opportunity)
    if queries.stop_of(opportunity.id) is not None:
        raise Conflict("A colleague has stopped the reminders already.")
    db.session.add(ReminderStop(opportunity_id=opportunity.id, stopped_by_id=by.id))
    db.session.flush()


def resume_reminders(opportunity: Opportunity) -> None:
    """Let them go on; what was due meanwhile is not made up for. Raises Conflict if they do go on."""
    lock(opportunity)
    stop = queries.stop_of(opportunity.id)
    if stop is None:
        raise Conflict("The reminders of this opportunity are not stopped.")
    db.session.delete(stop)
    db.session.flush()
