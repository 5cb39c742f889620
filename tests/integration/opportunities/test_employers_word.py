"""What an employer says of an opportunity, and what an officer makes of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from crm.accounts.models import User
from crm.audit.models import ChangeRecord
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict, NotFound
from crm.employers.models import Contact
from crm.opportunities.employer_word.models import EmployerWord
from crm.opportunities.employer_word.services import Word, say
from crm.opportunities.employer_word.settling import keep_our_number, take_their_number
from crm.opportunities.models import CAME, Opportunity, OpportunityStatus, Place, Side
from crm.opportunities.services import add_headcount, add_place_for, cancel_opportunity, headcount, mark_attendance
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import ContactFactory, ProviderFactory, UserFactory, YoungPersonFactory
from tests.integration.opportunities.arranging import A_DAY, arranged
from tests.support.racing import kind_of, saved_at_once

pytestmark = pytest.mark.usefixtures("database")

FIVE = Word(came=5, rating=4, went_well="They asked good questions.", to_change="More time.")
Decide = Callable[..., None]


@pytest.fixture
def visit() -> Opportunity:
    return arranged(capacity=6)


@pytest.fixture
def contact(visit: Opportunity) -> Contact:
    return ContactFactory.make(employer=visit.employer, name="Dana Price")


@pytest.fixture
def word(visit: Opportunity, contact: Contact) -> EmployerWord:
    """Dana says 5 of a group of 6 came; nobody is marked."""
    add_headcount(visit, ProviderFactory.make(), 6)
    word = say(visit, contact, FIVE)
    db.session.commit()
    return word


def came(visit: Opportunity) -> int | None:
    statement = select(func.sum(Place.came)).where(Place.opportunity_id == visit.id, Place.status.in_(CAME))
    return db.session.scalar(statement)


def test_what_somebody_says_is_written_down_and_moves_no_figure(visit: Opportunity, word: EmployerWord) -> None:
    assert (word.came, word.rating, word.went_well, word.to_change) == (5, 4, FIVE.went_well, FIVE.to_change)
    assert came(visit) is None
    assert visit.status is OpportunityStatus.OPEN


def test_saying_so_again_replaces_it(visit: Opportunity, contact: Contact, word: EmployerWord) -> None:
    say(visit, contact, Word(came=4))
    db.session.commit()

    (said,) = stored(EmployerWord)
    assert (said.came, said.rating, said.went_well) == (4, None, "")


def test_after_14_days_what_was_said_stays(
    visit: Opportunity, contact: Contact, word: EmployerWord, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = word.created_at
    monkeypatch.setattr(clock, "now", lambda: begun + timedelta(days=14))
    say(visit, contact, Word(came=4))
    monkeypatch.setattr(clock, "now", lambda: begun + timedelta(days=14, seconds=1))

    with pytest.raises(Conflict, match="could be changed for 14 days"):
        say(visit, contact, Word(came=3))


def test_nothing_is_said_of_what_is_another_employers_or_did_not_take_place(contact: Contact) -> None:
    with pytest.raises(Conflict, match="another employer"):
        say(arranged(), contact, FIVE)
    cancelled = arranged(employer=contact.employer)
    cancel_opportunity(cancelled, side=Side.OTHER, reason="Snow")
    with pytest.raises(Conflict, match="did not take place"):
        say(cancelled, contact, FIVE)


def test_nothing_is_said_of_what_has_not_begun_or_by_more_than_there_was_room_for(
    visit: Opportunity, contact: Contact
) -> None:
    with pytest.raises(Conflict, match="There was room for 6"):
        say(visit, contact, Word(came=7))
    coming = arranged(employer=contact.employer, first_day=clock.today() + timedelta(days=3))
    with pytest.raises(Conflict, match="has not begun"):
        say(coming, contact, FIVE)


def test_an_officer_takes_their_number_and_the_history_says_why(visit: Opportunity, word: EmployerWord) -> None:
    officer = UserFactory.make()

    take_their_number(visit, word.id, seen=5, by=officer)

    assert came(visit) == 5
    assert visit.status is OpportunityStatus.DELIVERED
    assert word.settled_by_id == officer.id
    db.session.commit()
    reasons = {each.reason for each in stored(ChangeRecord) if each.entity == "place" and "came" in each.changes}
    assert "The employer said that 5 came" in reasons


def test_an_officer_keeps_ours_and_is_asked_no_more(visit: Opportunity, word: EmployerWord) -> None:
    mark_attendance(visit, {place.id: headcount(6) for place in stored(Place)})

    keep_our_number(visit, word.id, seen=5, by=UserFactory.make())

    assert came(visit) == 6
    assert word.settled_at is not None


@pytest.mark.parametrize("decide", [take_their_number, keep_our_number])
def test_what_was_decided_is_not_decided_again_unless_they_say_otherwise(
    decide: Decide, visit: Opportunity, contact: Contact, word: EmployerWord
) -> None:
    officer = UserFactory.make()
    decide(visit, word.id, seen=5, by=officer)
    with pytest.raises(Conflict, match="decided about this number already"):
        decide(visit, word.id, seen=5, by=officer)

    say(visit, contact, replace(FIVE, rating=1))
    assert word.settled_at is not None
    say(visit, contact, replace(FIVE, came=4))
    assert word.settled_at is None


@pytest.mark.parametrize("decide", [take_their_number, keep_our_number])
def test_a_number_that_changed_meanwhile_is_looked_at_again(
    decide: Decide, visit: Opportunity, word: EmployerWord
) -> None:
    with pytest.raises(Conflict, match="changed the number meanwhile"):
        decide(visit, word.id, seen=6, by=UserFactory.make())
    with pytest.raises(NotFound):
        decide(arranged(), word.id, seen=5, by=UserFactory.make())


def test_a_number_that_does_not_tell_whose_places_they_were_is_not_taken(visit: Opportunity, contact: Contact) -> None:
    for _ in range(3):
        add_place_for(visit, YoungPersonFactory.make())
    word = say(visit, contact, Word(came=2))

    with pytest.raises(Conflict, match="Mark the register instead"):
        take_their_number(visit, word.id, seen=2, by=UserFactory.make())


def test_of_officers_who_decide_at_once_one_does(app: Flask, visit: Opportunity, word: EmployerWord) -> None:
    officer_id, visit_id, word_id = UserFactory.make().id, visit.id, word.id
    db.session.commit()

    def deciding(decide: Decide) -> Callable[[], None]:
        def one() -> None:
            opportunity = db.session.get_one(Opportunity, visit_id)
            decide(opportunity, word_id, seen=5, by=db.session.get_one(User, officer_id))

        return one

    told = saved_at_once(app, *map(deciding, [take_their_number, keep_our_number] * 4), told=kind_of)

    assert sorted(told) == ["Conflict"] * 7 + ["done"]


def test_saying_it_many_times_at_once_writes_one_row(app: Flask, visit: Opportunity, contact: Contact) -> None:
    visit_id, contact_id = visit.id, contact.id
    db.session.commit()

    def one() -> None:
        say(db.session.get_one(Opportunity, visit_id), db.session.get_one(Contact, contact_id), FIVE)

    told = saved_at_once(app, *[one] * 8, told=kind_of)

    assert set(told) <= {"done", "Conflict"}
    assert "done" in told
    assert [each.came for each in stored(EmployerWord)] == [5]


def test_the_page_shows_both_numbers_and_both_ways(
    client: CarefulClient, visit: Opportunity, word: EmployerWord
) -> None:
    mark_attendance(visit, {place.id: headcount(6) for place in stored(Place)})
    client.sign_in(UserFactory.make())

    page = client.get(f"/opportunities/{visit.id}").text

    for shown in (
        "that 5 young people came",
        "The register says 6",
        "Take their number",
        "Keep ours",
        "<strong>Well</strong>",
    ):
        assert shown in page
    assert "They asked good questions." in page


def test_an_officer_decides_with_one_press(client: CarefulClient, visit: Opportunity, word: EmployerWord) -> None:
    client.sign_in(UserFactory.make())
    visit_id, word_id = visit.id, word.id

    answer = client.post(f"/opportunities/{visit_id}/words/{word_id}/take", data={"seen": "5"}, follow_redirects=True)

    assert "The register says what the employer says." in answer.text
    assert "As the register says" in answer.text
    assert "Take their number" not in answer.text
    assert came(visit) == 5


def test_keeping_ours_leaves_who_did(client: CarefulClient, visit: Opportunity, word: EmployerWord) -> None:
    mark_attendance(visit, {place.id: headcount(6) for place in stored(Place)})
    client.sign_in(UserFactory.make(name="Priya Shah"))

    answer = client.post(f"/opportunities/{visit.id}/words/{word.id}/keep", data={"seen": "5"}, follow_redirects=True)

    assert "Priya Shah kept our number" in answer.text
    assert "Take their number" not in answer.text


@pytest.mark.parametrize("role", [Role.PARTNER, Role.PROVIDER])
def test_nobody_but_staff_reads_what_an_employer_says(
    client: CarefulClient, visit: Opportunity, word: EmployerWord, role: Role
) -> None:
    client.sign_in(UserFactory.make(role=role))

    assert "good questions" not in client.get(f"/opportunities/{visit.id}").text
    assert client.post(f"/opportunities/{visit.id}/words/{word.id}/take").status_code == 403


def test_the_page_asks_the_same_of_the_database_however_many_spoke(
    client: CarefulClient, visit: Opportunity, word: EmployerWord
) -> None:
    client.sign_in(UserFactory.make())
    address = f"/opportunities/{visit.id}"
    client.get(address)
    with counting_queries() as few:
        client.get(address)
    for _ in range(25):
        say(visit, ContactFactory.make(employer=visit.employer), FIVE)

    with counting_queries() as many:
        client.get(address)

    assert len(many) == len(few)
    assert clock.today() > A_DAY
