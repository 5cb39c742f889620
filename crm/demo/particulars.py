"""What the demonstration's opportunities are for and for whom, and what was meaningful about them."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from crm.demo.organisations import Classes, Known
from crm.opportunities.models import Opportunity, OpportunityStatus
from crm.opportunities.particulars import Part, Programme, parts_of
from crm.opportunities.services import (
    Lists,
    OpportunityDetails,
    exempt_from_checks,
    open_opportunity,
    say_parts,
    schedule_opportunity,
)
from crm.pledges.kinds import OpportunityKind as Kind
from crm.providers.models import YearGroup

ACTIVITIES: Mapping[Kind, str] = {
    Kind.PLACEMENT: "Work beside a different colleague each day, keep a diary, and show on Friday what they made.",
    Kind.WORKPLACE_VISIT: "See three departments, try one job by hand, and ask people how they came to do theirs.",
    Kind.JOB_SHADOWING: "Follow one person through an ordinary day and write down every skill they use.",
    Kind.EMPLOYER_PROJECT: "Work in threes on a problem the employer has, and present an answer to its manager.",
    Kind.VIRTUAL_PLACEMENT: "A live briefing each morning, a task each day, and feedback from a mentor each afternoon.",
    Kind.TALK: "Twenty minutes of story, then questions. Something from the job goes round.",
    Kind.MENTORING: "Talk about what comes next, and agree one small step until the next meeting.",
    Kind.MOCK_INTERVIEW: "Ten minutes of interview each, and five of honest feedback.",
}
FOR: Mapping[Kind, frozenset[YearGroup]] = {
    Kind.PLACEMENT: frozenset({YearGroup.YEAR_10, YearGroup.YEAR_11, YearGroup.YEAR_12}),
    Kind.MOCK_INTERVIEW: frozenset({YearGroup.YEAR_11}),
    Kind.WORKPLACE_VISIT: frozenset({YearGroup.YEAR_9, YearGroup.YEAR_10}),
}
NOT_ASKED_YET, ONE_MISSING, TURNS = 0, 1, 4  # of every four, one was not asked about and one lacked something
WHY_EXEMPT = "Their new certificate is with the broker; the broker’s letter covers these days."
TWO_WEEKS, T_LEVEL_LASTS = timedelta(days=14), timedelta(days=64)


def lists_for(known: Known, kind: Kind) -> Lists:
    """Year groups by its kind, and the employer's first sector."""
    return Lists(
        sector_ids=frozenset(sector.id for sector in known.employer.sectors[:1]),
        year_groups=FOR.get(kind, frozenset()),
    )


def say_what_was_meaningful(opportunity: Opportunity, number: int) -> None:
    """Of what took place; `number` takes turns."""
    if number % TURNS == NOT_ASKED_YET:
        return
    said = dict.fromkeys(parts_of(opportunity.kind), True)
    if number % TURNS == ONE_MISSING:
        said[Part.REFLECTION] = False
    say_parts(opportunity, said, seen_version=opportunity.version)


def arrange_long_ones(insured: Known, new: Known, school: Classes, today: date) -> None:
    """A T Level industry placement, exempt for now, and a week for Year 9 that waits for a manager's reason."""
    first = today + TWO_WEEKS - timedelta(days=today.weekday())
    dull: dict[str, Any] = {
        "kind": Kind.PLACEMENT,
        "starts": time(9),
        "ends": time(16),
        "provider_id": school.provider.id,
    }
    t_level = OpportunityDetails(
        **dull,
        title="T Level: design and development",
        first_day=first,
        last_day=first + T_LEVEL_LASTS,
        hours=Decimal(315),
        capacity=1,
        site_id=insured.sites[0].id,
        programme=Programme.T_LEVEL,
        activity="One real project from brief to hand-over, with a mentor each week.",
        lists=Lists(year_groups=frozenset({YearGroup.YEAR_12})),
    )
    placed = schedule_opportunity(insured.employer, t_level, scheduled_by=insured.officer)
    if placed.status is OpportunityStatus.DRAFT:
        exempt_from_checks(placed, reason=WHY_EXEMPT, by=insured.officer)
        open_opportunity(placed)
    early = OpportunityDetails(
        **dull,
        title="A first week in the studio",
        first_day=first,
        last_day=first + timedelta(days=4),
        hours=Decimal(25),
        capacity=2,
        site_id=new.sites[0].id,
        activity="A week for two pupils who asked for it themselves.",
        lists=Lists(year_groups=frozenset({YearGroup.YEAR_9})),
    )
    schedule_opportunity(new.employer, early, scheduled_by=new.officer)
