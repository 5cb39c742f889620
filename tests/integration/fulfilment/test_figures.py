"""Figures at the edges: over-delivery, bookings, headcounts, later versions, missing cohorts, other policies."""

from datetime import UTC, date, datetime
from decimal import Decimal

from crm.fulfilment.by_provider import providers_summary
from crm.fulfilment.contacts import contact_months
from crm.fulfilment.counting import CountingPolicy
from crm.fulfilment.headlines import position
from crm.fulfilment.progress import line_progress, pledge_progress, progress_by_employer
from crm.fulfilment.three import three_opportunities
from crm.interactions.models import Channel
from crm.opportunities.models import Opportunity, Place, PlaceStatus, Side
from crm.pledges.kinds import OpportunityKind
from crm.pledges.models import Pledge, PledgeLine, PledgeStatus
from crm.reference.academic_years import AcademicYear
from tests.factories import (
    CohortFactory,
    InteractionFactory,
    OpportunityFactory,
    PlaceFactory,
    PledgeFactory,
    PledgeLineFactory,
    ProviderFactory,
    YoungPersonFactory,
)

AS_AT = date(2026, 11, 30)
POLICY = CountingPolicy.usual(AS_AT)


def pledge_of(*numbers: int, status: PledgeStatus = PledgeStatus.CONFIRMED) -> Pledge:
    """A pledge with a line of so many young people, one placement each, for every number."""
    lines = [PledgeLineFactory.build(young_people=number, each=1) for number in numbers]
    ended = {"ended_reason": "Moved away"} if status is PledgeStatus.WITHDRAWN else {}
    pledge: Pledge = PledgeFactory.make(lines=lines, status=status, **ended)
    return pledge


def attended(line: PledgeLine, people: int, *, status: PlaceStatus = PlaceStatus.ATTENDED, day: int = 9) -> None:
    opportunity = OpportunityFactory.make(
        employer=line.pledge.employer,
        starts_at=datetime(2026, 11, day, 9, tzinfo=UTC),
        ends_at=datetime(2026, 11, day, 16, tzinfo=UTC),
    )
    came = 1 if status in {PlaceStatus.ATTENDED, PlaceStatus.PART_ATTENDED} else None
    for _ in range(people):
        PlaceFactory.make(opportunity=opportunity, pledge_line_id=line.root_id, status=status, came=came)


def test_one_line_over_its_promise_never_hides_another_that_is_short(database: None) -> None:
    pledge = pledge_of(2, 5)
    attended(pledge.lines[0], 6)

    progress = pledge_progress([pledge], AS_AT)[pledge.id]

    assert (progress.promised, progress.attended, progress.over, progress.remaining) == (7, 6, 4, 5)


def test_booked_places_are_neither_attended_nor_remaining(database: None) -> None:
    pledge = pledge_of(5)
    attended(pledge.lines[0], 2)
    attended(pledge.lines[0], 1, status=PlaceStatus.CONFIRMED)
    attended(pledge.lines[0], 1, status=PlaceStatus.NO_SHOW)

    progress = line_progress(pledge.lines, AS_AT)[pledge.lines[0].id]

    assert (progress.attended, progress.confirmed, progress.remaining) == (2, 1, 2)


def test_what_was_attended_later_was_only_booked_on_the_day(database: None) -> None:
    pledge = pledge_of(5)
    attended(pledge.lines[0], 3, day=20)

    progress = line_progress(pledge.lines, date(2026, 11, 19))[pledge.lines[0].id]

    assert (progress.attended, progress.confirmed, progress.remaining) == (0, 3, 2)


def test_a_later_version_keeps_the_progress_of_the_line_it_continues(database: None) -> None:
    first = pledge_of(5, status=PledgeStatus.SUPERSEDED)
    attended(first.lines[0], 2)
    line = PledgeLineFactory.build(young_people=8, each=1, first_line_id=first.lines[0].id)
    second = PledgeFactory.make(employer=first.employer, number=2, lines=[line])

    by_employer = progress_by_employer([first.employer_id], AcademicYear("2026/27"), AS_AT)

    assert (by_employer[second.employer_id].promised, by_employer[second.employer_id].attended) == (8, 2)


def test_places_of_a_withdrawn_pledge_still_count_as_delivered(database: None) -> None:
    pledge = pledge_of(5, status=PledgeStatus.WITHDRAWN)
    attended(pledge.lines[0], 2)

    at = position(POLICY, AS_AT)

    assert (at.delivered.attended, at.promise.promised) == (2, 0)


def test_a_headcount_counts_for_employers_and_for_nobodys_three(database: None) -> None:
    school = ProviderFactory.make()
    CohortFactory.make(provider=school, size=20)
    opportunity = OpportunityFactory.make(capacity=20)
    PlaceFactory.make(
        opportunity=opportunity, young_person=None, provider=school, seats=12, came=9, status=PlaceStatus.ATTENDED
    )

    at = position(POLICY, AS_AT)

    assert (at.delivered.attended, at.delivered.attended_headcount, at.delivered.share_linked) == (9, 9, 0)
    assert at.three_total.distribution == (20, 0, 0, 0)
    assert [row.attended for row in providers_summary(POLICY, AS_AT) if row.provider_id == school.id] == [9]


