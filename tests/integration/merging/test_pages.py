"""The pages of duplicates and merges, and old numbers leading to the survivor."""

import re
from datetime import date, datetime
from itertools import pairwise

import pytest
from flask import Flask

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.employers.models import Contact, Employer, SicVersion
from crm.employers.services import ContactDetails, add_contact
from crm.interactions.models import Interaction
from crm.merging.models import DuplicateSearch, EmployerMerge, LikelyPair, NotDuplicates
from crm.merging.services import merging
from crm.pledges.models import PledgeStatus
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import AreaFactory, ContactFactory, EmployerFactory, InteractionFactory, PledgeFactory, UserFactory
from tests.integration.merging.arranging import NOW, merge
from tests.support.forms import post, typed
from tests.support.pages import words_of


@pytest.fixture
def officer(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make(name="Priya Shah"))


def a_pair(**given: object) -> tuple[Employer, Employer]:
    left = EmployerFactory.make(name="Alder Joinery", phone="+441632960001", **given)
    return left, EmployerFactory.make(name="Alder Joiners", phone="+441632960002", email="hello@alder.example")


def test_a_pair_is_compared_confirmed_merged_and_undone(client: CarefulClient, officer: User) -> None:
    left, right = a_pair()
    InteractionFactory.make(employer=right)
    address = f"/employers/{left.id}/merge/{right.id}"

    compared = client.get(address).text
    for words in ("Alder Joinery", "Alder Joiners", "01632 960001", "Contact log entries", "The same on both"):
        assert words in compared
    picked = f"{address}/confirm?stays=left&phone=right&name=left&email=right"
    asked = client.get(picked).text
    for words in (
        "1 contact log entry of Alder Joiners goes to Alder Joinery",
        "Phone of Alder Joinery becomes 01632 960002",
        "E-mail address of Alder Joinery becomes hello@alder.example",
        "Alder Joiners is on no list any more",
    ):
        assert words in asked
    assert "Name of" not in asked

    pressed = post(client, picked, **typed(asked))

    (done,) = stored(EmployerMerge)
    assert pressed.headers["Location"] == f"/employers/merges/{done.id}"
    shown = client.get(pressed.headers["Location"]).text
    for words in ("Alder Joiners into Alder Joinery", "1 contact log entry moved", "Undo this merge", "Priya Shah"):
        assert words in shown
    post(client, f"/employers/merges/{done.id}/undo")
    assert [each.merged_into_id for each in stored(Employer)] == [None, None]
    assert "Priya Shah undid it" in client.get(f"/employers/merges/{done.id}").text
    assert "Undone by Priya Shah" in client.get("/employers/merges").text


def test_the_other_one_can_stay(client: CarefulClient, officer: User) -> None:
    left, right = a_pair()
    picked = f"/employers/{left.id}/merge/{right.id}/confirm?stays=right&name=left"

    post(client, picked, **typed(client.get(picked).text))

    assert [(each.name, each.merged_into_id) for each in stored(Employer)] == [
        ("Alder Joinery", right.id),
        ("Alder Joinery", None),
    ]


def test_different_company_numbers_need_the_tick(client: CarefulClient, officer: User) -> None:
    left, right = EmployerFactory.make(company_number="01234567"), EmployerFactory.make(company_number="07654321")
    picked = f"/employers/{left.id}/merge/{right.id}/confirm?stays=left"
    answers = typed(client.get(picked).text)

    refused = post(client, picked, **answers)

    assert "Tick the box if you have checked that they are one employer" in refused.text
    assert stored(EmployerMerge) == []
    post(client, picked, **answers, numbers_checked="y")
    assert len(stored(EmployerMerge)) == 1


def test_a_change_since_the_page_was_opened_sends_back_to_compare_with_what_was_chosen(
    client: CarefulClient, officer: User
) -> None:
    left, right = a_pair()
    picked = f"/employers/{left.id}/merge/{right.id}/confirm?stays=left&phone=right"
    answers = typed(client.get(picked).text)
    db.session.get_one(Employer, right.id).phone = "+441632960003"
    db.session.commit()

    sent_back = post(client, picked, **answers)

    assert sent_back.headers["Location"] == f"/employers/{left.id}/merge/{right.id}?stays=left&phone=right"
    again = client.get(sent_back.headers["Location"]).text
    assert "Somebody changed one of them while you were comparing" in again
    assert "01632 960003" in again
    assert re.search(r'id="phone-right" name="phone" type="radio" value="right" checked', again)


