"""Registers that wait for the coordinator who signs in: one of today, and one of last week that nobody marked."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from crm.demo.organisations import Classes, Known
from crm.opportunities.services import (
    OpportunityDetails,
    add_headcount,
    add_places_by_reference,
    schedule_opportunity,
)
from crm.pledges.kinds import OpportunityKind as Kind

LAST_WEEK = timedelta(days=7)
TAKING_PART = 6  # references


def leave_registers_to_mark(everybody: Sequence[Known], schools: Sequence[Classes], today: date) -> None:
    """For the first school, whose coordinator signs in."""
    school = schools[0]
    for known, kind, title, day in (
        (everybody[1], Kind.WORKPLACE_VISIT, "Behind the scenes for a morning", today),
        (everybody[2], Kind.TALK, "How I got here", today - LAST_WEEK),
    ):
        details = OpportunityDetails(
            kind=kind,
            title=title,
            first_day=day,
            starts=time(9, 30),
            ends=time(12),
            capacity=12,
            provider_id=school.provider.id,
            place_or_link=school.provider.name if kind is Kind.TALK else known.sites[0].name,
        )
        opportunity = schedule_opportunity(known.employer, details, scheduled_by=known.officer)
        add_places_by_reference(opportunity, school.provider, "\n".join(school.references[-TAKING_PART:]))
        if day == today:
            add_headcount(opportunity, school.provider, 3)
