"""Dull opportunities for these tests, arranged by the service so that they cannot be invalid."""

from datetime import date, time
from typing import Any

from sqlalchemy import func, select

from crm.core.db import db
from crm.employers.models import Employer
from crm.opportunities.models import HOLDS_A_SEAT, Opportunity, Place
from crm.opportunities.services import OpportunityDetails, schedule_opportunity
from crm.pledges.kinds import OpportunityKind
from tests.factories import EmployerFactory, UserFactory

A_DAY = date(2026, 11, 10)


def details(**given: Any) -> OpportunityDetails:
    """A workplace visit from 10 to 12 on A_DAY for five young people, but for what is given."""
    dull: dict[str, Any] = {
        "kind": OpportunityKind.WORKPLACE_VISIT,
        "first_day": A_DAY,
        "starts": time(10),
        "ends": time(12),
        "capacity": 5,
    }
    return OpportunityDetails(**dull | given)


def arranged(*, employer: Employer | None = None, **given: Any) -> Opportunity:
    return schedule_opportunity(employer or EmployerFactory.make(), details(**given), scheduled_by=UserFactory.make())


def seats_held(opportunity_id: int) -> int:
    held = select(func.coalesce(func.sum(Place.seats), 0))
    return db.session.scalar(held.where(Place.opportunity_id == opportunity_id, Place.status.in_(HOLDS_A_SEAT))) or 0