def test_two_promises_are_asked_about_and_two_open_ones_refuse(client: CarefulClient, officer: User) -> None:
    left, right = a_pair()
    for employer in (left, right):
        PledgeFactory.make(employer=employer)
    address = f"/employers/{left.id}/merge/{right.id}"
    assert "Which pledge for 2026/27 stays in force?" in client.get(address).text
    confirmed = client.get(f"{address}/confirm?stays=left&pledge-2026/27=right").text
    assert "For 2026/27 the pledge of Alder Joiners stays in force" in confirmed
    for employer in (left, right):
        again = db.session.get_one(Employer, employer.id)
        PledgeFactory.make(employer=again, number=2, status=PledgeStatus.DRAFT)

    refused = client.get(address).text

    assert "Both have a pledge for 2026/27 that is not decided" in refused
    assert "See what happens" not in refused
    pressed = post(client, f"{address}/confirm", left_version=left.version, right_version=right.version)
    assert "Both have a pledge for 2026/27 that is not decided" in pressed.text
    assert stored(EmployerMerge) == []


def test_two_archived_employers_wait_for_one_to_be_restored(client: CarefulClient, officer: User) -> None:
    left, right = a_pair(archived_at=NOW, archived_reason="Closed")
    right.archived_at, right.archived_reason = NOW, "Closed"

    assert "Both are archived" in client.get(f"/employers/{left.id}/merge/{right.id}").text


def test_what_is_suggested_is_the_longer_rest_and_what_is_told_is_in_words(
    client: CarefulClient, officer: User
) -> None:
    area = AreaFactory.make(name="Hanley")
    left, right = a_pair(
        quiet_until=date(2027, 1, 4),
        quiet_reason="moving",
        local_headcount=1200,
        area=area,
        sic_code="16230",
        sic_version=SicVersion.SIC_2007,
    )
    right.quiet_until, right.quiet_reason = date(2027, 3, 1), "short of staff"

    page = client.get(f"/employers/{left.id}/merge/{right.id}").text

    for words in ("1 March 2027: short of staff", "4 January 2027: moving", "1,200", "Hanley", "16230 (SIC 2007)"):
        assert words in page
    assert re.search(r'id="quiet_until-right" name="quiet_until" type="radio" value="right" checked', page)
    assert re.search(r'id="name-left" name="name" type="radio" value="left" checked', page), "more is known of it"


