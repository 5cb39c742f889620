"""Several people at one series at the same moment: nobody waits for ever, and nothing is half done."""

from collections.abc import Callable
from datetime import time

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core import clock
from crm.core.db import db
from crm.opportunities.models import Opportunity, OpportunityStatus, Side
from crm.opportunities.particulars import Venue
from crm.opportunities.series.models import Series
from crm.opportunities.series.queries import mentees_of
from crm.opportunities.series.services import Change, add_mentees, cancel_following, change_following, take_mentee
from crm.opportunities.services import add_place_for
from crm.opportunities.timing import Timing
from crm.pledges.kinds import Mode
from crm.providers.models import Provider, YoungPerson
from tests.conftest import stored
from tests.factories import ContactFactory, EmployerFactory, YoungPersonFactory
from tests.integration.opportunities.arranging import seats_held
from tests.integration.opportunities.series import DAYS, NOW, meetings, mentoring
from tests.support.racing import DONE, kind_of, saved_at_once


def on(series_id: int, do: Callable[[Series], object]) -> Callable[[], object]:
    found = select(Series).where(Series.id == series_id).options(joinedload(Series.employer))
    return lambda: do(db.session.scalars(found).one())


def meeting(key: int) -> Opportunity:
    return db.session.get_one(Opportunity, key)


def person(key: int) -> YoungPerson:
    return db.session.get_one(YoungPerson, key)


def an_hour_later(leader_id: int) -> Change:
    return Change(
        title="Later",
        weekday=1,
        starts=time(16, 30),
        ends=time(17, 30),
        mode=Mode.IN_PERSON,
        venue=Venue.ELSEWHERE,
        site_id=None,
        place_or_link="",
        leader_id=leader_id,
    )


@pytest.mark.rounds(2)
def test_a_series_that_is_changed_joined_left_and_cancelled_at_once_stays_whole(
    app: Flask, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    employer = EmployerFactory.make()
    mentor = ContactFactory.make(employer=employer).id
    series = mentoring("AB-1", "AB-2", employer=employer, leader_id=mentor, capacity=4)
    key, version, school = series.id, series.version, series.provider_id
    provider = db.session.get_one(Provider, school)
    joins, leaves = YoungPersonFactory.make(provider=provider, reference="CD-1").id, mentees_of(key)[0].id
    third, fourth = (each.id for each in meetings(series)[2:])
    db.session.commit()

    outcomes = saved_at_once(
        app,
        on(key, lambda of: change_following(of, meeting(third), an_hour_later(mentor), DAYS[2:], seen_version=version)),
        on(key, lambda of: cancel_following(of, meeting(fourth), side=Side.EMPLOYER, reason="Left")),
        on(key, lambda of: add_mentees(of, db.session.get_one(Provider, school), "CD-1\nAB-2")),
        on(key, lambda of: take_mentee(of, person(leaves), side=Side.YOUNG_PERSON, reason="Moved")),
        lambda: add_place_for(meeting(third), person(joins)),
        told=kind_of,
    )

    assert set(outcomes) <= {DONE, "Conflict", "EditedMeanwhile"}
    assert outcomes[1] == outcomes[3] == DONE
    after = stored(Opportunity)
    assert [each.taken for each in after] == [seats_held(each.id) for each in after]
    assert after[3].status is OpportunityStatus.CANCELLED
    assert (Timing.of(after[2]).starts == time(16, 30)) is (outcomes[0] == DONE)
