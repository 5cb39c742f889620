"""Whatever is done in whatever order, the seat counter is the seats held by places."""

from collections.abc import Callable
from datetime import date, timedelta

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.core import clock
from crm.core.db import committing, db
from crm.core.errors import Conflict
from crm.opportunities.models import Opportunity, Place, PlaceStatus, Side
from crm.opportunities.services import (
    REQUESTED,
    Adding,
    Attendance,
    add_headcount,
    add_place_for,
    cancel_opportunity,
    confirm_places,
    edit_opportunity,
    end_place,
    lapse_offer,
    mark_attendance,
    mark_delivered,
    offer_places,
    put_on_waiting_list,
    reopen_opportunity,
    restore_place,
)
from crm.providers.models import Provider, YoungPerson
from tests.conftest import stored
from tests.factories import ProviderFactory, YoungPersonFactory
from tests.integration.opportunities.arranging import A_DAY, arranged, details, seats_held
from tests.support.emptying import empty_tables

A_DAY_TO_COME = clock.today() + timedelta(days=30)
NUMBERS = st.integers(0, 5)
OPERATIONS = st.tuples(
    st.sampled_from(
        [
            *("book", "book", "headcount", "end", "attend", "miss", "unmark", "shrink", "finish", "reopen"),
            *("ask", "ask", "queue", "offer", "confirm", "wait", "lapse", "restore"),
        ]
    ),
    NUMBERS,
)


ADDING = {"headcount": Adding(), "ask": REQUESTED, "queue": Adding(rest_waits=True)}


def perform(operation: str, number: int) -> None:
    opportunity = stored(Opportunity)[0]
    places = db.session.query(Place).order_by(Place.id).all()
    place = places[number % len(places)] if places else None
    if operation == "book":
        add_place_for(opportunity, stored(YoungPerson)[number])
    elif operation in ADDING:
        add_headcount(opportunity, stored(Provider)[0], number, adding=ADDING[operation])
    elif operation == "shrink":
        db.session.refresh(opportunity, ["employer"])
        day = clock.local_date(opportunity.starts_at)
        edit_opportunity(opportunity, details(first_day=day, capacity=number), seen_version=opportunity.version)
    elif operation == "finish":
        mark_delivered(opportunity)
    elif operation == "reopen":
        reopen_opportunity(opportunity)
    elif operation == "cancel":
        cancel_opportunity(opportunity, side=Side.EMPLOYER, reason="Flooded")
    elif place is not None:
        on_place(operation, opportunity, place)


DECISIONS: dict[str, Callable[[Opportunity, list[int]], object]] = {
    "offer": lambda opportunity, ids: offer_places(opportunity, ids, rest_waits=True),
    "confirm": confirm_places,
    "wait": put_on_waiting_list,
}


def on_place(operation: str, opportunity: Opportunity, place: Place) -> None:
    marks = {"attend": PlaceStatus.ATTENDED, "miss": PlaceStatus.NO_SHOW, "unmark": PlaceStatus.CONFIRMED}
    if operation == "end":
        db.session.refresh(place, ["opportunity"])
        end_place(place, side=Side.PROVIDER, reason="Ill")
    elif operation == "restore":
        db.session.refresh(place, ["opportunity", "young_person"])
        restore_place(place)
    elif operation == "lapse":
        lapse_offer(place.id, clock.today() + timedelta(days=60))
    elif operation in DECISIONS:
        DECISIONS[operation](opportunity, [place.id])
    else:
        mark_attendance(opportunity, {place.id: Attendance(marks[operation])})


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    operations=st.lists(OPERATIONS, max_size=12), cancel_last=st.booleans(), day=st.sampled_from([A_DAY, A_DAY_TO_COME])
)
def test_the_seat_counter_is_the_seats_held(
    app: Flask, database: None, operations: list[tuple[str, int]], cancel_last: bool, day: date
) -> None:
    db.session.rollback()
    empty_tables()
    school = ProviderFactory.make()
    for _ in range(6):
        YoungPersonFactory.make(provider=school)
    opportunity_id = arranged(first_day=day, capacity=5).id
    db.session.commit()

    for operation, number in [*operations, *([("cancel", 0)] if cancel_last else [])]:
        try:
            with committing():
                perform(operation, number)
        except Conflict:
            pass
        opportunity = stored(Opportunity)[0]
        assert opportunity.taken == seats_held(opportunity_id) <= opportunity.capacity
