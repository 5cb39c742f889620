"""Many people at the same moment, each in a thread and a transaction of their own."""

from collections import Counter
from collections.abc import Callable
from datetime import time

from flask import Flask

from crm.accounts.models import User
from crm.core.db import db
from crm.employers.models import Employer
from crm.opportunities.models import Opportunity, OpportunityStatus, Place
from crm.opportunities.services import add_place_for, open_opportunity, schedule_opportunity
from crm.providers.models import YoungPerson
from tests.conftest import stored
from tests.factories import ContactFactory, ProviderFactory, UserFactory, YoungPersonFactory
from tests.integration.opportunities.arranging import arranged, details, seats_held
from tests.support.racing import DONE, saved_at_once


def test_of_fifty_who_book_the_last_place_one_gets_it_and_the_others_are_told(app: Flask, database: None) -> None:
    visit = arranged(capacity=1).id
    school = ProviderFactory.make()
    people = [YoungPersonFactory.make(provider=school).id for _ in range(50)]
    db.session.commit()

    def book(person: int) -> Callable[[], object]:
        return lambda: add_place_for(db.session.get_one(Opportunity, visit), db.session.get_one(YoungPerson, person))

    outcomes = Counter(saved_at_once(app, *[book(person) for person in people]))

    assert outcomes == {
        DONE: 1,
        "That was the last place: somebody else has taken it, and this opportunity is full now.": 49,
    }
    assert len(stored(Place)) == 1
    assert stored(Opportunity)[0].taken == 1 == seats_held(visit)


def test_of_twenty_who_book_one_person_into_overlapping_things_one_succeeds(app: Flask, database: None) -> None:
    person = YoungPersonFactory.make(reference="AB-1").id
    visits = [arranged(starts=time(10, number), ends=time(12)).id for number in range(20)]
    db.session.commit()

    def book(visit: int) -> Callable[[], object]:
        return lambda: add_place_for(db.session.get_one(Opportunity, visit), db.session.get_one(YoungPerson, person))

    outcomes = Counter(saved_at_once(app, *[book(visit) for visit in visits]))

    assert outcomes.pop(DONE) == 1
    assert sum(outcomes.values()) == 19
    assert all(refusal.startswith("AB-1 has a place in another opportunity then") for refusal in outcomes)
    assert len(stored(Place)) == 1
    assert sum(each.taken for each in stored(Opportunity)) == 1


def test_of_ten_who_book_one_person_twice_into_one_thing_one_succeeds(app: Flask, database: None) -> None:
    person, visit = YoungPersonFactory.make(reference="AB-1").id, arranged(capacity=10).id
    db.session.commit()

    def book() -> object:
        return add_place_for(db.session.get_one(Opportunity, visit), db.session.get_one(YoungPerson, person))

    outcomes = Counter(saved_at_once(app, *[book] * 10))

    assert outcomes == {DONE: 1, "AB-1 already has a place in this opportunity.": 9}


def test_of_ten_drafts_of_one_speaker_that_are_opened_at_once_one_opens(app: Flask, database: None) -> None:
    speaker = ContactFactory.make()
    drafts = [arranged(employer=speaker.employer, leader_id=speaker.id, as_draft=True).id for _ in range(10)]
    db.session.commit()

    def opening(draft: int) -> Callable[[], object]:
        return lambda: open_opportunity(db.session.get_one(Opportunity, draft))

    outcomes = Counter(saved_at_once(app, *[opening(draft) for draft in drafts]))

    assert outcomes.pop(DONE) == 1
    assert all("is at another opportunity then" in refusal for refusal in outcomes)
    assert [each.status for each in stored(Opportunity)].count(OpportunityStatus.OPEN) == 1


def test_of_ten_who_schedule_one_speaker_twice_one_succeeds(app: Flask, database: None) -> None:
    speaker = ContactFactory.make()
    employer, leader, officer = speaker.employer_id, speaker.id, UserFactory.make().id
    db.session.commit()

    def schedule() -> object:
        return schedule_opportunity(
            db.session.get_one(Employer, employer),
            details(leader_id=leader),
            scheduled_by=db.session.get_one(User, officer),
        )

    outcomes = Counter(saved_at_once(app, *[schedule] * 10))

    assert outcomes.pop(DONE) == 1
    assert len(stored(Opportunity)) == 1
