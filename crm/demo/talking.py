"""What was said to whom, and what is to happen next."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import select

from crm.audit.recording import set_actor
from crm.core import clock
from crm.core.db import db
from crm.demo import city
from crm.demo.days import one_between
from crm.demo.organisations import Known
from crm.interactions.models import Channel, Direction, FollowUp
from crm.interactions.services import InteractionDetails, NextStep, complete_follow_up, log_interaction
from crm.reference.academic_years import AcademicYear

CHANNELS = (*[Channel.CALL] * 5, *[Channel.EMAIL] * 4, Channel.MEETING, Channel.MEETING, Channel.VISIT, Channel.EVENT)
NOT_LATELY = 8  # every so many employers, one has not been contacted this year
# When the next step after the latest contact is due, in days from today; None for no next step. In turn.
DUE = (-12, 0, 3, None, -4, 9, 0, 21, -1, 6, -2)  # not a multiple of the number of officers: nobody’s day is all alike


def talk(random: Random, everybody: Sequence[Known], today: date) -> None:
    year = AcademicYear.of(today)
    for place, known in enumerate(everybody):
        set_actor(known.officer.name)
        for _ in range(random.randint(2, 6)):
            _log(random, known, one_between(random, year.previous.first_day, year.previous.last_day), today)
        if place % NOT_LATELY == NOT_LATELY - 1:
            continue
        for _ in range(random.randint(0, 4)):
            first = min(year.first_day, today - timedelta(days=21))
            _log_and_follow_up(random, known, one_between(random, first, today), today)
        _latest(random, known, place, today)


def _details(random: Random, known: Known, day: date) -> InteractionDetails:
    there = [each for each in known.contacts if each.left_at is None]
    channel, (summary, outcome) = random.choice(CHANNELS), random.choice(city.CALLS)
    together = 2 if channel in {Channel.MEETING, Channel.VISIT} else 1
    return InteractionDetails(
        channel,
        day,
        summary,
        contact_ids=frozenset(each.id for each in random.sample(there, min(together, len(there)))),
        direction=random.choice((Direction.INCOMING, *[Direction.OUTGOING] * 5)),
        outcome=outcome,
    )


def _log(random: Random, known: Known, day: date, today: date) -> None:
    log_interaction(known.employer, _details(random, known, day), by=known.officer, today=today)


def _log_and_follow_up(random: Random, known: Known, day: date, today: date) -> None:
    """A contact with a next step that has been taken."""
    due_on = day + timedelta(days=random.randint(2, 14))
    step = NextStep(random.choice(city.NEXT_STEPS), due_on, known.officer.id)
    interaction = log_interaction(
        known.employer, _details(random, known, day), by=known.officer, today=today, next_step=step
    )
    for follow_up in db.session.scalars(select(FollowUp).where(FollowUp.interaction_id == interaction.id)):
        complete_follow_up(follow_up, by=known.officer, at=_afternoon(min(due_on, today)))


def _latest(random: Random, known: Known, place: int, today: date) -> None:
    """The latest contact: with a next step that is overdue, due today or still to come, or with none."""
    day = one_between(random, today - timedelta(days=20), today - timedelta(days=1))
    due = DUE[place % len(DUE)]
    step = None
    if due is not None:
        step = NextStep(random.choice(city.NEXT_STEPS), today + timedelta(days=due), known.officer.id)
        day = min(day, step.due_on)
    log_interaction(known.employer, _details(random, known, day), by=known.officer, today=today, next_step=step)


def _afternoon(day: date) -> datetime:
    return min(clock.local_instant(day, time(16)), clock.now())
