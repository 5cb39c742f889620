"""Planning a contact: moving it, cancelling it, and logging it once it has happened. Nothing here commits."""

from dataclasses import dataclass
from datetime import date, time

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.employers.models import Employer
from crm.interactions.models import Channel, Interaction, PlannedInteraction, PlanStatus
from crm.interactions.services.follow_ups import NextStep
from crm.interactions.services.log import InteractionDetails, log_interaction
from crm.interactions.services.people import contacts_at, officers_with

PAST = "That day is past. Log the contact instead, or plan it for today or later."
PLAIN = ("channel", "planned_on", "starts_at", "about")


@dataclass(frozen=True, slots=True)
class PlanDetails:
    """What is to happen with an employer, when and with whom."""

    channel: Channel
    planned_on: date  # in London
    about: str
    starts_at: time | None = None  # in London
    contact_ids: frozenset[int] = frozenset()
    officer_ids: frozenset[int] = frozenset()  # empty: only who plans it


def plan_interaction(employer: Employer, details: PlanDetails, *, by: User, today: date) -> PlannedInteraction:
    """Plan a contact with an employer.

    Raises Conflict if the day is past, a contact person belongs to another employer, or an officer is no colleague.
    """
    plan = PlannedInteraction(
        employer_id=employer.id, planned_by_id=by.id, status=PlanStatus.PLANNED, contacts=[], officers=[]
    )
    _write(plan, details, today)
    db.session.add(plan)
    db.session.flush()
    return plan


def change_plan(plan: PlannedInteraction, details: PlanDetails, *, seen: int | None, today: date) -> None:
    """Move a plan to another day, or change what it is about, how and with whom.

    Raises:
        EditedMeanwhile: somebody saved it after the form with version `seen` was opened.
        Conflict: as for `plan_interaction`, or it is logged or cancelled.
    """
    check_version(plan, seen)
    _still_planned(plan)
    _write(plan, details, today)
    db.session.flush()


def move_plan(plan: PlannedInteraction, planned_on: date, *, today: date) -> None:
    """Put a plan off, or bring it forward; the time of day stays.

    Raises Conflict if the day is past, or it is logged or cancelled.
    """
    _still_planned(plan)
    if planned_on < today:
        raise Conflict(PAST)
    plan.planned_on = planned_on
    db.session.flush()


def cancel_plan(plan: PlannedInteraction, *, reason: str) -> None:
    """Say that it will not happen, and why. Raises Conflict if it is logged or cancelled already."""
    _still_planned(plan)
    plan.status, plan.cancelled_reason = PlanStatus.CANCELLED, reason
    db.session.flush()


def log_plan(
    plan: PlannedInteraction,
    details: InteractionDetails,
    *,
    by: User,
    today: date,
    next_step: NextStep | None = None,
) -> Interaction:
    """Put a plan that has happened into the contact log, as it turned out. Its employer must be loaded.

    Raises:
        Conflict: as for `log_interaction`, or it is logged or cancelled already.
        EditedMeanwhile: at the commit, if a colleague logged it at the same moment.
    """
    _still_planned(plan)
    interaction = log_interaction(plan.employer, details, by=by, today=today, next_step=next_step)
    plan.status, plan.interaction_id = PlanStatus.LOGGED, interaction.id
    db.session.flush()
    return interaction


def _write(plan: PlannedInteraction, details: PlanDetails, today: date) -> None:
    if details.planned_on < today:
        raise Conflict(PAST)
    contacts = contacts_at(plan.employer_id, details.contact_ids)
    officers = officers_with(details.officer_ids or frozenset({plan.planned_by_id}))
    for name in PLAIN:
        setattr(plan, name, getattr(details, name))
    if {*contacts, *officers} != {*plan.contacts, *plan.officers}:
        plan.contacts, plan.officers = contacts, officers
        plan.updated_at = clock.now()  # a list is not a column: without this the version would stay


def _still_planned(plan: PlannedInteraction) -> None:
    if not plan.is_open:
        raise Conflict(f"This is {plan.status.value} already.")
