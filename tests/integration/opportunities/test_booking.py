"""Places: who gets one, and which promise it fulfils."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from crm.core import clock
from crm.core.db import committing, db
from crm.core.errors import Conflict
from crm.opportunities.models import Opportunity, PlaceStatus, Side
from crm.opportunities.services import (
    add_headcount,
    add_place_for,
    add_places_by_reference,
    change_pledge_line,
    end_place,
)
from crm.pledges.kinds import Mode, OpportunityKind
from crm.pledges.models import PledgeStatus
from crm.providers.models import Provider, YearGroup, YoungPerson
from tests.factories import (
    EmployerFactory,
    PledgeFactory,
    PledgeLineFactory,
    ProviderFactory,
    YoungPersonFactory,
)
from tests.integration.opportunities.arranging import A_DAY, arranged, seats_held

pytestmark = pytest.mark.usefixtures("database")


def test_a_place_holds_a_seat() -> None:
    visit = arranged(capacity=2)

    place = add_place_for(visit, YoungPersonFactory.make())

    assert place.status is PlaceStatus.CONFIRMED
    assert visit.taken == 1 == seats_held(visit.id)


def test_when_nothing_is_free_the_refusal_says_so() -> None:
    visit = arranged(capacity=1)
    add_place_for(visit, YoungPersonFactory.make())

    with pytest.raises(Conflict, match="That was the last place"):
        add_place_for(visit, YoungPersonFactory.make())


def test_a_headcount_larger_than_what_is_left_is_told_how_many_are_left() -> None:
    talk = arranged(kind=OpportunityKind.MOCK_INTERVIEW, capacity=30)
    add_headcount(talk, ProviderFactory.make(), 20)

    with pytest.raises(Conflict, match="15 asked for, 10 left"):
        add_headcount(talk, ProviderFactory.make(), 15)


def test_nobody_has_two_places_in_one_opportunity() -> None:
    visit, person = arranged(), YoungPersonFactory.make(reference="AB-1")
    add_place_for(visit, person)

    with pytest.raises(Conflict, match="AB-1 already has a place"):
        add_place_for(visit, person)


def test_after_a_place_ended_the_same_person_may_have_another() -> None:
    visit, person = arranged(capacity=1), YoungPersonFactory.make()
    place = add_place_for(visit, person)
    db.session.refresh(place, ["opportunity"])
    end_place(place, side=Side.YOUNG_PERSON, reason="Ill")

    add_place_for(visit, person)

    assert place.status is PlaceStatus.WITHDRAWN
    assert visit.taken == 1 == seats_held(visit.id)


@pytest.mark.parametrize(
    ("side", "status"),
    [
        (Side.YOUNG_PERSON, PlaceStatus.WITHDRAWN),
        (Side.PROVIDER, PlaceStatus.WITHDRAWN),
        (Side.EMPLOYER, PlaceStatus.CANCELLED),
        (Side.COUNCIL, PlaceStatus.CANCELLED),
        (Side.OTHER, PlaceStatus.CANCELLED),
    ],
)
def test_whose_side_it_was_decides_how_an_ended_place_is_called(side: Side, status: PlaceStatus) -> None:
    place = add_headcount(arranged(), ProviderFactory.make(), 3)
    db.session.refresh(place, ["opportunity"])

    end_place(place, side=side, reason=" Something came up ")

    assert (place.status, place.ended_side, place.ended_reason) == (status, side, "Something came up")
    assert place.opportunity.taken == 0


def test_a_place_ends_once_and_with_a_reason() -> None:
    place = add_place_for(arranged(), YoungPersonFactory.make())
    db.session.refresh(place, ["opportunity"])

    with pytest.raises(Conflict, match="Enter why"):
        end_place(place, side=Side.EMPLOYER, reason="  ")
    end_place(place, side=Side.EMPLOYER, reason="Flooded")
    with pytest.raises(Conflict, match="cancelled, so it cannot be ended"):
        end_place(place, side=Side.EMPLOYER, reason="Flooded")


def test_nobody_is_in_two_places_at_once() -> None:
    person = YoungPersonFactory.make(reference="AB-1")
    add_place_for(arranged(title="Solar yard visit"), person)

    with pytest.raises(Conflict, match="AB-1 has a place in another opportunity then: Solar yard visit, 10 November"):
        add_place_for(arranged(starts=time(11), ends=time(15)), person)


@pytest.mark.parametrize(
    "free",
    [
        {"starts": time(12), "ends": time(13)},
        {"mode": Mode.ONLINE},
        {
            "first_day": A_DAY - timedelta(days=1),
            "last_day": A_DAY + timedelta(days=1),
            "starts": time(18),
            "ends": time(20),
        },
    ],
)
def test_online_things_and_other_hours_are_no_clash(free: dict[str, Any]) -> None:
    person = YoungPersonFactory.make()
    add_place_for(arranged(), person)

    assert add_place_for(arranged(**free), person).status is PlaceStatus.CONFIRMED


def test_somebody_who_left_gets_no_place() -> None:
    person = YoungPersonFactory.make(reference="AB-1", left_at=clock.now())

    with pytest.raises(Conflict, match="AB-1 has left"):
        add_place_for(arranged(), person)


def test_a_headcount_is_of_somebody() -> None:
    with pytest.raises(Conflict, match="how many"):
        add_headcount(arranged(), ProviderFactory.make(), 0)


def test_the_line_of_a_pledge_in_force_with_most_left_is_proposed() -> None:
    employer = EmployerFactory.make()
    visits = {"kind": OpportunityKind.WORKPLACE_VISIT, "each": 1}
    small, large = (PledgeLineFactory.build(young_people=number, **visits) for number in (2, 3))
    other_kind = PledgeLineFactory.build(young_people=50)
    PledgeFactory.make(employer=employer, lines=[small, large, other_kind])
    PledgeFactory.make(
        employer=employer,
        number=2,
        status=PledgeStatus.DRAFT,
        confirmed_on=None,
        lines=[PledgeLineFactory.build(young_people=90, **visits)],
    )
    visit = arranged(employer=employer, capacity=7)

    places = [add_place_for(visit, YoungPersonFactory.make()) for _ in range(6)]
    chosen = add_place_for(visit, YoungPersonFactory.make(), over_delivery=True)

    assert [each.pledge_line_id for each in places] == [large.id, small.id, large.id, small.id, large.id, None]
    assert (chosen.pledge_line_id, chosen.is_over_delivery) == (small.id, True)
    assert not any(each.is_over_delivery for each in places)


def test_the_next_version_of_a_line_is_the_same_promise() -> None:
    employer = EmployerFactory.make()
    first = PledgeLineFactory.build(kind=OpportunityKind.WORKPLACE_VISIT)
    PledgeFactory.make(employer=employer, status=PledgeStatus.SUPERSEDED, lines=[first])
    second = PledgeLineFactory.build(kind=OpportunityKind.WORKPLACE_VISIT, first_line_id=first.id)
    PledgeFactory.make(employer=employer, number=2, lines=[second])
    draft = PledgeLineFactory.build(kind=OpportunityKind.WORKPLACE_VISIT, first_line_id=first.id)
    PledgeFactory.make(employer=employer, number=3, status=PledgeStatus.DRAFT, confirmed_on=None, lines=[draft])

    assert add_place_for(arranged(employer=employer), YoungPersonFactory.make()).pledge_line_id == first.id
    assert add_place_for(arranged(employer=employer), YoungPersonFactory.make(), second).pledge_line_id == first.id


def test_nothing_promised_means_no_line() -> None:
    assert add_place_for(arranged(), YoungPersonFactory.make()).pledge_line_id is None


@pytest.mark.parametrize(
    "unfit",
    [
        {"kind": OpportunityKind.TALK},
        {"window_starts_on": A_DAY + timedelta(days=1)},
        {"window_ends_on": A_DAY - timedelta(days=1)},
    ],
)
def test_a_line_of_another_kind_or_time_is_refused(unfit: dict[str, object]) -> None:
    employer = EmployerFactory.make()
    line = PledgeLineFactory.build(**{"kind": OpportunityKind.WORKPLACE_VISIT} | unfit)
    PledgeFactory.make(employer=employer, lines=[line])

    with pytest.raises(Conflict, match="same employer and kind"):
        add_place_for(arranged(employer=employer), YoungPersonFactory.make(), line)


def test_a_line_of_another_employer_is_refused_and_none_is_allowed() -> None:
    employer = EmployerFactory.make()
    own, foreign = (PledgeLineFactory.build(kind=OpportunityKind.WORKPLACE_VISIT) for _ in range(2))
    PledgeFactory.make(employer=employer, lines=[own])
    PledgeFactory.make(lines=[foreign])
    place = add_place_for(arranged(employer=employer), YoungPersonFactory.make())
    db.session.refresh(place, ["opportunity"])

    with pytest.raises(Conflict, match="same employer"):
        change_pledge_line(place, foreign.id)
    change_pledge_line(place, None)

    assert place.pledge_line_id is None


def test_pasted_references_are_sorted_out_and_nothing_is_lost() -> None:
    school: Provider = ProviderFactory.make()
    here, elsewhere, left, free = (
        YoungPersonFactory.make(provider=school, reference=reference, left_at=gone)
        for reference, gone in (("H-1", None), ("E-1", None), ("L-1", clock.now()), ("F-1", None))
    )
    visit = arranged(capacity=3)
    add_place_for(visit, here)
    add_place_for(arranged(), elsewhere)
    pasted = "H-1\nE-1\n f-1 \n\nF-1\nF-1\nL-1\nN-1\njo@example.com\n1/2/2010"

    result = add_places_by_reference(visit, school, pasted)

    assert result.added == ["F-1"]
    assert result.already == ["H-1"]
    assert [each.text for each in result.busy] == ["E-1", "L-1"]
    assert result.unknown == ["N-1"]
    assert sorted(result.repeated) == ["F-1", "F-1"]
    assert [each.text for each in result.refused] == ["jo@example.com", "1/2/2010"]
    assert visit.taken == 2 == seats_held(visit.id)
    assert left.left_at is not None
    assert free.left_at is None


def test_unknown_references_are_recorded_when_a_year_group_is_given() -> None:
    school = ProviderFactory.make()

    result = add_places_by_reference(arranged(), school, "N-1\nN-2\nn-1", create_as=YearGroup.YEAR_12)

    assert result.created == ["N-1", "N-2"] == result.added
    people = db.session.scalars(select(YoungPerson).order_by(YoungPerson.id)).all()
    assert [(each.reference, each.year_group) for each in people] == [
        ("N-1", YearGroup.YEAR_12),
        ("N-2", YearGroup.YEAR_12),
    ]


def test_if_not_all_pasted_fit_nobody_is_added() -> None:
    school = ProviderFactory.make()
    visit = arranged(capacity=2)
    db.session.commit()

    with pytest.raises(Conflict, match="3 asked for, 2 left"), committing():
        add_places_by_reference(visit, school, "N-1\nN-2\nN-3", create_as=YearGroup.YEAR_10)

    assert db.session.scalar(select(func.count(YoungPerson.id))) == 0
    assert db.session.scalar(select(Opportunity.taken)) == 0


def test_a_time_in_summer_is_stored_an_hour_earlier() -> None:
    visit = arranged(first_day=date(2027, 6, 1))

    assert visit.starts_at == datetime(2027, 6, 1, 9, tzinfo=clock.now().tzinfo)
    assert str(visit.hours) == "2.00"
