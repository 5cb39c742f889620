"""From the database through the optimiser to a proposal."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from crm.core.access import Role
from crm.core.db import committing, db
from crm.core.errors import Conflict
from crm.fulfilment.counting import CountingPolicy
from crm.matching import jobs, queries, services
from crm.matching.asking import NoAnswer, answer_in_child
from crm.matching.gathering import gather, seats_and_people
from crm.matching.jobs import run_matchings
from crm.matching.models import MatchingStatus
from crm.opportunities.models import OpportunityStatus, PlaceStatus
from crm.opportunities.particulars import OpportunityYearGroup, Programme, Venue
from crm.opportunities.services import add_place_for
from crm.pledges.kinds import Mode, OpportunityKind
from crm.providers.models import Provider, YearGroup
from tests.factories import (
    AreaFactory,
    EmployerFactory,
    PlaceFactory,
    ProviderFactory,
    SectorFactory,
    SiteFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.integration.matching.matched import EVERYTHING, NOW, a_day, asked, pairs, proposed, rows, visit
from tests.support.racing import at_once

__all__ = ["a_day"]

POLICY = CountingPolicy.usual(date(2026, 11, 2))
BLOCK = {"kind": OpportunityKind.PLACEMENT, "venue": Venue.PROVIDER, "ends_at": datetime(2027, 1, 9, 12, tzinfo=UTC)}


def test_whoever_has_least_gets_the_seat_and_is_told_why() -> None:
    area = AreaFactory.make(name="Hanley")
    digital = SectorFactory.make(name="Games")
    school = ProviderFactory.make(area_id=area.id)
    behind = YoungPersonFactory.make(reference="A-1", provider=school, sectors=[digital])
    ahead = YoungPersonFactory.make(reference="A-2", provider=school, sectors=[digital])
    add_place_for(visit(11, title="Before"), ahead)
    visit(12, title="Studio", sectors=[digital], employer=EmployerFactory.make(area_id=area.id))

    matching = proposed()

    (row,) = rows(matching)
    assert pairs(matching) == {("A-1", "Studio")}
    assert row.reason == "Has 0 of 3; interested in Games; first workplace visit; near: Hanley"
    assert (row.had, row.becomes, row.starts_at) == (0, 1, datetime(2027, 1, 12, 9, tzinfo=UTC))
    (left,) = queries.left_without(matching.id)
    assert left.young_person_id == ahead.id
    assert left.why == "No seat is left for them. Of 1 opportunity: 1 needed for others who are no further."
    assert matching.status is MatchingStatus.READY
    assert matching.outcome is not None
    assert matching.outcome["before"] == [1, 1, 0, 0]
    assert matching.outcome["after"] == [0, 2, 0, 0]
    assert matching.outcome["proved"]
    assert behind.id == row.young_person_id


def test_several_places_of_one_person_are_counted_up_in_the_order_of_their_dates() -> None:
    person = YoungPersonFactory.make()
    add_place_for(visit(11), person)
    online = {"mode": Mode.ONLINE, "kind": OpportunityKind.VIRTUAL_PLACEMENT}
    visit(20, title="Later")
    visit(13, title="Sooner", **online)

    reasons = [(row.opportunity.title, row.becomes, row.reason) for row in rows(proposed())]

    assert reasons == [
        ("Sooner", 2, "Has 1 of 3; first virtual placement; another employer than before; online, no journey"),
        ("Later", 3, "Has 1 of 3, this would be the 3rd; another employer than before"),
    ]


@pytest.fixture
def school() -> Provider:
    return ProviderFactory.make()


@pytest.mark.parametrize(
    "given",
    [
        {"starts_at": NOW + timedelta(hours=2), "ends_at": NOW + timedelta(hours=4)},
        {"status": OpportunityStatus.DRAFT},
        {"taken": 1},
        {"kind": OpportunityKind.TALK},
        {"programme": Programme.T_LEVEL},
        {"starts_at": datetime(2027, 9, 6, 9, tzinfo=UTC), "ends_at": datetime(2027, 9, 6, 12, tzinfo=UTC)},
    ],
)
def test_only_what_is_open_later_this_year_and_counts_is_asked_about(given: dict[str, Any]) -> None:
    visit(5, **given)

    assert gather(replace(EVERYTHING, last_day=date(2027, 12, 1)), POLICY).question.openings == []


def test_a_site_whose_checks_are_not_in_order_is_left_out_and_said() -> None:
    site = SiteFactory.make()
    visit(5, kind=OpportunityKind.PLACEMENT, site=site, employer=site.employer, venue=Venue.SITE, title="Unchecked")

    found = gather(EVERYTHING, POLICY)

    assert [each.title for each in found.not_ready] == ["Unchecked"]
    assert found.question.openings == []


@pytest.mark.parametrize(
    ("given", "for_whom"),
    [
        ({}, frozenset()),
        ({"year_groups": [OpportunityYearGroup(year_group=YearGroup.YEAR_9)]}, {"9"}),
        (BLOCK, {"10", "11", "12", "13", "18-24"}),
        ({**BLOCK, "year_groups": [OpportunityYearGroup(year_group=YearGroup.YEAR_10)]}, {"10"}),
    ],
)
def test_an_opening_is_for_its_year_groups_and_a_block_for_none_below_year_10(
    given: dict[str, Any], for_whom: set[str]
) -> None:
    visit(5, **given)

    assert [each.year_groups for each in gather(EVERYTHING, POLICY).question.openings] == [for_whom]


def test_a_manager_may_let_younger_ones_into_a_block() -> None:
    manager = UserFactory.make(role=Role.MANAGER)
    visit(5, **BLOCK, block_reason="Asked for", block_allowed_by_id=manager.id, block_allowed_at=NOW)

    assert gather(EVERYTHING, POLICY).question.openings[0].year_groups == frozenset()


def test_only_those_who_lack_places_and_are_in_the_scope_are_asked_about(school: Provider) -> None:
    wanted = YoungPersonFactory.make(provider=school)
    YoungPersonFactory.make(provider=school, left_at=NOW)
    YoungPersonFactory.make(provider=school, year_group=YearGroup.YEAR_12)
    YoungPersonFactory.make(provider=ProviderFactory.make(archived_at=NOW))
    has_all = YoungPersonFactory.make(provider=school)
    for day in (1, 2, 3):
        PlaceFactory.make(opportunity=visit(day), young_person=has_all)
    visit(4, provider=school)
    visit(5, provider=ProviderFactory.make())
    scope = replace(EVERYTHING, provider_ids=frozenset({school.id}), year_groups=frozenset({YearGroup.YEAR_10}))

    found = gather(replace(scope, first_day=date(2027, 1, 4)), POLICY)

    assert [each.id for each in found.question.seekers] == [wanted.id]
    assert [each.provider_id for each in found.question.openings] == [school.id]
    assert seats_and_people(scope, POLICY) == (4, 2)


def test_what_people_had_and_gave_back_is_known(school: Provider) -> None:
    person = YoungPersonFactory.make(provider=school)
    talk = visit(1, kind=OpportunityKind.TALK)
    came, online, gone = visit(2), visit(3, mode=Mode.ONLINE), visit(4)
    PlaceFactory.make(opportunity=talk, young_person=person)
    PlaceFactory.make(opportunity=came, young_person=person, status=PlaceStatus.ATTENDED, came=1)
    PlaceFactory.make(opportunity=online, young_person=person)
    PlaceFactory.make(opportunity=gone, young_person=person, status=PlaceStatus.WITHDRAWN)

    (seeker,) = gather(EVERYTHING, POLICY).question.seekers

    assert seeker.had == 2
    assert seeker.employers == {came.employer_id, online.employer_id}
    assert seeker.been == {talk.id, came.id, online.id, gone.id}
    assert {span.starts_at for span in seeker.busy} == {talk.starts_at, came.starts_at}


@pytest.mark.parametrize("venue", Venue)
def test_an_opening_is_where_its_venue_says(venue: Venue) -> None:
    areas = {each: AreaFactory.make() for each in ("employer", "site", "provider")}
    employer = EmployerFactory.make(area_id=areas["employer"].id)
    site = SiteFactory.make(employer=employer, area_id=areas["site"].id) if venue is Venue.SITE else None
    provider = ProviderFactory.make(area_id=areas["provider"].id)
    mode = Mode.ONLINE if venue is Venue.ONLINE else Mode.IN_PERSON
    visit(5, employer=employer, site=site, provider=provider, venue=venue, mode=mode)

    where = {Venue.SITE: "site", Venue.PROVIDER: "provider"}.get(venue, "employer")
    assert [each.area_id for each in gather(EVERYTHING, POLICY).question.openings] == [areas[where].id]


def test_two_different_employers_can_be_asked_for() -> None:
    person = YoungPersonFactory.make()
    employer = EmployerFactory.make()
    for day in (1, 2):
        add_place_for(visit(day, employer=employer), person)
    visit(5, employer=employer)

    matching = proposed(replace(EVERYTHING, different_employers=2))

    assert not pairs(matching)
    (left,) = queries.left_without(matching.id)
    assert left.why.endswith("1 with the only employer they have been to.")


def test_the_days_of_a_matching_are_in_order() -> None:
    with pytest.raises(Conflict, match="must not be before"):
        asked(replace(EVERYTHING, last_day=date(2026, 11, 1)))


@pytest.mark.parametrize(("trouble", "words"), [(NoAnswer(), "No answer was found in time"), (KeyError(), "not your")])
def test_without_an_answer_it_says_so(trouble: Exception, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise trouble

    monkeypatch.setattr(jobs, "answer_in_child", fails)

    matching = proposed()

    assert matching.status is MatchingStatus.FAILED
    assert words in (matching.trouble or "")
    assert list(queries.waiting()) == []


def test_two_workers_calculate_it_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "answer_in_child", answer_in_child)
    YoungPersonFactory.make()
    visit(5)
    matching = asked()

    tallies = at_once(app, lambda: run_matchings(NOW), lambda: run_matchings(NOW))

    assert sorted(tally.done for tally in tallies) == [0, 1]
    assert len(rows(matching)) == 1


def test_another_goes_on_when_a_worker_has_died() -> None:
    YoungPersonFactory.make()
    visit(5)
    matching = asked()
    services.claim(matching.id, at=NOW - timedelta(minutes=2))
    db.session.commit()

    assert run_matchings(NOW).done == 1
    assert run_matchings(NOW).done == 0
    assert len(rows(matching)) == 1


def test_stopping_ends_the_calculation(monkeypatch: pytest.MonkeyPatch) -> None:
    matching = asked()

    def stopped_meanwhile(_question: object, *, heard: Callable[[str | None], None]) -> None:
        with committing():
            services.stop(queries.get_matching(matching.id), at=NOW)
        heard(None)

    monkeypatch.setattr(jobs, "answer_in_child", stopped_meanwhile)
    run_matchings(NOW)

    assert queries.get_matching(matching.id).status is MatchingStatus.STOPPED
    assert not rows(matching)
    with pytest.raises(Conflict, match="ended already"):
        services.stop(matching, at=NOW)
