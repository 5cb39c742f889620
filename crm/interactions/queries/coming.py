"""What is to come with an employer: next steps and plans, read together because its page has no statement to spare."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, String, Time, cast, null, select, union_all

from crm.accounts.models import User
from crm.core.db import db
from crm.employers.models import Contact, Employer
from crm.interactions.models import (
    Channel,
    FollowUp,
    PlannedContact,
    PlannedInteraction,
    PlannedOfficer,
    PlanStatus,
)
from crm.interactions.queries.follow_ups import NextStepRow
from crm.interactions.queries.people import names_of
from crm.interactions.queries.planned import PlannedRow

MOST_ROWS = 20  # of each


@dataclass(frozen=True, slots=True)
class Coming:
    """An employer's open next steps and plans, the soonest of each first."""

    steps: Sequence[NextStepRow]
    plans: Sequence[PlannedRow]


def coming_at(employer: Employer) -> Coming:
    """What anybody has still to do about an employer, and has planned with it. One statement."""
    together = union_all(_steps(employer.id), _plans(employer.id))
    found = db.session.execute(together).mappings().all()
    rows = sorted(found, key=lambda row: (row["day"], row["begins"] is not None, row["begins"], row["id"]))
    return Coming(
        [_step(row, employer) for row in rows if row["channel"] is None][:MOST_ROWS],
        [_plan(row, employer) for row in rows if row["channel"] is not None][:MOST_ROWS],
    )


def _steps(employer_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            FollowUp.id.label("id"),
            FollowUp.what.label("words"),
            FollowUp.due_on.label("day"),
            cast(null(), Time).label("begins"),
            cast(null(), String).label("channel"),
            FollowUp.owner_id.label("owner_id"),
            User.name.label("ours"),
            cast(null(), String).label("theirs"),
            FollowUp.interaction_id.label("interaction_id"),
        )
        .join(FollowUp.owner)
        .where(FollowUp.employer_id == employer_id, FollowUp.done_at.is_(None))
    )


def _plans(employer_id: int) -> Select[*tuple[Any, ...]]:
    return select(
        PlannedInteraction.id,
        PlannedInteraction.about,
        PlannedInteraction.planned_on,
        PlannedInteraction.starts_at,
        cast(PlannedInteraction.channel, String),
        cast(null(), Integer),
        names_of(User, PlannedOfficer, PlannedOfficer.user_id, PlannedInteraction),
        names_of(Contact, PlannedContact, PlannedContact.contact_id, PlannedInteraction),
        cast(null(), Integer),
    ).where(PlannedInteraction.employer_id == employer_id, PlannedInteraction.status == PlanStatus.PLANNED)


def _step(row: Any, employer: Employer) -> NextStepRow:
    return NextStepRow(
        id=row["id"],
        what=row["words"],
        due_on=row["day"],
        done_at=None,
        employer_id=employer.id,
        employer=employer.name,
        phone=employer.phone,
        owner_id=row["owner_id"],
        owner=row["ours"],
        interaction_id=row["interaction_id"],
    )


def _plan(row: Any, employer: Employer) -> PlannedRow:
    return PlannedRow(
        id=row["id"],
        planned_on=row["day"],
        starts_at=row["begins"],
        channel=Channel(row["channel"]),
        about=row["words"],
        status=PlanStatus.PLANNED,
        cancelled_reason=None,
        interaction_id=None,
        employer_id=employer.id,
        employer=employer.name,
        phone=employer.phone,
        officers=row["ours"],
        contacts=row["theirs"],
    )
