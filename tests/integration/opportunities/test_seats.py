"""Whatever is done in whatever order, the seat counter is the seats held by places."""

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.core.db import committing, db
from crm.core.errors import Conflict
from crm.opportunities.models import Opportunity, Place, PlaceStatus, Side
from crm.opportunities.services import (
    Attendance,
    add_headcount,
    add_place_for,
    cancel_opportunity,
    edit_opportunity,
    end_place,
    mark_attendance,
    mark_delivered,
    reopen_opportunity,
)
from crm.providers.models import Provider, YoungPerson
from tests.conftest import stored
from tests.factories import ProviderFactory, YoungPersonFactory
from tests.integration.opportunities.arranging import arranged, details, seats_held
from tests.support.emptying import empty_tables

NUMBERS = st.integers(0, 5)
OPERATIONS = st.tuples(
    st.sampled_from(["book", "book", "headcount", "end", "attend", "miss", "unmark", "shrink", "finish", "reopen"]),
    NUMBERS,
)


def perform(operation: str, number: int) -> None:
    opportunity = stored(Opportunity)[0]
    places = db.session.query(Place).order_by(Place.id).all()
    place = places[number % len(places)] if places else None
    if operation == "book":
        add_place_for(opportunity, stored(YoungPerson)[number])
    elif operation == "headcount":
        add_headcount(opportunity, stored(Provider)[0], number)
    elif operation == "shrink":
        db.session.refresh(opportunity, ["employer"])
        edit_opportunity(opportunity, details(capacity=number), seen_version=opportunity.version)
    elif operation == "finish":
        mark_delivered(opportunity)
    elif operation == "reopen":
        reopen_opportunity(opportunity)
    elif operation == "cancel":
        cancel_opportunity(opportunity, side=Side.EMPLOYER, reason="Flooded")
    elif place is not None:
        on_place(operation, opportunity, place)


def on_place(operation: str, opportunity: Opportunity, place: Place) -> None:
    marks = {"attend": PlaceStatus.ATTENDED, "miss": PlaceStatus.NO_SHOW, "unmark": PlaceStatus.CONFIRMED}
    if operation == "end":
        db.session.refresh(place, ["opportunity"])
        end_place(place, side=Side.PROVIDER, reason="Ill")
    else:
        mark_attendance(opportunity, {place.id: Attendance(marks[operation])})


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=st.lists(OPERATIONS, max_size=12), cancel_last=st.booleans())
def test_the_seat_counter_is_the_seats_held(
    app: Flask, database: None, operations: list[tuple[str, int]], cancel_last: bool
) -> None:
    db.session.rollback()
    empty_tables()
    school = ProviderFactory.make()
    for _ in range(6):
        YoungPersonFactory.make(provider=school)
    opportunity_id = arranged(capacity=5).id
    db.session.commit()

    for operation, number in [*operations, *([("cancel", 0)] if cancel_last else [])]:
        try:
            with committing():
                perform(operation, number)
        except Conflict:
            pass
        opportunity = stored(Opportunity)[0]
        assert opportunity.taken == seats_held(opportunity_id) <= opportunity.capacity
