"""What counts: decided in versions, tried before it is published, and what every figure then goes by."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.counting.models import CountingPolicyVersion
from crm.counting.services import PolicyDetails, publish_policy
from crm.fulfilment.counting import CountingPolicy
from crm.fulfilment.policies import policy_for, policy_on
from crm.opportunities.models import PlaceStatus
from crm.pledges.kinds import EXPERIENCES, OpportunityKind
from crm.reference.academic_years import AcademicYear
from tests.conftest import CarefulClient, stored
from tests.factories import CohortFactory, OpportunityFactory, PlaceFactory, UserFactory, YoungPersonFactory
from tests.support.forms import post, typed
from tests.support.pages import words_of
from tests.support.racing import DONE, kind_of, saved_at_once

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 25)
YEAR = AcademicYear("2026/27")
SAID = {"target": "3", "different_employers": "1", "note": "Talks count, decided on 12 March"}

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def manager(client: CarefulClient, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return client.sign_in(UserFactory.make(role=Role.MANAGER))


def publish(year: AcademicYear = YEAR, *, seen: int = 1, by: User | None = None, **given: object) -> None:
    details = {"kinds": EXPERIENCES, "target": 3, "different_employers": 1, "note": "Decided", **given}
    publish_policy(year, PolicyDetails(**details), seen=seen, by=by or UserFactory.make(), at=NOW)  # type: ignore[arg-type]
    if by is None:
        db.session.commit()


def a_talk_of(hours: int, attended_by_one_of: int) -> None:
    person = YoungPersonFactory.make()
    CohortFactory.make(provider=person.provider, size=attended_by_one_of, counted_on=date(2026, 10, 1))
    starts = datetime(2026, 10, 5, 9, tzinfo=UTC)
    talk = OpportunityFactory.make(
        kind=OpportunityKind.TALK, starts_at=starts, ends_at=starts + timedelta(hours=hours), hours=hours
    )
    PlaceFactory.make(opportunity=talk, young_person=person, status=PlaceStatus.ATTENDED, came=1)


def test_without_a_decision_every_year_counts_as_the_service_came() -> None:
    assert policy_on(TODAY) == CountingPolicy.usual(TODAY) == CountingPolicy(YEAR)


def test_the_latest_version_of_a_year_counts_and_goes_on_in_the_years_after_it() -> None:
    publish(target=4, different_employers=2)
    publish(seen=2, kinds=EXPERIENCES | {OpportunityKind.TALK}, minimum_hours=Decimal("1.5"))

    this_year, following = policy_for(YEAR), policy_for(YEAR.next)

    assert (this_year.version, this_year.target, this_year.minimum_hours) == (3, 3, Decimal("1.5"))
    assert OpportunityKind.TALK in this_year.kinds
    assert (following.version, following.kinds, following.academic_year) == (1, this_year.kinds, YEAR.next)
    assert policy_for(YEAR.previous) == CountingPolicy(YEAR.previous)


@pytest.mark.parametrize("table", ["counting_policy", "counted_kind"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_no_version_changes_or_vanishes(table: str, change: str) -> None:
    publish()

    with pytest.raises(IntegrityError, match="never changes"):
        db.session.execute(text(change.format(table)))


@pytest.mark.parametrize(
    "wrong",
    [{"target": 7}, {"different_employers": 4}, {"minimum_hours": Decimal(0)}, {"note": " "}, {"number": 1}],
)
def test_the_database_refuses_what_cannot_be(wrong: dict[str, object]) -> None:
    right = {
        "academic_year_name": "2026/27",
        "number": 2,
        "target": 3,
        "different_employers": 1,
        "note": "Decided",
        "published_at": NOW,
        "published_by_id": UserFactory.make().id,
    }
    db.session.add(CountingPolicyVersion(**right | wrong))

    with pytest.raises(IntegrityError, match=r"(?i)check"):
        db.session.flush()


@pytest.mark.rounds(3)
def test_of_several_who_publish_at_once_one_does(app: Flask) -> None:
    by = UserFactory.make().id
    db.session.commit()

    def publishing() -> None:
        publish(by=db.session.get_one(User, by))

    outcomes = saved_at_once(app, *[publishing] * 4, told=kind_of)

    assert sorted(outcomes) == [*["EditedMeanwhile"] * 3, DONE]
    assert len(stored(CountingPolicyVersion)) == 1


def test_a_manager_sees_what_it_would_do_to_the_figures_and_publishes(client: CarefulClient, manager: User) -> None:
    a_talk_of(2, attended_by_one_of=10)
    kinds = [kind.value for kind in (*EXPERIENCES, OpportunityKind.TALK)]
    assert "Young people who have had 1 0" in words_of(client.get("/figures/").text)

    page = client.post("/figures/policy/new", data={"version": "1", "submission_key": "a", "kinds": kinds, **SAID}).text

    words = words_of(page)
    assert "Not published" in words
    assert "Young people who have had 1 0 1" in words
    assert "Encounters attended 1 0" in words
    assert "Employers in contact" not in words
    assert stored(CountingPolicyVersion) == []
    client.post("/figures/policy/publish", data={**typed(page), "kinds": kinds})

    assert "Young people who have had 1 1" in words_of(client.get("/figures/").text)
    assert "Counting policy, version 2" in client.get("/figures/").text
    assert "Talks count, decided on 12 March" in client.get("/figures/policy/").text


def test_another_target_has_as_many_columns_on_the_page(client: CarefulClient, manager: User) -> None:
    publish(target=5, different_employers=1)
    a_talk_of(2, attended_by_one_of=10)

    page = client.get("/figures/").text

    assert "Had 4" in page
    assert "Had 5 or more" in page
    assert "Had 3 or more" not in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kinds": []}, "Select at least one kind"),
        ({"target": "7"}, "Enter a number from 1 to 6"),
        ({"different_employers": "4"}, "Enter no more employers than opportunities each"),
        ({"minimum_hours": "none"}, "Enter the hours as a number"),
        ({"minimum_hours": "0"}, "Enter the hours as a number"),
        ({"note": ""}, "Enter what changes and who decided so"),
        ({}, "Nothing has changed"),
    ],
)
def test_every_message_says_what_to_do(
    client: CarefulClient, manager: User, changes: dict[str, object], message: str
) -> None:
    sent = {"version": "1", "kinds": [kind.value for kind in EXPERIENCES], **SAID, **changes}

    assert message in post(client, "/figures/policy/new", **sent).text


def test_what_somebody_else_published_meanwhile_is_shown_before_ours_follows(
    client: CarefulClient, manager: User
) -> None:
    sent = {"version": "1", "kinds": ["placement"], **SAID, "submission_key": "a"}
    publish(note="Theirs, decided in May", target=4)

    met = client.post("/figures/policy/publish", data=sent).text

    assert "published version 2 while you were working" in met
    assert "Theirs, decided in May" in met
    assert len(stored(CountingPolicyVersion)) == 1


def test_what_is_over_is_not_counted_otherwise_afterwards(client: CarefulClient, manager: User) -> None:
    assert "What counts in 2026/27" in client.get("/figures/policy/new?year=2025/26").text
    assert "What counts in 2027/28" in client.get("/figures/policy/new?year=2027/28").text
