"""Which employers are engaged: the definition, around each of its dates."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.core.db import db
from crm.employers.models import Employer
from crm.fulfilment.engaged import engaged, voices
from crm.interactions.models import Channel, Direction, Outcome
from crm.opportunities.models import OpportunityStatus
from crm.pledges.models import PledgeStatus
from crm.reference.models import SizeBand
from tests.factories import (
    EmployerFactory,
    GroupFactory,
    InteractionFactory,
    MembershipFactory,
    OpportunityFactory,
    PledgeFactory,
)

TODAY = date(2026, 11, 2)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)

pytestmark = pytest.mark.usefixtures("database")


def is_engaged(employer: Employer, day: date = TODAY) -> bool:
    db.session.flush()
    return employer.id in set(db.session.scalars(engaged(day)))


@pytest.mark.parametrize(
    ("given", "engages"),
    [
        ({"happened_on": TODAY}, True),
        ({"happened_on": TODAY + DAY}, False),
        ({"happened_on": TODAY - YEAR + DAY}, True),
        ({"happened_on": TODAY - YEAR}, False),
        ({"outcome": Outcome.LEFT_MESSAGE}, False),
        ({"outcome": Outcome.SPOKE}, True),
        ({"channel": Channel.EMAIL}, False),
        ({"channel": Channel.EMAIL, "direction": Direction.INCOMING}, True),
    ],
)
def test_whoever_was_heard_in_the_last_twelve_months_is_engaged(given: dict[str, object], engages: bool) -> None:
    interaction = InteractionFactory.make(**({"happened_on": TODAY} | given))

    assert is_engaged(interaction.employer) is engages


@pytest.mark.parametrize(
    ("starts_at", "status", "engages"),
    [
        (datetime(2026, 11, 2, 9, tzinfo=UTC), OpportunityStatus.DELIVERED, True),
        (datetime(2026, 11, 3, 9, tzinfo=UTC), OpportunityStatus.DELIVERED, False),
        (datetime(2025, 11, 3, 9, tzinfo=UTC), OpportunityStatus.DELIVERED, True),
        (datetime(2025, 11, 2, 9, tzinfo=UTC), OpportunityStatus.DELIVERED, False),
        (datetime(2026, 11, 2, 9, tzinfo=UTC), OpportunityStatus.OPEN, False),
    ],
)
def test_whoever_delivered_in_the_last_twelve_months_is_engaged(
    starts_at: datetime, status: OpportunityStatus, engages: bool
) -> None:
    opportunity = OpportunityFactory.make(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), status=status)

    assert is_engaged(opportunity.employer) is engages


@pytest.mark.parametrize(
    ("given", "engages"),
    [
        ({}, True),
        ({"confirmed_on": TODAY + DAY}, False),
        ({"academic_year_name": "2025/26"}, False),
        ({"status": PledgeStatus.SENT}, False),
    ],
)
def test_whose_pledge_is_in_force_is_engaged(given: dict[str, object], engages: bool) -> None:
    assert is_engaged(PledgeFactory.make(**given).employer) is engages


def test_an_archived_employer_is_not_and_one_that_never_answered_neither() -> None:
    archived = PledgeFactory.make().employer
    archived.archived_at, archived.archived_reason = datetime(2026, 10, 1, tzinfo=UTC), "Gone"

    assert not is_engaged(archived)
    assert not is_engaged(EmployerFactory.make())


def test_members_of_any_group_count_once_and_those_of_one_group_alone() -> None:
    micro = db.session.query(SizeBand).filter_by(name="1–9").one()
    employer = EmployerFactory.make(size_band=micro)
    first, second = GroupFactory.make(), GroupFactory.make()
    for group in (first, second):
        MembershipFactory.make(group=group, employer=employer)
    MembershipFactory.make(group=second)
    MembershipFactory.make(group=second, left_on=TODAY)

    def members(group_id: int | None) -> dict[str, int]:
        return {voice.name: voice.members for voice in voices(TODAY, group_id=group_id) if voice.members}

    assert members(None) == {"1–9": 1, "Not known": 1}
    assert members(first.id) == {"1–9": 1}
    assert members(second.id) == {"1–9": 1, "Not known": 1}
