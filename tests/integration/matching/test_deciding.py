"""What an officer does with a proposal, and what the scheduler makes of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from crm.audit.queries import history_of
from crm.core import clock
from crm.core.db import committing, db
from crm.core.errors import Conflict
from crm.matching import jobs, queries, services
from crm.matching.jobs import run_matchings
from crm.matching.models import MatchedPlace, MatchedState, Matching, MatchingStatus
from crm.matching.outdated import what_changed
from crm.opportunities.models import Opportunity, OpportunityStatus, Place, PlaceStatus, Side
from crm.opportunities.particulars import OpportunityYearGroup
from crm.opportunities.services import add_place_for
from crm.providers.models import YearGroup, YoungPerson
from tests.conftest import stored
from tests.factories import PlaceFactory, ProviderFactory, UserFactory, YoungPersonFactory
from tests.integration.matching.matched import NOW, a_day, proposed, rows, visit

__all__ = ["a_day"]


@pytest.fixture
def matching(a_day: None) -> Matching:
    """Three young people, each proposed for one of three visits."""
    for number in (1, 2, 3):
        school = ProviderFactory.make()
        YoungPersonFactory.make(reference=f"A-{number}", provider=school)
        visit(10 + number, provider=school)
    found = proposed()
    assert len(rows(found)) == 3
    return found


def accept(matching: Matching, chosen: list[MatchedPlace]) -> None:
    by = UserFactory.make(name="Omar Haddad")
    services.accept(matching, [row.id for row in chosen], by=by, at=NOW)
    db.session.commit()
    run_matchings(NOW)


def states(matching: Matching) -> list[MatchedState]:
    return [row.state for row in rows(matching)]


def test_only_what_is_accepted_is_booked(matching: Matching) -> None:
    first, second, third = rows(matching)
    services.take_off(matching, [second.id], by=UserFactory.make(), at=NOW)

    accept(matching, [first, second])

    assert states(matching) == [MatchedState.BOOKED, MatchedState.TAKEN_OFF, MatchedState.PROPOSED]
    (place,) = stored(Place)
    assert (place.young_person_id, place.opportunity_id) == (first.young_person_id, first.opportunity_id)
    assert rows(matching)[0].place_id == place.id
    change = history_of("place", place.id)[0]
    assert (change.actor, change.reason) == ("Omar Haddad", f"matching {matching.id}")
    assert matching.status is MatchingStatus.READY
    assert third.state is MatchedState.PROPOSED


def test_what_was_taken_off_can_be_put_back_and_nothing_else(matching: Matching) -> None:
    by, (first, second, _) = UserFactory.make(), rows(matching)

    assert services.take_off(matching, [first.id, second.id], by=by, at=NOW) == 2
    assert services.put_back(matching, [first.id, second.id, 999], by=by, at=NOW) == 2
    assert services.put_back(matching, [first.id], by=by, at=NOW) == 0
    with pytest.raises(Conflict, match="Select at least one"):
        services.accept(matching, [], by=by, at=NOW)


def cancelled(row: MatchedPlace) -> None:
    opportunity = row.opportunity
    opportunity.status, opportunity.cancelled_side, opportunity.cancelled_reason = (
        OpportunityStatus.CANCELLED,
        Side.EMPLOYER,
        "Moved",
    )


def moved(row: MatchedPlace) -> None:
    row.opportunity.starts_at += timedelta(hours=1)


def full(row: MatchedPlace) -> None:
    row.opportunity.taken = 1


def left(row: MatchedPlace) -> None:
    row.young_person.left_at = NOW


def another_provider(row: MatchedPlace) -> None:
    row.opportunity.provider_id = ProviderFactory.make().id


def other_years(row: MatchedPlace) -> None:
    opportunity = db.session.merge(row.opportunity)
    opportunity.year_groups = [OpportunityYearGroup(year_group=YearGroup.YEAR_12)]


def gave_back(row: MatchedPlace) -> None:
    PlaceFactory.make(opportunity=row.opportunity, young_person=row.young_person, status=PlaceStatus.WITHDRAWN)


def has_three(row: MatchedPlace) -> None:
    for day in (21, 22, 23):
        add_place_for(visit(day), row.young_person)


CHANGES: dict[Callable[[MatchedPlace], None], str] = {
    cancelled: "The opportunity is cancelled now.",
    moved: "It has moved to 11 January 2027, 10am to midday.",
    full: "It is full now.",
    left: "They have left their provider.",
    another_provider: "It is for another provider now.",
    other_years: "It is not for Year 10 now.",
    gave_back: "They have, or gave back, a place in it.",
    has_three: "They have 3 of 3 meanwhile.",
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_outdated_row_says_so_and_is_not_booked(matching: Matching, change: Callable[[MatchedPlace], None]) -> None:
    row = rows(matching)[0]
    change(row)
    db.session.commit()

    said = what_changed(matching, rows(matching), NOW)
    accept(matching, [row])

    assert said == {row.id: CHANGES[change]}
    assert (rows(matching)[0].state, rows(matching)[0].why) == (MatchedState.REFUSED, CHANGES[change])


def test_what_has_begun_is_not_booked_any_more(matching: Matching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: rows(matching)[0].starts_at)

    accept(matching, rows(matching))

    assert [row.why for row in rows(matching)] == ["It has begun.", None, None]


def test_what_only_the_booking_itself_knows_is_said_too(matching: Matching) -> None:
    row = rows(matching)[0]
    elsewhere = visit(11, title="Elsewhere", kind="talk")
    add_place_for(elsewhere, row.young_person)

    accept(matching, [row])

    named = "has a place in another opportunity then: Elsewhere, 11 January 2027, 9am to midday."
    assert rows(matching)[0].why == f"{row.young_person.reference} {named}"
    accept(matching, [row])
    assert rows(matching)[0].state is MatchedState.REFUSED


def test_a_failure_at_one_place_stops_no_other(matching: Matching, monkeypatch: pytest.MonkeyPatch) -> None:
    really = services.book

    def fails_once(row_id: int, *given: object, **named: object) -> bool:
        if row_id == rows(matching)[0].id:
            raise KeyError
        return really(row_id, *given, **named)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(services, "book", fails_once)
    accept(matching, rows(matching))

    assert states(matching) == [MatchedState.REFUSED, MatchedState.BOOKED, MatchedState.BOOKED]
    assert rows(matching)[0].why == jobs.NOBODYS_FAULT


def test_undoing_gives_back_what_nothing_has_come_of(matching: Matching, monkeypatch: pytest.MonkeyPatch) -> None:
    accept(matching, rows(matching))
    first, second, _ = rows(matching)
    db.session.get_one(Place, second.place_id).status = PlaceStatus.NO_SHOW
    later = first.starts_at
    monkeypatch.setattr(clock, "now", lambda: later)

    assert services.undo(queries.get_matching(matching.id), by=UserFactory.make(), at=NOW) == 3
    db.session.commit()
    run_matchings(later)

    assert states(matching) == [MatchedState.BOOKED, MatchedState.BOOKED, MatchedState.RETURNED]
    assert [row.why for row in rows(matching)] == [
        "Kept: the opportunity has begun.",
        "This place is no-show, so it cannot be ended.",
        None,
    ]
    returned = db.session.get_one(Place, rows(matching)[2].place_id)
    assert (returned.status, returned.ended_side) == (PlaceStatus.CANCELLED, Side.COUNCIL)
    assert returned.ended_reason == f"Matching {matching.id} was undone"


def test_nothing_booked_is_nothing_to_undo(matching: Matching) -> None:
    with pytest.raises(Conflict, match="Nothing of this matching is booked"):
        services.undo(matching, by=UserFactory.make(), at=NOW)


def test_booking_can_be_stopped_half_way(matching: Matching, monkeypatch: pytest.MonkeyPatch) -> None:
    really = services.book

    def stopped_after_one(row_id: int, *given: object, **named: object) -> bool:
        booked = really(row_id, *given, **named)  # type: ignore[arg-type]  # passed on as it came
        services.stop(queries.get_matching(matching.id), at=NOW)
        return booked

    monkeypatch.setattr(services, "book", stopped_after_one)
    accept(matching, rows(matching))

    assert states(matching) == [MatchedState.BOOKED, MatchedState.PROPOSED, MatchedState.PROPOSED]
    assert queries.get_matching(matching.id).status is MatchingStatus.READY


def test_nothing_is_decided_while_something_is_under_way(matching: Matching) -> None:
    by, (first, second, _) = UserFactory.make(), rows(matching)
    services.accept(matching, [first.id], by=by, at=NOW)

    for decide in (services.accept, services.take_off, services.put_back):
        with pytest.raises(Conflict, match="not ready"):
            decide(matching, [second.id], by=by, at=NOW)


def test_a_row_that_is_done_is_not_done_again(matching: Matching) -> None:
    accept(matching, rows(matching)[:1])
    row = rows(matching)[0]
    services.accept(matching, [rows(matching)[1].id], by=UserFactory.make(), at=NOW)
    with committing():
        claimed = services.claim(matching.id, at=NOW) or ""

    assert services.book(row.id, claimed, at=NOW) is False
    assert services.take_back(row.id, claimed, at=NOW) is False
    with pytest.raises(services.Superseded):
        services.book(row.id, "another", at=NOW)
    assert len(stored(Place)) == 1


def test_people_and_places_are_those_of_the_database(matching: Matching) -> None:
    assert queries.booked_of([matching.id]) == {}
    accept(matching, rows(matching))

    assert queries.booked_of([matching.id]) == {matching.id: 3}
    assert queries.states_of(matching.id) == {MatchedState.BOOKED: 3}
    assert len(queries.providers_in(matching.id)) == len(stored(YoungPerson))
    assert [title for _, title in queries.opportunities_in(matching.id)] == ["Visit 11", "Visit 12", "Visit 13"]
    assert all(opportunity.taken == 1 for opportunity in stored(Opportunity))
