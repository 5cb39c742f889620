"""Places from asked for to confirmed, and the waiting list that moves up by itself."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict
from crm.opportunities.jobs import lapse_offers
from crm.opportunities.models import CAN_END, Opportunity, OpportunityStatus, Place, PlaceStatus, Side
from crm.opportunities.queries import places_in
from crm.opportunities.services import (
    REQUESTED,
    Adding,
    add_headcount,
    add_place_for,
    add_places_by_reference,
    cancel_opportunity,
    change_pledge_line,
    confirm_places,
    edit_opportunity,
    end_place,
    end_places,
    exempt_from_checks,
    lapse_offer,
    offer_places,
    put_on_waiting_list,
    restore_place,
)
from crm.pledges.kinds import OpportunityKind
from crm.providers.models import Provider
from tests.factories import (
    EmployerFactory,
    PledgeFactory,
    PledgeLineFactory,
    ProviderFactory,
    SiteFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.integration.opportunities.arranging import arranged, details, seats_held

pytestmark = pytest.mark.usefixtures("database")

OFFERED, CONFIRMED, WAITLISTED = PlaceStatus.OFFERED, PlaceStatus.CONFIRMED, PlaceStatus.WAITLISTED
SOON = clock.today() + timedelta(days=30)
ILL: dict[str, Any] = {"side": Side.YOUNG_PERSON, "reason": "Ill"}


def school_of(*references: str) -> Provider:
    school = ProviderFactory.make()
    for reference in references:
        YoungPersonFactory.make(provider=school, reference=reference)
    return school


def visit_for(*references: str, capacity: int = 2, adding: Adding = REQUESTED, **given: Any) -> Opportunity:
    """A visit to come, with places of these."""
    dull: dict[str, Any] = {"first_day": SOON, "capacity": capacity}
    visit = arranged(**dull | given)
    add_places_by_reference(visit, school_of(*references), "\n".join(references), adding=adding)
    return visit


def places(visit: Opportunity) -> list[Place]:
    db.session.flush()
    db.session.expire_all()
    listed = list(places_in(visit.id, viewer=UserFactory.make()))
    for place in listed:
        db.session.refresh(place, ["opportunity"])
    return listed


def as_listed(visit: Opportunity) -> list[tuple[str, str]]:
    return [(place.who, place.status.value) for place in places(visit)]


def ids(visit: Opportunity) -> list[int]:
    return [place.id for place in places(visit)]


def test_what_is_only_asked_for_holds_no_seat_and_fulfils_nothing() -> None:
    visit = visit_for("A-1", "A-2", "A-3")

    assert as_listed(visit) == [("A-1", "requested"), ("A-2", "requested"), ("A-3", "requested")]
    assert visit.taken == 0 == seats_held(visit.id)


def test_an_offer_holds_its_seat_for_some_days_and_what_does_not_fit_waits_in_turn() -> None:
    visit = visit_for("A-1", "A-2", "A-3", "A-4")

    decided = offer_places(visit, ids(visit), rest_waits=True)

    assert ([each.who for each in decided.done], [each.who for each in decided.waiting]) == (
        ["A-1", "A-2"],
        ["A-3", "A-4"],
    )
    assert [place.answer_by for place in places(visit)] == [clock.today() + timedelta(days=7)] * 2 + [None] * 2
    assert visit.taken == 2 == seats_held(visit.id)


def test_without_a_waiting_list_what_does_not_fit_stays_as_it_was_and_is_told() -> None:
    visit = visit_for("A-1", "A-2", "A-3")

    decided = confirm_places(visit, ids(visit))

    assert [(each.text, each.reason) for each in decided.refused] == [("A-3", "no place is free")]
    assert as_listed(visit) == [("A-1", "confirmed"), ("A-2", "confirmed"), ("A-3", "requested")]


def test_confirming_an_offer_takes_no_second_seat() -> None:
    visit = visit_for("A-1", "A-2", adding=Adding(status=OFFERED))

    confirm_places(visit, ids(visit))

    assert as_listed(visit) == [("A-1", "confirmed"), ("A-2", "confirmed")]
    assert visit.taken == 2 == seats_held(visit.id)


def test_what_was_decided_meanwhile_is_told_and_if_nothing_is_left_refused() -> None:
    visit = visit_for("A-1", "A-2", capacity=3)
    first, second = ids(visit)
    confirm_places(visit, [first])

    decided = offer_places(visit, [first, second])

    assert [(each.text, each.reason) for each in decided.refused] == [("A-1", "confirmed by now")]
    with pytest.raises(Conflict, match=r"Nothing was changed: A-1 \(confirmed by now\)"):
        offer_places(visit, [first])
    with pytest.raises(Conflict, match="Choose at least one"):
        offer_places(visit, [])
    with pytest.raises(Conflict, match="None of these is asked for"):
        put_on_waiting_list(visit, [first])


def test_nobody_is_confirmed_who_left_or_is_elsewhere_then() -> None:
    visit = visit_for("A-1", "A-2", "A-3", capacity=3)
    _, elsewhere, left = [place.young_person for place in places(visit) if place.young_person]
    add_place_for(arranged(first_day=SOON, title="Solar yard"), elsewhere)
    left.left_at = clock.now()

    decided = confirm_places(visit, ids(visit))

    assert [each.who for each in decided.done] == ["A-1"]
    assert [each.text for each in decided.refused] == ["A-2", "A-3"]
    assert "Solar yard" in decided.refused[0].reason


def test_whoever_waits_longest_moves_up_for_a_freed_place_and_is_named() -> None:
    visit = visit_for("A-1", "A-2", "A-3", "A-4", adding=Adding(rest_waits=True))

    moved_up = end_place(places(visit)[0], **ILL)

    assert [each.who for each in moved_up.moved] == ["A-3"]
    assert as_listed(visit) == [
        ("A-2", "confirmed"),
        ("A-3", "confirmed"),
        ("A-4", "waitlisted"),
        ("A-1", "withdrawn"),
    ]
    assert visit.taken == 2 == seats_held(visit.id)


def test_who_was_to_be_offered_a_place_is_offered_one_and_has_days_to_answer() -> None:
    visit = visit_for("A-1", "A-2", "A-3")
    offer_places(visit, ids(visit), rest_waits=True)

    end_place(places(visit)[0], **ILL)

    moved = next(place for place in places(visit) if place.who == "A-3")
    assert (moved.status, moved.answer_by, moved.passed_over) == (OFFERED, clock.today() + timedelta(days=7), None)
    assert moved.moved_up_at is not None


def test_who_left_or_is_elsewhere_is_passed_over_with_the_reason_and_keeps_waiting() -> None:
    visit = visit_for("A-1", "A-2", "A-3", "A-4", capacity=1, adding=Adding(rest_waits=True))
    left, elsewhere = (place.young_person for place in places(visit)[1:3])
    assert left is not None
    assert elsewhere is not None
    left.left_at = clock.now()
    add_place_for(arranged(first_day=SOON, title="Solar yard"), elsewhere)

    moved_up = end_place(places(visit)[0], **ILL)

    assert [each.who for each in moved_up.moved] == ["A-4"]
    assert [each.text for each in moved_up.passed_over] == ["A-2", "A-3"]
    waiting = [place for place in places(visit) if place.status is WAITLISTED]
    assert [place.passed_over for place in waiting] == [each.reason for each in moved_up.passed_over]
    assert waiting[0].passed_over == "left the provider"


def test_a_group_that_does_not_fit_is_passed_over_for_somebody_who_does() -> None:
    visit = visit_for("A-1", capacity=1, adding=Adding())
    add_headcount(visit, ProviderFactory.make(), 3, adding=Adding(rest_waits=True))
    add_places_by_reference(visit, school_of("B-1"), "B-1", adding=Adding(rest_waits=True))

    moved_up = end_place(places(visit)[0], **ILL)

    assert ([each.who for each in moved_up.moved], moved_up.passed_over[0].reason) == (["B-1"], "3 wait, 1 free")


def test_more_room_lets_those_who_wait_move_up() -> None:
    visit = visit_for("A-1", "A-2", "A-3", capacity=1, adding=Adding(rest_waits=True))
    db.session.refresh(visit, ["employer"])

    edit_opportunity(visit, details(first_day=SOON, capacity=2), seen_version=visit.version)

    assert as_listed(visit) == [("A-1", "confirmed"), ("A-2", "confirmed"), ("A-3", "waitlisted")]


def test_nobody_moves_up_once_it_has_begun() -> None:
    yesterday = clock.today() - timedelta(days=1)
    visit = visit_for("A-1", "A-2", capacity=1, first_day=yesterday, adding=Adding(rest_waits=True))

    moved_up = end_place(places(visit)[0], **ILL)

    assert not moved_up.moved
    assert visit.taken == 0


def test_an_offer_lapses_the_day_after_its_last_and_the_next_in_turn_has_it() -> None:
    visit = visit_for("A-1", "A-2", capacity=1)
    offer_places(visit, ids(visit), rest_waits=True)
    db.session.commit()
    last_day = clock.today() + timedelta(days=7)

    early = lapse_offers(clock.local_instant(last_day, time(23, 59)))
    late = lapse_offers(clock.local_instant(last_day + timedelta(days=1), time(0, 1)))

    assert (early.done, late.done) == (0, 1)
    assert as_listed(visit) == [("A-2", "offered"), ("A-1", "declined")]
    lapsed = places(visit)[1]
    assert (lapsed.ended_side, lapsed.ended_from) == (Side.PROVIDER, OFFERED)
    assert lapse_offer(lapsed.id, last_day + timedelta(days=1)) is False
    assert (lapsed.ended_reason or "").startswith("The offer was not answered by")


def test_there_is_nothing_to_lapse_where_nothing_is() -> None:
    assert lapse_offer(9, clock.today()) is False


def test_an_offer_made_late_lapses_the_day_before_it_is_for() -> None:
    visit = visit_for("A-1", first_day=clock.today() + timedelta(days=3))

    offer_places(visit, ids(visit))

    assert places(visit)[0].answer_by == clock.today() + timedelta(days=2)


@pytest.mark.parametrize(
    ("was", "side", "status"),
    [
        (PlaceStatus.REQUESTED, Side.PROVIDER, "withdrawn"),
        (PlaceStatus.REQUESTED, Side.COUNCIL, "declined"),
        (WAITLISTED, Side.YOUNG_PERSON, "withdrawn"),
        (WAITLISTED, Side.EMPLOYER, "declined"),
        (OFFERED, Side.PROVIDER, "declined"),
        (OFFERED, Side.EMPLOYER, "cancelled"),
        (CONFIRMED, Side.PROVIDER, "withdrawn"),
        (CONFIRMED, Side.COUNCIL, "cancelled"),
    ],
)
def test_how_a_place_ends_depends_on_what_it_was_and_it_can_be_put_back(
    was: PlaceStatus, side: Side, status: str
) -> None:
    full = was is WAITLISTED
    visit = visit_for("A-1", capacity=1 + full, adding=Adding(status=REQUESTED.status if full else was))
    place = places(visit)[0]
    if full:
        put_on_waiting_list(visit, [place.id])
    assert place.status is was

    end_place(place, side=side, reason="Changed plans")
    ended = (place.status, place.ended_from, place.ended_side)
    restore_place(place)

    assert ended == (status, was, side)
    assert (place.status, place.ended_from, place.ended_side, place.ended_at) == (was, None, None, None)
    assert visit.taken == seats_held(visit.id)


def test_several_places_end_together_or_none_does() -> None:
    visit = visit_for("A-1", "A-2", "A-3", adding=Adding(rest_waits=True))
    first, second, _ = ids(visit)

    ended = end_places(visit, [first, second], side=Side.PROVIDER, reason="School trip")

    assert ([each.who for each in ended.places], [each.who for each in ended.moved_up.moved]) == (
        ["A-1", "A-2"],
        ["A-3"],
    )
    with pytest.raises(Conflict, match="A-1 is withdrawn by now, so nothing was ended"):
        end_places(visit, [first], side=Side.PROVIDER, reason="School trip")
    with pytest.raises(Conflict, match="Choose at least one"):
        end_places(visit, [], side=Side.PROVIDER, reason="School trip")
    assert visit.taken == 1 == seats_held(visit.id)


def test_a_place_is_not_put_back_when_somebody_else_has_the_seat_or_the_person_another_place() -> None:
    visit = visit_for("A-1", "A-2", capacity=1, adding=Adding(rest_waits=True))
    place = places(visit)[0]
    end_place(place, **ILL)

    with pytest.raises(Conflict, match="That was the last place"):
        restore_place(place)
    assert place.young_person is not None
    school = db.session.get_one(Provider, place.young_person.provider_id)
    add_places_by_reference(visit, school, "A-1", adding=REQUESTED)
    with pytest.raises(Conflict, match="A-1 has another place in this opportunity by now"):
        restore_place(place)


def test_a_place_is_not_put_back_for_somebody_who_left_nor_where_it_is_cancelled_nor_twice() -> None:
    visit = visit_for("A-1", adding=Adding())
    place = places(visit)[0]
    with pytest.raises(Conflict, match="confirmed, so there is nothing to take back"):
        restore_place(place)
    end_place(place, **ILL)
    assert place.young_person is not None
    place.young_person.left_at = clock.now()
    with pytest.raises(Conflict, match="A-1 cannot have this place again: left the provider"):
        restore_place(place)
    cancel_opportunity(visit, side=Side.EMPLOYER, reason="Flooded")
    with pytest.raises(Conflict, match="This opportunity is cancelled, so no place in it"):
        restore_place(place)


def test_cancelling_ends_what_is_asked_for_offered_and_waiting_too() -> None:
    visit = visit_for("A-1", "A-2", "A-3", capacity=1)
    asked = ids(visit)
    confirm_places(visit, asked[:1])
    put_on_waiting_list(visit, asked[1:2])

    cancel_opportunity(visit, side=Side.EMPLOYER, reason="Flooded")

    assert {place.ended_from for place in places(visit)} == {CONFIRMED, WAITLISTED, PlaceStatus.REQUESTED}
    assert {place.status for place in places(visit)} == {PlaceStatus.CANCELLED}
    assert {place.ended_at for place in places(visit)} == {visit.cancelled_at}
    with pytest.raises(Conflict, match="cancelled, so its places stay as they are"):
        offer_places(visit, asked)
    with pytest.raises(Conflict, match="cancelled, so nobody can be added"):
        add_places_by_reference(visit, school_of("B-1"), "B-1", adding=REQUESTED)


def test_a_place_in_a_placement_is_offered_but_not_confirmed_while_its_checks_are_not_in_order() -> None:
    site = SiteFactory.make()
    visit = arranged(
        kind=OpportunityKind.PLACEMENT, employer=site.employer, site_id=site.id, first_day=SOON, capacity=1
    )
    visit.status = OpportunityStatus.OPEN  # its checks ran out since
    add_places_by_reference(visit, school_of("A-1", "A-2"), "A-1\nA-2", adding=Adding(status=OFFERED, rest_waits=True))
    waiting = places(visit)[1]
    waiting.waits_for = CONFIRMED

    for refused in (
        lambda: confirm_places(visit, ids(visit)),
        lambda: add_place_for(visit, YoungPersonFactory.make()),
        lambda: add_headcount(visit, ProviderFactory.make(), 1),
    ):
        with pytest.raises(Conflict, match="No place here can be confirmed yet"):
            refused()
    moved_up = end_place(places(visit)[0], **ILL)

    assert [each.status for each in moved_up.moved] == [OFFERED]
    exempt_from_checks(visit, reason="Their letter covers it", by=UserFactory.make())
    assert len(confirm_places(visit, [moved_up.moved[0].id]).done) == 1


def promised(number: int) -> dict[str, Any]:
    """An employer that promised so many visits of one each."""
    employer = EmployerFactory.make()
    line = PledgeLineFactory.build(
        kind=OpportunityKind.WORKPLACE_VISIT,
        young_people=number,
        each=1,
        window_starts_on=date(2020, 9, 1),
        window_ends_on=SOON + timedelta(days=300),
    )
    PledgeFactory.make(employer=employer, lines=[line])
    return {"employer": employer, "line": line}


def test_only_some_of_a_group_being_promised_is_for_an_officer_to_decide() -> None:
    promise = promised(3)
    visit = arranged(employer=promise["employer"], first_day=SOON, capacity=9)

    with pytest.raises(Conflict, match="Only 3 of these 5 were promised"):
        add_headcount(visit, ProviderFactory.make(), 5)
    chosen = add_headcount(visit, ProviderFactory.make(), 5, adding=Adding(over_delivery=True))
    further = add_headcount(visit, ProviderFactory.make(), 4)

    assert (chosen.pledge_line_id, chosen.is_over_delivery) == (promise["line"].id, True)
    assert (further.pledge_line_id, further.is_over_delivery) == (None, False)


def test_a_group_that_moves_up_and_is_promised_only_in_part_is_offered_for_an_officer_to_decide() -> None:
    visit = arranged(employer=promised(1)["employer"], first_day=SOON, capacity=2)
    add_headcount(visit, ProviderFactory.make(), 2, adding=Adding(status=OFFERED))
    add_headcount(visit, ProviderFactory.make(), 2, adding=Adding(rest_waits=True))

    moved_up = end_place(places(visit)[0], **ILL)

    assert [each.status for each in moved_up.moved] == [OFFERED]
    with pytest.raises(Conflict, match="Only 1 of these 2 were promised"):
        confirm_places(visit, [moved_up.moved[0].id])
    assert confirm_places(visit, [moved_up.moved[0].id], over_delivery=True).done[0].is_over_delivery


def test_a_full_promise_takes_another_place_only_when_that_is_chosen() -> None:
    promise = promised(1)
    visit = arranged(employer=promise["employer"], first_day=SOON)
    first, second = (add_place_for(visit, YoungPersonFactory.make()) for _ in range(2))
    for place in (first, second):
        db.session.refresh(place, ["opportunity"])

    assert (first.pledge_line_id, second.pledge_line_id) == (promise["line"].id, None)
    with pytest.raises(Conflict, match="This promise has 0 left"):
        change_pledge_line(second, promise["line"].id)
    with pytest.raises(Conflict, match="This promise has 0 left"):
        add_place_for(visit, YoungPersonFactory.make(), promise["line"])
    change_pledge_line(second, promise["line"].id, over_delivery=True)
    change_pledge_line(first, promise["line"].id)

    assert (second.is_over_delivery, first.is_over_delivery) == (True, False)


def test_what_is_not_confirmed_fulfils_no_promise() -> None:
    promise = promised(1)
    visit = visit_for("A-1", employer=promise["employer"], adding=Adding(status=OFFERED))

    with pytest.raises(Conflict, match="offered, so it fulfils no promise"):
        change_pledge_line(places(visit)[0], promise["line"].id)


def test_the_states_that_can_end_are_those_before_the_register() -> None:
    assert {each.value for each in CAN_END} == {"requested", "offered", "confirmed", "waitlisted"}
