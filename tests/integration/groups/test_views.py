"""The pages of groups, as somebody at the keyboard uses them."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from crm.accounts.models import User
from crm.core import clock
from crm.core.access import Role
from crm.core.db import db
from crm.groups.models import EmployerGroup, Membership
from crm.reference.models import SizeBand
from tests.conftest import CarefulClient, counting_queries, stored
from tests.factories import (
    ContactFactory,
    EmployerFactory,
    GroupFactory,
    InteractionFactory,
    MembershipFactory,
    UserFactory,
)
from tests.support.forms import post, typed
from tests.support.pages import words_of

TODAY = date(2026, 11, 2)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _it_is_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def officer(client: CarefulClient) -> User:
    return client.sign_in(UserFactory.make(name="Priya Shah"))


def filled(client: CarefulClient, path: str, **answers: object) -> dict[str, object]:
    return typed(client.get(path).text) | answers


def band(name: str) -> SizeBand:
    return db.session.query(SizeBand).filter_by(name=name).one()


def test_a_group_is_added_and_listed(client: CarefulClient, officer: User) -> None:
    assert "No group yet." in client.get("/groups/").text
    answers = filled(
        client, "/groups/new", name="Roundtable", kind="Roundtable", purpose="Skills", seats="12", ends_on="31 7 2027"
    )

    response = client.post("/groups/new", data=answers)

    (group,) = stored(EmployerGroup)
    assert response.headers["Location"] == f"/groups/{group.id}"
    assert (group.seats, group.begins_on, group.ends_on) == (12, TODAY, date(2027, 7, 31))
    assert "0 of 12 seats" in words_of(client.get("/groups/").text)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"name": ""}, "Enter the group’s name"),
        ({"name": "A", "seats": "0"}, "The number of seats must be between 1 and 1,000"),
        ({"name": "A", "begins_on": "2 11 2026", "ends_on": "1 11 2026"}, "The last day must not be before the first"),
        ({"name": "Taken"}, "There is a group of this name already."),
    ],
)
def test_messages_say_what_to_do(client: CarefulClient, officer: User, answers: dict[str, str], message: str) -> None:
    GroupFactory.make(name="Taken")

    page = client.post("/groups/new", data=filled(client, "/groups/new", **answers)).text

    assert message in page
    assert len(stored(EmployerGroup)) == 1


def test_a_group_is_changed_and_whoever_comes_second_sees_both_versions(client: CarefulClient, officer: User) -> None:
    group = GroupFactory.make(name="Roundtable")
    GroupFactory.make(name="Taken")
    path = f"/groups/{group.id}/edit"
    answers = filled(client, path, name="Skills roundtable")
    group.purpose = "Theirs"
    db.session.commit()

    page = client.post(path, data=answers).text

    assert "saved this while you were editing" in page
    assert client.post(path, data=typed(page) | {"name": "Taken"}).status_code == 200
    assert client.post(path, data=typed(page)).headers["Location"] == f"/groups/{group.id}"
    assert stored(EmployerGroup)[0].name == "Skills roundtable"


def test_a_member_is_found_by_name_and_added_with_who_sits_there(client: CarefulClient, officer: User) -> None:
    group = GroupFactory.make(name="Roundtable")
    dawn = ContactFactory.make(employer=EmployerFactory.make(name="Alder Ltd", name_key="alder"), name="Dawn Alder")
    ContactFactory.make(employer=dawn.employer, name="Gone Before", left_at=datetime(2026, 1, 1, tzinfo=UTC))
    chosen = client.get(f"/groups/{group.id}/members/new?name=Alder")
    path = chosen.headers["Location"]
    assert path == f"/groups/{group.id}/members/new?employer={dawn.employer_id}"
    assert "Gone Before" not in client.get(path).text

    client.post(path, data=filled(client, path, contact_id=dawn.id, role="Chair"))

    words = words_of(client.get(f"/groups/{group.id}").text)
    assert "Alder Ltd Not known Dawn Alder Chair 2 Nov 2026" in words
    assert "Groups Roundtable , Chair" in words_of(client.get(f"/employers/{dawn.employer_id}").text).replace(
        "Roundtable,", "Roundtable ,"
    )


def test_who_is_a_member_already_is_refused_in_words_and_an_unknown_name_too(
    client: CarefulClient, officer: User
) -> None:
    membership = MembershipFactory.make()
    path = f"/groups/{membership.group_id}/members/new?employer={membership.employer_id}"

    assert "This employer is a member already." in client.post(path, data=filled(client, path)).text
    assert (
        "We could not find that employer" in client.get(f"/groups/{membership.group_id}/members/new?name=Nobody").text
    )
    assert len(stored(Membership)) == 1


def test_a_membership_is_changed_and_whoever_comes_second_sees_both_versions(
    client: CarefulClient, officer: User
) -> None:
    contact = ContactFactory.make(left_at=datetime(2026, 1, 1, tzinfo=UTC), name="Dawn Alder")
    membership = MembershipFactory.make(employer=contact.employer, contact=contact)
    path = f"/groups/members/{membership.id}/edit"
    answers = filled(client, path, role="Chair")
    assert answers["contact_id"] == str(contact.id)  # though they left
    membership.joined_on = TODAY
    db.session.commit()

    page = client.post(path, data=answers).text

    assert "saved this while you were editing" in page
    client.post(path, data=typed(page))
    (changed,) = stored(Membership)
    assert (changed.role, changed.joined_on) == ("Chair", date(2026, 9, 1))


def test_a_change_that_overlaps_is_refused_in_words(client: CarefulClient, officer: User) -> None:
    first = MembershipFactory.make(left_on=TODAY)
    second = MembershipFactory.make(group=first.group, employer=first.employer, joined_on=TODAY)
    path = f"/groups/members/{second.id}/edit"

    assert "member until 2 November 2026" in client.post(path, data=filled(client, path, joined_on="1 11 2026")).text


def test_a_member_leaves_is_kept_below_and_comes_back(client: CarefulClient, officer: User) -> None:
    membership = MembershipFactory.make()
    path = f"/groups/members/{membership.id}/end"
    early = client.post(path, data=filled(client, path, left_on="1 8 2026")).text
    late = client.post(path, data=filled(client, path, left_on="3 11 2026")).text

    client.post(path, data=filled(client, path))

    assert "must not be earlier" in early
    assert "must not be in the future" in late
    words = words_of(client.get(f"/groups/{membership.group_id}").text)
    assert "Past members (1)" in words
    assert "1 Sept 2026 to 2 Nov 2026" in words
    post(client, f"/groups/members/{membership.id}/resume")
    assert stored(Membership)[0].is_open
    assert post(client, f"/groups/members/{membership.id}/resume").status_code == 409


def test_more_members_than_seats_are_warned_about(client: CarefulClient, officer: User) -> None:
    group = GroupFactory.make(seats=1)
    for _ in range(2):
        MembershipFactory.make(group=group)
    MembershipFactory.make(group=group, joined_on=TODAY + DAY)

    words = words_of(client.get(f"/groups/{group.id}").text)

    assert "2 of 1 seat." in words
    assert "Past and future members (1)" in words
    assert "2 of 1 seat Over-full" in words_of(client.get("/groups/").text)


def test_the_page_says_whose_voice_is_missing_with_numbers_for_every_size(client: CarefulClient, officer: User) -> None:
    group = GroupFactory.make()
    for name in ("1–9", "1–9", "250+", None):
        employer = EmployerFactory.make(size_band=band(name) if name else None)
        InteractionFactory.make(employer=employer, happened_on=TODAY)
    MembershipFactory.make(group=group, employer=EmployerFactory.make(size_band=band("250+")))

    words = words_of(client.get(f"/groups/{group.id}").text)

    assert "Micro employers (1–9) are 50% of engaged employers and hold none of the 1 seat taken." in words
    assert "1–9 micro 2 50% 0" in words
    assert "250+ large 1 25% 1 100%" in words
    assert "Not known 1 25% 0" in words
    assert "All 4 1" in words


def test_a_group_without_members_lacks_nobody_in_particular(client: CarefulClient, officer: User) -> None:
    InteractionFactory.make(employer=EmployerFactory.make(size_band=band("1–9")), happened_on=TODAY)
    group = GroupFactory.make()

    page = client.get(f"/groups/{group.id}").text

    assert "No member yet." in page
    assert "are 100%" not in page


def test_the_csv_has_past_members_too_and_no_people_for_partners(client: CarefulClient, officer: User) -> None:
    contact = ContactFactory.make(name="Dawn Alder", email="dawn@alder.example")
    membership = MembershipFactory.make(employer=contact.employer, contact=contact)
    MembershipFactory.make(group=membership.group, employer=EmployerFactory.make(size_band=band("1–9")), left_on=TODAY)

    mine = client.get(f"/groups/{membership.group_id}/members.csv", buffered=True).text
    workbook = client.get(f"/groups/{membership.group_id}/members.xlsx", buffered=True)
    client.sign_in(UserFactory.make(role=Role.PARTNER))
    theirs = client.get(f"/groups/{membership.group_id}/members.csv", buffered=True).text
    page = client.get(f"/groups/{membership.group_id}").text

    sheet = load_workbook(BytesIO(workbook.data)).active
    assert sheet is not None
    assert "Dawn Alder" in {cell for row in sheet.iter_rows(values_only=True) for cell in row}
    assert len(mine.strip().splitlines()) == 3
    assert "Dawn Alder,dawn@alder.example" in mine
    assert "2026-11-02" in mine
    for seen in (theirs, page):
        assert "Dawn" not in seen
    assert "Edit" not in page


def test_a_group_runs_as_many_statements_with_many_members(client: CarefulClient, officer: User) -> None:
    group = GroupFactory.make()
    numbers: list[int] = []
    for more in (25, 75):
        for _ in range(more):
            contact = ContactFactory.make()
            MembershipFactory.make(group=group, employer=contact.employer, contact=contact)
        db.session.commit()
        for path in (f"/groups/{group.id}", "/groups/", f"/groups/{group.id}/members.csv"):
            with counting_queries() as statements:
                assert client.get(path, buffered=True).data
            numbers.append(len(statements))

    assert numbers[:3] == numbers[3:]
    assert max(numbers) <= 9


def test_an_archived_employer_is_marked_where_it_still_has_a_seat(client: CarefulClient, officer: User) -> None:
    group = GroupFactory.make()
    MembershipFactory.make(group=group)
    assert ">Archived<" not in client.get(f"/groups/{group.id}").text
    gone = EmployerFactory.make(name="Gone", archived_at=datetime(2026, 10, 1, tzinfo=UTC), archived_reason="Closed")
    MembershipFactory.make(group=group, employer=gone)

    page = words_of(client.get(f"/groups/{group.id}").text)

    assert "Gone Archived" in page
    assert "An archived employer keeps its seat, and is counted here, until you say that it has left." in page
