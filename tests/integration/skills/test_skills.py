"""The agreed list of skills in versions, and what of it is practised."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile
from crm.fulfilment.skills import SkillCoverage, skills_coverage, without_skills
from crm.opportunities.models import OpportunityStatus, PlaceStatus
from crm.reference.academic_years import AcademicYear
from crm.skills.models import Skill, SkillsList
from crm.skills.queries import lines_of, list_in_force, offered_skills
from crm.skills.services import ListDetails, publish_list
from crm.skills.wording import read_lines
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import OpportunityFactory, PlaceFactory, ProviderFactory, UserFactory
from tests.support.forms import post, typed
from tests.support.pages import words_of
from tests.support.racing import DONE, kind_of, saved_at_once

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 25)
YEAR = AcademicYear("2026/27")
AGREED = {"meeting": "Employers’ roundtable", "agreed_on": "12 3 2026"}

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def admin(client: CarefulClient, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return client.sign_in(UserFactory.make(role=Role.ADMIN))


def publish(typed_list: str, *, seen: int, by: User | None = None) -> SkillsList:
    details = ListDetails(read_lines(typed_list), date(2026, 3, 12), "Employers’ roundtable")
    version = publish_list(details, seen=seen, by=by or UserFactory.make(), at=NOW)
    if by is None:
        db.session.commit()
    return version


def test_a_skill_keeps_its_ticks_through_versions_and_is_offered_while_it_is_ticked() -> None:
    publish("Listening\nSpeaking", seen=0)
    dropped = next(skill for skill in stored(Skill) if skill.name == "Speaking")

    publish("Teamwork\nlistening: to others", seen=1)

    assert [name for _, name in offered_skills()] == ["Teamwork", "listening"]
    assert [name for _, name in offered_skills(besides=[dropped.id])] == ["Teamwork", "listening", "Speaking"]
    assert len(stored(Skill)) == 3


def test_an_earlier_version_still_says_what_was_agreed_then() -> None:
    publish("Listening", seen=0)
    publish("LISTENING", seen=1)

    first, _ = sorted(stored(SkillsList), key=lambda each: each.number)
    rows = db.session.execute(text(f"SELECT wording FROM skills_list_entry WHERE list_id = {first.id}"))
    assert rows.scalars().all() == ["Listening"]


@pytest.mark.parametrize("table", ["skills_list", "skills_list_entry"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_lets_no_version_change_or_vanish(table: str, change: str) -> None:
    publish("Listening", seen=0)

    with pytest.raises(IntegrityError, match="never changes"):
        db.session.execute(text(change.format(table)))


def test_nothing_is_published_that_changes_nothing_or_follows_another_version() -> None:
    publish("Listening", seen=0)

    with pytest.raises(Conflict, match="Nothing has changed"):
        publish("Listening", seen=1)
    with pytest.raises(EditedMeanwhile):
        publish("Speaking", seen=0)


@pytest.mark.rounds(3)
def test_of_several_who_publish_at_once_one_does_and_the_others_are_told(app: Flask) -> None:
    by = UserFactory.make().id
    db.session.commit()

    def publishing(name: str) -> Callable[[], object]:
        return lambda: publish(name, seen=0, by=db.session.get_one(User, by))

    outcomes = saved_at_once(app, *map(publishing, ("Listening", "Listening", "Speaking", "Teamwork")), told=kind_of)

    assert sorted(outcomes) == [*["EditedMeanwhile"] * 3, DONE]
    assert len(stored(SkillsList)) == 1


def test_an_administrator_writes_looks_and_publishes(client: CarefulClient, admin: User) -> None:
    assert "No list of skills was agreed yet" in client.get("/skills/").text

    page = post(client, "/skills/new", version="0", skills="Listening: to others\nSpeaking", **AGREED).text
    assert "Not published" in page
    assert stored(SkillsList) == []
    posted = client.post("/skills/publish", data=typed(page))

    assert posted.headers["Location"] == "/skills/"
    words = words_of(client.get("/skills/").text)
    assert "Employers’ roundtable, 12 March 2026" in words
    assert "Listening Not practised to others" in words
    assert lines_of(list_in_force()) == read_lines("Listening: to others\nSpeaking")


def test_the_next_version_shows_what_it_changes_and_meets_what_somebody_else_published(
    client: CarefulClient, admin: User
) -> None:
    publish("Listening\nSpeaking", seen=0)
    page = post(client, "/skills/new", version="1", skills="Listening\nTeamwork", **AGREED).text
    assert "New: Teamwork" in page
    assert "No longer on the list: Speaking" in page
    publish("Listening\nCreativity", seen=1)

    met = client.post("/skills/publish", data=typed(page)).text

    assert "published version 2 while you were writing" in met
    assert "New: Creativity" in met
    assert "Teamwork" in met
    assert len(stored(SkillsList)) == 2
    assert "Version 1" in client.get("/skills/versions/1").text
    assert "What changed from" in client.get("/skills/versions/2").text
    assert client.get("/skills/versions/3").status_code == 404


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"skills": ""}, "Enter the skills, one on a line"),
        ({"skills": "Listening\nListening"}, "Enter Listening once"),
        ({"meeting": ""}, "Enter which meeting agreed the list"),
        ({"agreed_on": "26 11 2026"}, "Enter a day that is not in the future"),
        ({"skills": "Speaking"}, "Nothing has changed"),
    ],
)
def test_every_message_says_what_to_do(
    client: CarefulClient, admin: User, changes: dict[str, str], message: str
) -> None:
    publish("Speaking", seen=0)

    page = post(client, "/skills/new", **{"version": "1", "skills": "Listening", **AGREED, **changes}).text

    assert message in page
    assert "Employers’ roundtable" in page or "meeting" in changes


def test_coverage_counts_opportunities_places_and_people_of_the_year() -> None:
    publish("Listening\nSpeaking\nTeamwork", seen=0)
    listening, speaking, _ = (db.session.get_one(Skill, skill_id) for skill_id, _ in offered_skills())
    past = OpportunityFactory.make(
        starts_at=datetime(2026, 10, 5, 9, tzinfo=UTC),
        ends_at=datetime(2026, 10, 5, 11, tzinfo=UTC),
        status=OpportunityStatus.DELIVERED,
        skills=[listening, speaking],
    )
    named = PlaceFactory.make(opportunity=past, status=PlaceStatus.ATTENDED, came=1)
    PlaceFactory.make(opportunity=past, status=PlaceStatus.NO_SHOW)
    november = {"starts_at": datetime(2026, 11, 5, 9, tzinfo=UTC), "ends_at": datetime(2026, 11, 5, 11, tzinfo=UTC)}
    again = OpportunityFactory.make(**november, skills=[listening])
    PlaceFactory.make(opportunity=again, young_person=named.young_person, status=PlaceStatus.ATTENDED, came=1)
    PlaceFactory.make(
        opportunity=again, young_person=None, provider=ProviderFactory.make(), seats=9, came=8, status="attended"
    )
    soon = {"starts_at": datetime(2026, 12, 5, 9, tzinfo=UTC), "ends_at": datetime(2026, 12, 5, 11, tzinfo=UTC)}
    OpportunityFactory.make(**soon, skills=[speaking])
    OpportunityFactory.make(**soon)
    before = {"starts_at": datetime(2026, 7, 5, 9, tzinfo=UTC), "ends_at": datetime(2026, 7, 5, 11, tzinfo=UTC)}
    OpportunityFactory.make(**before, skills=[speaking])
    db.session.flush()

    with counting_queries() as statements:
        rows = skills_coverage(YEAR, TODAY)

    assert rows == [
        SkillCoverage(listening.id, "Listening", to_come=0, taken_place=2, attended=10, young_people=1),
        SkillCoverage(speaking.id, "Speaking", to_come=1, taken_place=1, attended=1, young_people=1),
        SkillCoverage(rows[2].skill_id, "Teamwork"),
    ]
    assert len([each for each in statements if each.startswith("SELECT")]) == 3
    assert without_skills(YEAR) == 1


@pytest.mark.parametrize("role", [Role.PARTNER, Role.PROVIDER])
def test_others_read_the_list_without_any_count(client: CarefulClient, role: Role) -> None:
    publish("Listening", seen=0)
    client.sign_in(UserFactory.make(role=role))

    page = client.get("/skills/").text

    assert "Listening" in page
    assert "Attended places" not in page
    assert client.get("/skills/new").status_code == 403


def test_an_opportunity_is_ticked_by_the_list_in_force_and_keeps_what_was_ticked_before(
    client: CarefulClient, admin: User
) -> None:
    publish("Listening\nSpeaking", seen=0)
    listening, speaking = (skill_id for skill_id, _ in offered_skills())
    opportunity = OpportunityFactory.make(skills=[db.session.get_one(Skill, speaking)])
    publish("Listening\nTeamwork", seen=1)
    address = f"/opportunities/{opportunity.id}"
    page = client.get(f"{address}/edit").text
    assert [f">{name}<" in "".join(page.split()) for name in ("Listening", "Teamwork", "Speaking")] == [True] * 3

    client.post(f"{address}/edit", data={**typed(page), "skills": [str(speaking), str(listening)]})

    assert "Skills practised Listening, Speaking" in words_of(client.get(address).text)
    client.post(f"{address}/edit", data={**typed(client.get(f"{address}/edit").text), "skills": []})
    assert "Skills practised" not in words_of(client.get(address).text)