def test_a_merge_that_gave_way_is_tried_again_and_says_so_in_the_end(
    client: CarefulClient, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, right = a_pair()
    picked = f"/employers/{left.id}/merge/{right.id}/confirm?stays=left"
    answers = typed(client.get(picked).text)
    really, left_to_fail = merging.merge_employers, [2]

    def busy(choices: merging.Choices, *, by: User, at: datetime) -> EmployerMerge:
        if left_to_fail[0]:
            left_to_fail[0] -= 1
            raise merging.Busy("Somebody is saving something of these employers at this moment. Try again.")
        return really(choices, by=by, at=at)

    monkeypatch.setattr("crm.merging.views.merges.merge_employers", busy)
    left_to_fail[0] = 3
    assert "at this moment. Try again" in post(client, picked, **answers).text
    left_to_fail[0] = 2

    post(client, picked, **answers)

    assert len(stored(EmployerMerge)) == 1


def test_the_other_employer_is_chosen_by_name_or_from_the_likely_ones(client: CarefulClient, officer: User) -> None:
    one = EmployerFactory.make(name="Alder Joinery", name_key="alder joinery", postcode="ST1 4HT")
    other = EmployerFactory.make(name="Alder Joinery Ltd", name_key="alder joinery", postcode="ST1 4HT")
    third = EmployerFactory.make(name="Beech Works", name_key="beech works")

    page = client.get(f"/employers/{one.id}/merge").text
    assert f"/employers/{one.id}/merge/{other.id}" in page
    assert "the same name, same postcode" in page
    chosen = client.get(f"/employers/{one.id}/merge?other=beech works")
    assert chosen.headers["Location"] == f"/employers/{one.id}/merge/{third.id}"
    itself = client.get(f"/employers/{one.id}/merge?other=Alder&other-id={one.id}").text
    assert "Choose another employer than this one." in itself
    assert client.get(f"/employers/{one.id}/merge/{one.id}").status_code == 409


def test_an_officer_sees_no_undo_for_a_colleagues_merge_and_a_manager_does(client: CarefulClient) -> None:
    left, right = a_pair()
    done = merge(left.id, right.id, by=UserFactory.make(name="Sam Lee"))
    client.sign_in(UserFactory.make())
    assert "Sam Lee or a manager can undo it" in client.get(f"/employers/merges/{done.id}").text
    assert f"merges/{done.id}/undo" not in client.get("/employers/merges").text
    assert post(client, f"/employers/merges/{done.id}/undo").status_code == 403

    client.sign_in(UserFactory.make(role=Role.MANAGER))

    assert f"merges/{done.id}/undo" in client.get("/employers/merges").text


def test_what_was_changed_since_is_shown_before_undoing(client: CarefulClient, officer: User) -> None:
    left, right = a_pair()
    done = merge(left.id, right.id, by=officer, from_loser={"phone"}, at=NOW)
    done.merged_at = done.merged_at.replace(year=2999)
    db.session.get_one(Employer, left.id).phone = "+441632960009"

    shown = client.get(f"/employers/merges/{done.id}").text

    assert "Phone of Alder Joinery: changed since the merge" in shown
    done = db.session.merge(done)
    done.merged_at = NOW.replace(year=2020)
    assert "This one is older" in client.get(f"/employers/merges/{done.id}").text


def test_entries_that_name_the_other_employers_people_are_linked_before_and_after_undoing(
    client: CarefulClient, officer: User
) -> None:
    left, right = a_pair()
    ann = ContactFactory.make(employer=right, name="Ann Oak")
    done = merge(left.id, right.id, by=officer, at=clock.now())
    entry = InteractionFactory.make(employer=left, contacts=[ann])
    address = f"/employers/merges/{done.id}"
    assert f'"/contact-log/{entry.id}"' in (before := client.get(address).text)
    assert "will name somebody who goes to the other employer" in words_of(before)

    post(client, f"{address}/undo")

    assert f'"/contact-log/{entry.id}"' in (after := client.get(address).text)
    assert "2 November 2026, Alder Joinery : Ann Oak" in words_of(after)


def test_every_page_of_an_employer_leads_to_the_survivor(app: Flask, client: CarefulClient) -> None:
    client.sign_in(UserFactory.make(role=Role.ADMIN))
    left, right = a_pair()
    third = EmployerFactory.make()
    merge(left.id, right.id, by=UserFactory.make())
    rules = [rule for rule in app.url_map.iter_rules() if "employer_id" in rule.arguments]
    assert len(rules) > 10

    for rule in rules:
        values = dict.fromkeys(rule.arguments, third.id) | {"employer_id": right.id}
        there = {**values, "employer_id": left.id}
        address = app.url_map.bind("localhost")
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answer = client.open(address.build(rule.endpoint, values, method=method), method=method, data=pressed())
            status = 302 if method == "GET" else 307
            told = (rule.endpoint, method, answer.status_code, answer.headers.get("Location"))
            assert told == (rule.endpoint, method, status, address.build(rule.endpoint, there, method=method))


def pressed() -> dict[str, str]:
    return {"submission_key": "a key"}


def test_an_old_number_in_the_query_leads_to_the_survivor_too(client: CarefulClient, officer: User) -> None:
    left, right = a_pair()
    merge(left.id, right.id, by=officer)

    led = client.get(f"/contact-log/new?employer={right.id}&next=/")

    assert led.headers["Location"] == f"/contact-log/new?employer={left.id}&next=%2F"


@pytest.mark.parametrize(
    "address", ["/contact-log/?employer={}", "/pledges/new?employer_id={}", "/opportunities/new?employer={}"]
)
def test_a_list_or_a_form_for_an_old_number_is_one_for_the_survivor(
    client: CarefulClient, officer: User, address: str
) -> None:
    left, right = a_pair()
    merge(left.id, right.id, by=officer)

    shown = client.get(address.format(right.id), follow_redirects=True).text

    assert "Alder Joinery" in shown


def test_no_list_shows_an_employer_that_was_merged_away(client: CarefulClient, officer: User) -> None:
    left, right = a_pair(owner_id=officer.id)
    InteractionFactory.make(employer=right)
    merge(left.id, right.id, by=officer)
    for address in (
        "/",
        "/employers/",
        "/employers/?archived=y",
        "/employers/employers.csv",
        "/contact-log/",
        "/contact-log/contact-log.csv",
    ):
        shown = client.get(address)
        assert shown.status_code == 200
        assert "Alder Joiners" not in shown.text, address


def test_a_contact_typed_for_an_employer_that_was_merged_meanwhile_is_added_to_the_survivor(
    client: CarefulClient, officer: User
) -> None:
    left, right = a_pair()
    merge(left.id, right.id, by=officer)
    answers = {"submission_key": "once", "name": "Jo Bloggs"}

    led = client.post(f"/employers/{right.id}/contacts/new", data=answers, follow_redirects=True)

    assert [(each.name, each.employer_id) for each in stored(Contact)] == [("Jo Bloggs", left.id)]
    assert "Alder Joiners was merged into Alder Joinery" in led.text


def test_a_call_typed_for_an_employer_that_was_merged_meanwhile_is_logged_with_the_survivor(
    client: CarefulClient, officer: User
) -> None:
    left, right = a_pair()
    answers = {
        "submission_key": "once",
        "employer": "Alder Joiners",
        "employer-id": right.id,
        "channel": "call",
        "direction": "outgoing",
        "happened_on": "2 11 2026",
        "officers": officer.id,
        "summary": "Spoke about placements.",
    }
    merge(left.id, right.id, by=officer)

    saved = client.post("/contact-log/new", data=answers)

    assert [each.employer_id for each in stored(Interaction)] == [left.id], saved.text
    assert "was merged into Alder Joinery" in client.get(f"/employers/{left.id}").text


def test_a_form_that_was_open_on_the_loser_shows_both_versions_on_the_survivor(
    client: CarefulClient, officer: User
) -> None:
    left, right = a_pair()
    answers = {**typed(client.get(f"/employers/{right.id}/edit").text), "name": "Alder Joiners and Sons"}
    merge(left.id, right.id, by=officer)

    shown = client.post(f"/employers/{right.id}/edit", data=answers, follow_redirects=True)

    assert "saved this while you were editing" in shown.text
    assert "Alder Joiners and Sons" in shown.text
    assert [each.name for each in stored(Employer)] == ["Alder Joinery", "Alder Joiners"]


def test_a_merge_between_reading_and_writing_asks_the_same_again(
    client: CarefulClient, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, right = a_pair()
    db.session.commit()
    left_id, right_id = left.id, right.id
    db.session.rollback()
    first = iter([True])

    def too_late(employer: Employer, details: ContactDetails) -> Contact:
        """Merge behind the back of the view, which has read the employer already."""
        if next(first, False):
            db.session.connection().exec_driver_sql(
                f"UPDATE employer SET merged_into_id = {left_id}, archived_at = '2026-11-02 09:00:00', "
                f"archived_reason = 'x' WHERE id = {right_id}"
            )
        return add_contact(employer, details)

    monkeypatch.setattr("crm.employers.services.add_contact", too_late)

    answer = client.post(f"/employers/{right_id}/contacts/new", data={"submission_key": "once", "name": "Jo"})

    assert answer.status_code == 307
    assert answer.headers["Location"] == f"/employers/{right_id}/contacts/new?again=1"
    first = iter([True])
    spun = client.post(f"/employers/{right_id}/contacts/new?again=1", data={"submission_key": "2", "name": "Jo"})
    assert spun.status_code == 409
    assert "merged this employer into another one just now" in spun.text


def test_likely_duplicates_are_listed_best_first_and_can_be_found_different(
    client: CarefulClient, officer: User
) -> None:
    left, right = a_pair()
    third = EmployerFactory.make(name="Beech Works")
    pair(left, right, 90, ["names 93 % alike", "same postcode"])
    pair(right, third, 55, ["same phone number"])
    db.session.add(DuplicateSearch(asked_at=NOW, asked_by_name="Threefold", ended_at=NOW))

    page = client.get("/employers/duplicates/").text
    assert page.index("names 93 % alike, same postcode") < page.index("same phone number")
    assert "As at 2 November 2026" in page
    post(client, f"/employers/duplicates/{right.id}/{left.id}/different")
    page = client.get("/employers/duplicates/").text
    assert "names 93 % alike" not in page
    assert "same phone number" in page

    (difference,) = stored(NotDuplicates)
    address = f"/employers/duplicates/different/{difference.id}/take-back"
    assert (difference.first_id, difference.second_id, difference.decided_by_name) == (left.id, right.id, "Priya Shah")
    assert "Alder Joiners" in client.get("/employers/duplicates/different").text
    post(client, address)
    assert "names 93 % alike" in client.get("/employers/duplicates/").text
    assert post(client, address).status_code == 404


def pair(one: Employer, other: Employer, score: int, reasons: list[str]) -> None:
    db.session.add(LikelyPair(first_id=one.id, second_id=other.id, score=score, reasons=reasons))


def test_saying_twice_that_two_differ_keeps_who_said_it_first(client: CarefulClient, officer: User) -> None:
    left, right = a_pair()
    for _ in range(2):
        post(client, f"/employers/duplicates/{left.id}/{right.id}/different")
    assert len(stored(NotDuplicates)) == 1
    assert post(client, f"/employers/duplicates/{left.id}/{left.id}/different").status_code == 409


def test_the_list_of_duplicates_takes_as_many_statements_for_many_rows_as_for_few(
    client: CarefulClient, officer: User
) -> None:
    employers = [EmployerFactory.make() for _ in range(26)]
    taken = []
    client.get("/employers/duplicates/")
    for one, other in pairwise(employers):
        pair(one, other, 80, ["same postcode"])
        if one in (employers[2], employers[24]):
            with counting_queries() as statements:
                client.get("/employers/duplicates/")
            taken.append(len(statements))
    assert taken[0] == taken[1]


def test_a_search_is_asked_for_once_and_its_progress_shown(client: CarefulClient, officer: User) -> None:
    assert "Nobody has looked for duplicates yet" in client.get("/employers/duplicates/").text
    for _ in range(2):
        post(client, "/employers/duplicates/search")
    (search,) = stored(DuplicateSearch)
    assert search.asked_by_name == "Priya Shah"
    search.total, search.done = 200, 100
    db.session.commit()

    assert "A search is going on: 50 % done" in client.get("/employers/duplicates/").text


def test_typing_a_new_employer_shows_those_it_may_be(client: CarefulClient, officer: User) -> None:
    there = EmployerFactory.make(name="Moorcroft Lane Timber Frame Ltd", name_key="moorcroft lane timber frame")

    shown = client.get("/employers/duplicates/likely?name=moorcroft lane timbr frame&postcode=ST").text

    assert f'href="/employers/{there.id}"' in shown
    assert "% alike" in shown
    assert "We may have" not in client.get("/employers/duplicates/likely?name=&phone=1").text
    assert "data-likely" in client.get("/employers/new").text


def test_a_stale_button_is_refused(client: CarefulClient, officer: User) -> None:
    left, right = a_pair()
    done = merge(left.id, right.id, by=officer)
    third = EmployerFactory.make()
    for address in (f"/employers/merges/{done.id}/undo", f"/employers/duplicates/{left.id}/{third.id}/different"):
        assert client.post(address, data={"submission_key": "x" * 101}).status_code == 409


def test_the_survivors_history_tells_of_the_one_that_became_part_of_it(client: CarefulClient, officer: User) -> None:
    left, right = a_pair()
    merge(left.id, right.id, by=officer)

    shown = client.get(f"/employers/{left.id}").text

    assert "Alder Joiners was merged into this employer" in shown
    assert "the employer that became part of this one" in shown
    assert "<ins>Alder Joinery</ins>" in shown


def test_an_old_contact_that_stayed_behind_leads_to_the_same_person(client: CarefulClient, officer: User) -> None:
    left, right = a_pair()
    ours = ContactFactory.make(employer=left, email="jo@example.com")
    theirs = ContactFactory.make(employer=right, email="jo@example.com")
    merge(left.id, right.id, by=officer)

    assert client.get(f"/contacts/{theirs.id}/edit").headers["Location"] == f"/contacts/{ours.id}/edit"
