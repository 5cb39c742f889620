"""The long form: what describes an opportunity, copies, moving it, and warnings before something clashes."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.core import clock
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile
from crm.opportunities.models import Opportunity, OpportunityStatus, Place, PlaceStatus
from crm.opportunities.particulars import OpportunityPart, Part, Programme, Venue
from crm.opportunities.queries import get_opportunity
from crm.opportunities.services import (
    ClashWarning,
    Lists,
    add_headcount,
    add_place_for,
    edit_opportunity,
    reschedule_opportunity,
    say_parts,
)
from crm.opportunities.timing import Timing
from crm.pledges.kinds import Mode, OpportunityKind
from crm.providers.models import YearGroup
from crm.reference.models import Sector
from tests.conftest import CarefulClient, stored
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    ProviderFactory,
    SiteFactory,
    UserFactory,
    YoungPersonFactory,
)
from tests.integration.opportunities.arranging import arranged, details

NEXT_WEEK = clock.today() + timedelta(days=7)
WEEK_AFTER = clock.today() + timedelta(days=14)


@pytest.fixture
def officer(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make())


def filled_in(**given: Any) -> dict[str, Any]:
    dull: dict[str, Any] = {
        "submission_key": "a-key",
        "kind": "talk",
        "first_day": f"{NEXT_WEEK:%d %m %Y}",
        "starts": "9.30",
        "ends": "11am",
        "capacity": "10",
        "mode": "in_person",
        "site": "",
        "leader": "",
        "provider": "",
    }
    return dull | given


def test_everything_that_describes_an_opportunity_is_kept_and_shown(client: CarefulClient, officer: User) -> None:
    employer = EmployerFactory.make().id
    sector = db.session.scalars(select(Sector).limit(1)).one()
    given = filled_in(
        activity="Build a small robot arm",
        programme="dwp",
        venue="provider",
        year_groups=["11", "10"],
        sectors=[str(sector.id)],
        as_draft="y",
    )

    client.post(f"/opportunities/new?employer={employer}", data=given)
    saved = get_opportunity(stored(Opportunity)[0].id, viewer=officer)
    page = client.get(f"/opportunities/{saved.id}").text

    assert (saved.programme, saved.venue, saved.status) == (Programme.DWP, Venue.PROVIDER, OpportunityStatus.DRAFT)
    assert [row.year_group for row in saved.year_groups] == [YearGroup.YEAR_10, YearGroup.YEAR_11]
    for words in ("Build a small robot arm", "DWP programme", "At the provider", "Year 10, Year 11", sector.name):
        assert words in page


@pytest.mark.usefixtures("database")
def test_a_changed_list_alone_raises_the_version() -> None:
    visit = arranged(first_day=NEXT_WEEK, lists=Lists(year_groups=frozenset({YearGroup.YEAR_10})))
    seen = visit.version
    others = details(first_day=NEXT_WEEK, lists=Lists(year_groups=frozenset({YearGroup.YEAR_11})))

    edit_opportunity(visit, others, seen_version=seen)

    assert visit.version == seen + 1
    with pytest.raises(EditedMeanwhile):
        edit_opportunity(visit, others, seen_version=seen)


def test_both_versions_of_a_list_are_shown(client: CarefulClient, officer: User) -> None:
    visit = arranged(first_day=NEXT_WEEK, lists=Lists(year_groups=frozenset({YearGroup.YEAR_11})))
    given = filled_in(kind="workplace_visit", year_groups=["12"], version=str(visit.version - 1))

    page = client.post(f"/opportunities/{visit.id}/edit", data=given).text

    assert "while you were editing" in page
    assert "Year 11" in page


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"venue": "provider", "site": "1"}, "You chose a site of theirs as well"),
        ({"venue": "online"}, "Select “Online” above as well"),
    ],
)
def test_where_it_takes_place_must_fit_together(
    client: CarefulClient, officer: User, given: dict[str, Any], message: str
) -> None:
    site = SiteFactory.make()
    given = given | ({"site": str(site.id)} if "site" in given else {})

    page = client.post(f"/opportunities/new?employer={site.employer_id}", data=filled_in(**given)).text

    assert message in page
    assert not stored(Opportunity)


def test_a_copy_has_everything_but_its_days(client: CarefulClient, officer: User) -> None:
    speaker = ContactFactory.make()
    talk = arranged(
        employer=speaker.employer,
        kind=OpportunityKind.TALK,
        title="Cables under the sea",
        leader_id=speaker.id,
        activity="Splice a fibre",
        first_day=NEXT_WEEK,
    )

    page = client.get(f"/opportunities/new?employer={speaker.employer_id}&copy_of={talk.id}").text

    assert 'value="Cables under the sea"' in page
    assert "Splice a fibre" in page
    assert f'value="{NEXT_WEEK.year}"' not in page
    assert f'<option value="{speaker.id}" selected>' in page
    assert (
        f"/opportunities/new?employer={speaker.employer_id}&amp;copy_of={talk.id}"
        in client.get(f"/opportunities/{talk.id}").text
    )


def test_moving_changes_when_and_nothing_else(client: CarefulClient, officer: User) -> None:
    visit = arranged(first_day=NEXT_WEEK, title="See the kiln", activity="Glaze a tile", capacity=7)
    add_headcount(visit, ProviderFactory.make(name="Oak School"), 3)
    seen, page = visit.version, client.get(f"/opportunities/{visit.id}/reschedule").text
    given = {"submission_key": "k", "first_day": f"{WEEK_AFTER:%d %m %Y}", "starts": "1pm", "ends": "3pm"}

    client.post(f"/opportunities/{visit.id}/reschedule", data=given | {"version": str(seen)})
    again = client.post(
        f"/opportunities/{visit.id}/reschedule", data=given | {"version": str(seen), "submission_key": "l"}
    ).text

    moved = stored(Opportunity)[0]
    assert "3 young people of Oak School keep their places" in page
    assert (moved.title, moved.activity, moved.capacity, moved.taken) == ("See the kiln", "Glaze a tile", 7, 3)
    assert Timing.of(moved).first_day == WEEK_AFTER
    assert "saved this while you were editing" in again


def test_a_draft_that_wants_a_busy_speaker_is_warned_about_and_saved_all_the_same(
    client: CarefulClient, officer: User
) -> None:
    speaker = ContactFactory.make(name="Dawn Reyes")
    arranged(employer=speaker.employer, leader_id=speaker.id, first_day=NEXT_WEEK, title="Career evening")
    given = filled_in(leader=str(speaker.id), as_draft="y", ends="10.30")
    address = f"/opportunities/new?employer={speaker.employer_id}"

    warned = client.post(address, data=given).text
    client.post(address, data=given | {"anyway": "y"})

    assert "Not saved yet" in warned
    assert "Dawn Reyes is asked for at the same time by Career evening" in warned
    assert len(stored(Opportunity)) == 2


def test_a_speaker_who_is_promised_twice_is_refused_however_often_it_is_confirmed(
    client: CarefulClient, officer: User
) -> None:
    speaker = ContactFactory.make()
    arranged(employer=speaker.employer, leader_id=speaker.id, first_day=NEXT_WEEK, title="Career evening")
    given = filled_in(leader=str(speaker.id), ends="10.30", anyway="y")

    page = client.post(f"/opportunities/new?employer={speaker.employer_id}", data=given).text

    assert "Choose somebody else" in page
    assert len(stored(Opportunity)) == 1


@pytest.mark.usefixtures("database")
def test_moving_on_top_of_somebodys_other_place_is_warned_about_while_one_is_not_confirmed() -> None:
    person = YoungPersonFactory.make(reference="LH-1")
    moving, other = arranged(first_day=NEXT_WEEK), arranged(first_day=WEEK_AFTER, title="Elsewhere")
    add_place_for(moving, person)
    asked = Place(opportunity_id=other.id, young_person_id=person.id, status=PlaceStatus.REQUESTED)
    db.session.add(asked)
    db.session.flush()
    onto = details(first_day=WEEK_AFTER).timing

    with pytest.raises(ClashWarning, match="LH-1 may take part in another opportunity then: Elsewhere"):
        reschedule_opportunity(moving, onto, hours=None, seen_version=moving.version, warned=False)
    db.session.rollback()


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("warned", [False, True])
def test_two_drafts_may_want_the_same_speaker(warned: bool) -> None:
    speaker = ContactFactory.make()
    given: dict[str, Any] = {"leader_id": speaker.id, "first_day": NEXT_WEEK, "as_draft": True}
    arranged(employer=speaker.employer, **given)

    if warned:
        assert arranged(employer=speaker.employer, **given).status is OpportunityStatus.DRAFT
    else:
        with pytest.raises(ClashWarning, match="a draft"):
            arranged(employer=speaker.employer, warned=False, **given)


@pytest.mark.usefixtures("database")
def test_parts_that_another_kind_is_not_asked_about_are_left_out() -> None:
    visit = arranged(first_day=NEXT_WEEK)
    say_parts(visit, {Part.TASK: True, Part.PURPOSE: False}, seen_version=visit.version)
    given = details(first_day=NEXT_WEEK, kind=OpportunityKind.TALK, mode=Mode.ONLINE)
    talk = arranged(kind=OpportunityKind.TALK, first_day=NEXT_WEEK, lists=Lists(parts={Part.TASK: True}))

    assert {row.part: row.present for row in visit.parts} == {Part.TASK: True, Part.PURPOSE: False}
    assert not talk.parts
    assert given.where is Venue.ONLINE
    talk.status = OpportunityStatus.CANCELLED
    with pytest.raises(Conflict, match="was cancelled"):
        say_parts(talk, {}, seen_version=talk.version)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ("venue = 'provider'", "a_site_is_where_it_is"),
        ("venue = 'online', site_id = NULL", "online_is_online"),
        ("exempt_reason = 'Because'", "exempt_by_somebody_for_a_reason"),
        ("block_reason = 'Because'", "block_allowed_by_somebody_for_a_reason"),
        ("programme = 'holiday'", "programme"),
    ],
)
def test_the_database_refuses_what_does_not_fit_together(broken: str, constraint: str) -> None:
    site = SiteFactory.make()
    arranged(employer=site.employer, site_id=site.id, first_day=NEXT_WEEK)

    with pytest.raises(IntegrityError, match=constraint):
        db.session.execute(text(f"UPDATE opportunity SET {broken}"))


@pytest.mark.usefixtures("database")
def test_a_part_is_said_once() -> None:
    visit = arranged(first_day=NEXT_WEEK, lists=Lists(parts={Part.TASK: True}))
    again = OpportunityPart(opportunity_id=visit.id, part=Part.TASK, present=False)

    with pytest.raises(IntegrityError, match="opportunity_part"):
        add_and_flush(again)


def add_and_flush(row: OpportunityPart) -> None:
    db.session.add(row)
    db.session.flush()