def test_bookings_and_promises_both_lessen_the_shortfall(database: None) -> None:
    CohortFactory.make(size=10)
    pledge = pledge_of(6)
    attended(pledge.lines[0], 2, status=PlaceStatus.CONFIRMED)

    at = position(POLICY, AS_AT)

    assert (at.three_total.still_needed, at.delivered.booked, at.promise.remaining, at.shortfall) == (30, 2, 4, 24)


def test_a_year_group_without_a_cohort_shows_its_people_but_no_denominator(database: None) -> None:
    pledge = pledge_of(1)
    attended(pledge.lines[0], 1)

    [row] = three_opportunities(POLICY, AS_AT)

    assert (row.cohort, row.with_none, row.still_needed, row.with_some) == (None, None, None, (1, 0, 0))


def test_the_denominator_is_the_latest_cohort_of_this_academic_year(database: None) -> None:
    school = ProviderFactory.make()
    for day, size in (
        (date(2026, 7, 1), 90),
        (date(2026, 9, 10), 100),
        (date(2026, 10, 1), 104),
        (date(2026, 12, 1), 110),
    ):
        CohortFactory.make(provider=school, size=size, counted_on=day)

    [row] = three_opportunities(POLICY, AS_AT)

    assert row.cohort == 104


def test_more_than_three_is_three_and_another_year_is_another_count(database: None) -> None:
    person = YoungPersonFactory.make()
    CohortFactory.make(provider=person.provider, size=2)
    for day in range(2, 7):
        start = datetime(2026, 11, day, 9, tzinfo=UTC)
        opportunity: Opportunity = OpportunityFactory.make(starts_at=start, ends_at=start.replace(hour=15))
        PlaceFactory.make(opportunity=opportunity, young_person=person, status=PlaceStatus.ATTENDED, came=1)
    last_year = datetime(2026, 8, 3, 9, tzinfo=UTC)
    PlaceFactory.make(
        opportunity=OpportunityFactory.make(starts_at=last_year, ends_at=last_year.replace(hour=15)),
        young_person=YoungPersonFactory.make(provider=person.provider),
        status=PlaceStatus.ATTENDED,
        came=1,
    )

    at = position(POLICY, AS_AT)

    assert at.three_total.distribution == (1, 0, 0, 1)
    assert (at.delivered.attended, at.three_total.still_needed) == (5, 3)


def test_a_policy_may_ask_for_minimum_hours_and_different_employers(database: None) -> None:
    person = YoungPersonFactory.make()
    opportunity = OpportunityFactory.make(hours=Decimal(6))
    short: Opportunity = OpportunityFactory.make(hours=Decimal(1), kind=OpportunityKind.WORKPLACE_VISIT)
    for each in (opportunity, OpportunityFactory.make(employer=opportunity.employer, hours=Decimal(6)), short):
        made: Place = PlaceFactory.make(opportunity=each, young_person=person, status=PlaceStatus.ATTENDED, came=1)
        assert made.id

    long_ones = CountingPolicy(POLICY.academic_year, minimum_hours=Decimal(3))
    strict = CountingPolicy(POLICY.academic_year, minimum_hours=Decimal(3), target=2, different_employers=2)

    assert three_opportunities(POLICY, AS_AT)[0].with_some == (0, 0, 1)
    assert three_opportunities(long_ones, AS_AT)[0].with_some == (0, 1, 0)
    assert three_opportunities(strict, AS_AT)[0].with_some == (1, 0)


def test_what_a_provider_lost_is_told_by_side(database: None) -> None:
    person = YoungPersonFactory.make()
    place = PlaceFactory.make(
        young_person=person,
        status=PlaceStatus.CANCELLED,
        ended_side=Side.PROVIDER,
        ended_reason="School trip",
        came=None,
    )
    PlaceFactory.make(
        opportunity=place.opportunity,
        young_person=YoungPersonFactory.make(provider=person.provider),
        status=PlaceStatus.CANCELLED,
        ended_side=Side.EMPLOYER,
        ended_reason="Machine broke down",
    )

    rows = {row.provider_id: row for row in providers_summary(POLICY, AS_AT)}

    assert rows[person.provider_id].cancelled_by_provider == 1


def test_contacts_are_counted_by_calendar_month_within_the_academic_year(database: None) -> None:
    employer = InteractionFactory.make(happened_on=date(2026, 10, 31)).employer
    InteractionFactory.make(happened_on=date(2026, 10, 1), employer=employer, channel=Channel.EMAIL)
    for outside in (date(2026, 8, 31), date(2026, 12, 1)):
        InteractionFactory.make(happened_on=outside)

    [october] = contact_months(POLICY.academic_year, AS_AT)

    assert (october.month, october.interactions, october.employers, october.officers) == (date(2026, 10, 1), 2, 1, 2)
    assert (october.by_channel[Channel.CALL], october.by_channel[Channel.EMAIL]) == (1, 1)
