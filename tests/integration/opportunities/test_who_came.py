"""Officers and providers say who came: on whose word a place was marked, and what is done where they differ."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import committing, db
from crm.core.errors import Conflict
from crm.opportunities.models import Opportunity, Place, PlaceStatus
from crm.opportunities.services import NOT_MARKED, Attendance, mark_attendance
from crm.opportunities.who_came.models import AttendanceMark, MarkedBy
from crm.opportunities.who_came.settling import settle
from tests.conftest import CarefulClient, stored
from tests.factories import (
    OpportunityFactory,
    PlaceFactory,
    ProviderFactory,
    ProviderMemberFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.support.racing import DONE, saved_at_once

pytestmark = pytest.mark.usefixtures("database")
STARTS = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)
CAME, MISSED = Attendance(PlaceStatus.ATTENDED), Attendance(PlaceStatus.NO_SHOW)
Mark = Callable[[User, Attendance], None]


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look at the clock is a minute later."""
    moments = iter(STARTS + timedelta(minutes=minute) for minute in range(10_000))
    monkeypatch.setattr(clock, "now", lambda: next(moments))


@pytest.fixture
def officer() -> User:
    return UserFactory.make(name="Priya Shah")


@pytest.fixture
def coordinator() -> User:
    member = ProviderMemberFactory.make(
        provider=ProviderFactory.make(name="Elm School"), user=UserFactory.make(role=Role.PROVIDER, name="Cara Lee")
    )
    person = YoungPersonFactory.make(provider=member.provider, reference="EL-1")
    visit = OpportunityFactory.make(
        provider=member.provider, starts_at=STARTS, ends_at=STARTS + timedelta(hours=3), taken=1
    )
    PlaceFactory.make(opportunity=visit, young_person=person)
    db.session.commit()
    return member.user


@pytest.fixture
def mark(coordinator: User) -> Mark:
    """Mark the one place there is."""

    def one(by: User, said: Attendance) -> None:
        with committing():
            mark_attendance(db.session.get_one(Opportunity, visit().id), {stored(Place)[0].id: said}, by=by)

    return one


def visit() -> Opportunity:
    return db.session.scalars(select(Opportunity)).one()


def status() -> PlaceStatus:
    return db.session.scalars(select(Place.status)).one()


def test_the_last_word_counts_and_each_side_keeps_its_own(officer: User, coordinator: User, mark: Mark) -> None:
    mark(officer, MISSED)
    mark(coordinator, CAME)

    assert status() is PlaceStatus.ATTENDED
    assert [(each.side, each.status) for each in stored(AttendanceMark)] == [
        (MarkedBy.COUNCIL, PlaceStatus.NO_SHOW),
        (MarkedBy.PROVIDER, PlaceStatus.ATTENDED),
    ]


def test_a_mark_that_is_taken_back_is_nobodys_word(officer: User, mark: Mark) -> None:
    mark(officer, MISSED)
    mark(officer, NOT_MARKED)

    assert stored(AttendanceMark) == []


@pytest.mark.parametrize("counts", [PlaceStatus.ATTENDED, PlaceStatus.NO_SHOW])
def test_an_officer_settles_it_with_one_press(
    client: CarefulClient, officer: User, coordinator: User, mark: Mark, counts: PlaceStatus
) -> None:
    side = "provider" if counts is PlaceStatus.ATTENDED else "council"
    mark(officer, MISSED)
    mark(coordinator, CAME)
    client.sign_in(officer)
    address = f"/opportunities/{visit().id}"
    before = client.get(address).text

    after = client.post(f"{address}/marks/{side}", data={"seen": stored(Place)[0].id}, follow_redirects=True).text

    assert "The provider marked 1 place otherwise than we did." in before
    assert "EL-1: Priya Shah said no-show on" in before
    assert "Cara Lee said attended" in before
    assert "otherwise than we did" not in after
    assert status() is counts


def test_an_officer_who_spoke_last_knew_and_has_nothing_to_decide(
    client: CarefulClient, officer: User, coordinator: User, mark: Mark
) -> None:
    mark(coordinator, CAME)
    mark(officer, MISSED)
    client.sign_in(officer)

    page = client.get(f"/opportunities/{visit().id}").text

    assert "otherwise than we did" not in page
    assert "the provider said otherwise; Priya Shah decided." in page


def test_what_changed_meanwhile_is_not_settled_unseen(officer: User, coordinator: User, mark: Mark) -> None:
    mark(officer, MISSED)
    mark(coordinator, CAME)
    seen = [stored(Place)[0].id]
    mark(coordinator, MISSED)

    with pytest.raises(Conflict, match="changed meanwhile"), committing():
        settle(db.session.get_one(Opportunity, visit().id), MarkedBy.PROVIDER, seen=seen, by=officer)


def test_what_the_page_did_not_show_is_not_settled_with_it(officer: User, coordinator: User, mark: Mark) -> None:
    mark(officer, MISSED)
    mark(coordinator, CAME)

    with pytest.raises(Conflict, match="changed meanwhile"), committing():
        settle(db.session.get_one(Opportunity, visit().id), MarkedBy.PROVIDER, seen=[], by=officer)


@pytest.mark.rounds(2)
def test_two_officers_who_decide_at_once_decide_once(app: Flask, officer: User, coordinator: User, mark: Mark) -> None:
    mark(officer, MISSED)
    mark(coordinator, CAME)
    visit_id, place_id, officer_id = visit().id, stored(Place)[0].id, officer.id

    def decide(side: MarkedBy) -> Callable[[], object]:
        return lambda: settle(
            db.session.get_one(Opportunity, visit_id), side, seen=[place_id], by=db.session.get_one(User, officer_id)
        )

    told = saved_at_once(app, decide(MarkedBy.COUNCIL), decide(MarkedBy.PROVIDER))

    assert sorted(told) == sorted([DONE, "The marks have changed meanwhile. Look at them again."])
    ours = next(each for each in stored(AttendanceMark) if each.side is MarkedBy.COUNCIL)
    assert ours.status is status()
