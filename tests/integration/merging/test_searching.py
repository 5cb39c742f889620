"""The worker looks at all employers for likely pairs."""

from datetime import timedelta

import pytest

from crm.core.db import db
from crm.core.errors import Conflict
from crm.employers.likely import Described, likely_employers
from crm.employers.likeness import Likeness
from crm.employers.models import Employer
from crm.merging.jobs import ask_by_night, search_for_duplicates
from crm.merging.models import DuplicateSearch, LikelyPair
from crm.merging.pairing import Pair
from crm.merging.queries.pairs import all_features
from crm.merging.services import pairs
from tests.conftest import counting_queries, stored
from tests.factories import EmployerFactory
from tests.integration.merging.arranging import NOW, merge, officer

pytestmark = pytest.mark.usefixtures("database")


def two_alike() -> tuple[Employer, Employer]:
    one = EmployerFactory.make(name="Alder Joinery", name_key="alder joinery")
    return one, EmployerFactory.make(name="Alder Joinery Ltd", name_key="alder joinery")


def test_a_search_by_night_finds_pairs_in_place_of_earlier_ones() -> None:
    one, other = two_alike()
    third = EmployerFactory.make(name="Beech", name_key="beech")
    db.session.add(LikelyPair(first_id=one.id, second_id=third.id, score=70, reasons=["once alike"]))
    db.session.commit()

    ask_by_night(NOW)
    tally = search_for_duplicates(NOW)

    assert tally.done == 1
    (found,) = stored(LikelyPair)
    assert (found.first_id, found.second_id, found.score, found.reasons) == (one.id, other.id, 60, ["the same name"])
    (search,) = stored(DuplicateSearch)
    assert search.ended_at is not None
    assert (search.done, search.total, search.share_done) == (3, 3, 100)


def test_without_anybody_asking_nothing_is_searched() -> None:
    assert search_for_duplicates(NOW).done == 0


def test_a_search_that_another_worker_makes_is_left_to_it_until_it_falls_silent() -> None:
    two_alike()
    search = pairs.ask_for_search(by="Priya", at=NOW)
    search.heard_at = NOW
    db.session.commit()

    assert search_for_duplicates(NOW + timedelta(minutes=9)).done == 0
    assert search_for_duplicates(NOW + timedelta(minutes=10)).done == 1


def test_merged_employers_are_not_in_a_pair_even_if_merged_while_it_was_searched() -> None:
    one, other = two_alike()
    found = [(one.id, other.id)]
    merge(one.id, other.id, by=officer())
    search = pairs.ask_for_search(by="Priya", at=NOW)
    db.session.commit()
    kept = pairs.keep_pairs(search.id, [Pair(*ids, Likeness(60, ("the same name",))) for ids in found], at=NOW)

    assert kept == 0
    assert search_for_duplicates(NOW).done == 0


def test_a_pair_that_somebody_else_has_just_found_to_differ_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = two_alike()
    by = officer()
    pairs.say_they_differ(one.id, other.id, by=by, at=NOW)
    monkeypatch.setattr(pairs, "difference_of", lambda *_: None)

    with pytest.raises(Conflict, match="Somebody else has just said so"):
        pairs.say_they_differ(other.id, one.id, by=by, at=NOW)


def test_a_trading_name_without_a_letter_is_no_name() -> None:
    EmployerFactory.make(trading_name="--")
    EmployerFactory.make(trading_name="Alder")

    assert [features.trading_key for _, features in all_features()] == [None, "alder"]


def test_searches_are_forgotten_after_a_month() -> None:
    for days in (29, 31):
        ended = NOW - timedelta(days=days)
        db.session.add(DuplicateSearch(asked_at=ended, asked_by_name="Priya", ended_at=ended))
    db.session.flush()

    assert pairs.forget_old(NOW) == 1


def test_who_is_described_by_the_old_name_is_the_survivor() -> None:
    survivor = EmployerFactory.make(name="Beech Works", name_key="beech works")
    loser = EmployerFactory.make(name="Alder Joinery", name_key="alder joinery", company_number="01234567")
    merge(survivor.id, loser.id, by=officer())

    (found,) = likely_employers(Described(name="Alder Joinery", company_number="01234567"))

    assert (found.id, found.name, found.has_same_number) == (survivor.id, "Beech Works", True)
    assert found.reasons == ("the same name", "same company number", "once called Alder Joinery")


def test_who_is_described_is_found_by_whatever_is_shared() -> None:
    shared = {"postcode": "ST1 4HT", "phone": "+441632960001", "website": "https://alder.example"}
    there = EmployerFactory.make(name="Zenith", name_key="zenith", **shared)

    described = Described(name="Alder", email="jo@alder.example", postcode="ST1 4HT", phone="+441632960001")

    assert [each.id for each in likely_employers(described)] == [there.id]
    assert likely_employers(described, besides={there.id}) == []
    assert likely_employers(Described(name="--")) == []


def test_looking_takes_as_many_statements_among_many_as_among_few() -> None:
    taken = []
    for _ in range(2):
        for number in range(60):
            EmployerFactory.make(name=f"Alder {number}", name_key=f"alder {number}", postcode="ST1 4HT")
        db.session.commit()
        with counting_queries() as statements:
            assert len(likely_employers(Described(name="Alder 7", postcode="ST1 4HT"))) == 10
        taken.append(len(statements))

    assert taken[0] == taken[1] <= 8
