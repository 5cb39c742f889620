"""What is planned with employers, and an entry of the log that was corrected."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta

from sqlalchemy import select

from crm.audit.recording import set_actor
from crm.core import clock
from crm.core.db import db
from crm.demo.organisations import Known
from crm.interactions.models import Channel, Interaction
from crm.interactions.queries.log import get_interaction
from crm.interactions.services import (
    Correcting,
    InteractionDetails,
    PlanDetails,
    cancel_plan,
    correct_interaction,
    plan_interaction,
)

EVERY = 7  # so many employers, something is planned with one
# In turn: channel, days from today, time, what it is about.
PLANS = (
    (Channel.MEETING, 8, time(14), "The pledge for this year: who, when and how many"),
    (Channel.VISIT, 2, time(9, 30), "See the workshop before the first group comes"),
    (Channel.CALL, 0, None, "Ask how the placement is going"),
    (Channel.MEETING, 15, time(11), "Introduce the school’s careers lead"),
)
CANCELLED = 3  # which of them will not happen


def plan_and_correct(everybody: Sequence[Known], today: date) -> None:
    for place, known in enumerate(everybody[::EVERY]):
        set_actor(known.officer.name)
        channel, days, starts_at, about = PLANS[place % len(PLANS)]
        there = [each.id for each in known.contacts if each.left_at is None]
        details = PlanDetails(channel, today + timedelta(days=days), about, starts_at, frozenset(there[:2]))
        plan = plan_interaction(known.employer, details, by=known.officer, today=today)
        if place == CANCELLED:
            cancel_plan(plan, reason="The school has an inspection that week")
    _correct(everybody[0], today)


def _correct(known: Known, today: date) -> None:
    """The first entry of one employer, in which a number was wrong."""
    of_theirs = select(Interaction.id).where(Interaction.employer_id == known.employer.id).order_by(Interaction.id)
    entry = get_interaction(db.session.scalars(of_theirs.limit(1)).one(), viewer=known.officer)
    said = InteractionDetails(
        entry.channel,
        entry.happened_on,
        entry.summary,
        frozenset(each.id for each in entry.contacts),
        frozenset(each.id for each in entry.officers),
        entry.direction,
        entry.outcome,
    )
    set_actor(known.officer.name)
    correct_interaction(
        entry,
        replace(said, summary=f"{entry.summary} Three places, not two."),
        Correcting(known.officer, clock.now(), "I had noted the wrong number of places"),
        seen=entry.version,
        today=today,
    )
