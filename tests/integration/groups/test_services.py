"""Keeping groups: turns follow each other, and an employer holds one seat."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from crm.core.access import Role
from crm.core.db import db
from crm.core.errors import Conflict, EditedMeanwhile, NotFound
from crm.employers.models import Employer
from crm.groups import queries, services
from crm.groups.models import EmployerGroup, Membership
from crm.groups.services import GroupDetails, MemberDetails
from tests.conftest import stored
from tests.factories import ContactFactory, EmployerFactory, GroupFactory, MembershipFactory, UserFactory
from tests.support.racing import saved_at_once

SEPTEMBER, NOVEMBER = date(2026, 9, 1), date(2026, 11, 2)
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OFFICERS = 6

pytestmark = pytest.mark.usefixtures("database")


def test_a_group_is_kept_with_all_its_details() -> None:
    details = GroupDetails(
        name="Roundtable", kind="Roundtable", purpose="Skills", seats=12, begins_on=SEPTEMBER, ends_on=NOVEMBER
    )

    group = services.add_group(details)

    assert (group.name, group.kind, group.purpose, group.seats) == ("Roundtable", "Roundtable", "Skills", 12)
    assert [group.has_ended(day) for day in (NOVEMBER - DAY, NOVEMBER, NOVEMBER + DAY)] == [False, False, True]
    services.change_group(group, GroupDetails(name="Table"), version=group.version)
    assert (group.name, group.seats, group.ends_on) == ("Table", None, None)
    assert not group.has_ended(NOVEMBER)


def test_a_name_is_taken_once_and_a_group_does_not_end_before_it_begins() -> None:
    GroupFactory.make(name="Roundtable")
    other = GroupFactory.make(name="Other")
    db.session.commit()

    with pytest.raises(Conflict, match="a group of this name already"):
        services.add_group(GroupDetails(name="Roundtable"))
    db.session.rollback()
    with pytest.raises(Conflict, match="must not be before the first"):
        services.add_group(GroupDetails(name="New", begins_on=NOVEMBER, ends_on=SEPTEMBER))
    with pytest.raises(Conflict, match="a group of this name already"):
        services.change_group(other, GroupDetails(name="Roundtable"), version=other.version)


def test_whoever_changes_what_somebody_saved_meanwhile_is_told() -> None:
    group, membership = GroupFactory.make(), MembershipFactory.make()

    with pytest.raises(EditedMeanwhile):
        services.change_group(group, GroupDetails(name="New"), version=group.version + 1)
    with pytest.raises(EditedMeanwhile):
        services.change_member(membership, MemberDetails(joined_on=SEPTEMBER), version=None)
    with pytest.raises(EditedMeanwhile):
        services.end_membership(membership, on=NOVEMBER, version=None)


def test_a_member_has_a_person_a_role_and_a_day() -> None:
    group, contact = GroupFactory.make(), ContactFactory.make()
    details = MemberDetails(joined_on=SEPTEMBER, contact_id=contact.id, role="Chair")

    membership = services.add_member(group, contact.employer, details)

    assert (membership.contact_id, membership.role, membership.joined_on) == (contact.id, "Chair", SEPTEMBER)
    assert [row.group for row in queries.memberships_of(contact.employer_id)] == [group.name]


def test_a_second_seat_a_stranger_and_an_archived_employer_are_refused() -> None:
    membership = MembershipFactory.make()
    group, employer = membership.group, membership.employer
    stranger = ContactFactory.make()
    archived = EmployerFactory.make(archived_at=NOW, archived_reason="Gone")

    with pytest.raises(Conflict, match="member already"):
        services.add_member(group, employer, MemberDetails(joined_on=NOVEMBER))
    with pytest.raises(Conflict, match="not a contact of this employer"):
        services.add_member(group, EmployerFactory.make(), MemberDetails(joined_on=NOVEMBER, contact_id=stranger.id))
    with pytest.raises(Conflict, match="not a contact of this employer"):
        services.change_member(
            membership, MemberDetails(joined_on=NOVEMBER, contact_id=stranger.id), version=membership.version
        )
    with pytest.raises(Conflict, match="archived"):
        services.add_member(group, archived, MemberDetails(joined_on=NOVEMBER))


@pytest.mark.parametrize(("joined_on", "may"), [(NOVEMBER - DAY, False), (NOVEMBER, True), (NOVEMBER + DAY, True)])
def test_who_left_may_join_again_from_that_day_on(joined_on: date, may: bool) -> None:
    first = MembershipFactory.make(left_on=NOVEMBER)

    def join() -> Membership:
        return services.add_member(first.group, first.employer, MemberDetails(joined_on=joined_on))

    if may:
        second = join()
        assert queries.turns_in(first.group_id, first.employer_id) == [second, first]
    else:
        with pytest.raises(Conflict, match="member until 2 November 2026"):
            join()


def test_a_turn_is_changed_within_its_neighbours() -> None:
    first = MembershipFactory.make(left_on=NOVEMBER)
    second = MembershipFactory.make(group=first.group, employer=first.employer, joined_on=NOVEMBER)

    services.change_member(first, MemberDetails(joined_on=SEPTEMBER + DAY, role="Chair"), version=first.version)
    services.change_member(second, MemberDetails(joined_on=NOVEMBER + DAY), version=second.version)

    assert (first.joined_on, first.role, second.joined_on) == (SEPTEMBER + DAY, "Chair", NOVEMBER + DAY)
    with pytest.raises(Conflict, match="member until 2 November 2026"):
        services.change_member(second, MemberDetails(joined_on=NOVEMBER - DAY), version=second.version)
    with pytest.raises(Conflict, match="must not be later"):
        services.change_member(first, MemberDetails(joined_on=NOVEMBER + DAY), version=first.version)


def test_an_ending_is_kept_undone_and_not_repeated() -> None:
    membership = MembershipFactory.make()

    with pytest.raises(Conflict, match="must not be earlier"):
        services.end_membership(membership, on=SEPTEMBER - DAY, version=membership.version)
    services.end_membership(membership, on=NOVEMBER, version=membership.version)
    with pytest.raises(Conflict, match="ended already"):
        services.end_membership(membership, on=NOVEMBER, version=membership.version)
    services.resume_membership(membership)

    assert membership.is_open
    with pytest.raises(Conflict, match="goes on already"):
        services.resume_membership(membership)


def test_an_ending_is_not_undone_once_they_joined_again() -> None:
    first = MembershipFactory.make(left_on=NOVEMBER)
    MembershipFactory.make(group=first.group, employer=first.employer, joined_on=NOVEMBER)

    with pytest.raises(Conflict, match="joined again since"):
        services.resume_membership(first)


@pytest.mark.parametrize(
    "impossible", [{"seats": 0}, {"seats": 1001}, {"name": " "}, {"begins_on": NOVEMBER, "ends_on": SEPTEMBER}]
)
def test_the_database_refuses_what_no_group_can_be(impossible: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        GroupFactory.make(**impossible)


def test_the_database_refuses_a_second_open_seat_and_leaving_before_joining() -> None:
    membership = MembershipFactory.make()
    group, employer = membership.group, membership.employer
    MembershipFactory.make(group=group, employer=employer, left_on=NOVEMBER)
    db.session.commit()

    with pytest.raises(IntegrityError):
        MembershipFactory.make(group=group, employer=employer)
    db.session.rollback()
    with pytest.raises(IntegrityError):
        MembershipFactory.make(left_on=SEPTEMBER - DAY)


@pytest.mark.parametrize(("day", "members"), [(SEPTEMBER - DAY, 0), (SEPTEMBER, 1), (NOVEMBER - DAY, 1), (NOVEMBER, 0)])
def test_a_seat_is_held_from_the_day_of_joining_until_the_day_before_leaving(day: date, members: int) -> None:
    MembershipFactory.make(left_on=NOVEMBER)

    (row,) = queries.groups_on(day)

    assert row.members == members


def test_groups_that_go_on_come_first_and_over_full_ones_say_so() -> None:
    full = GroupFactory.make(name="Full", seats=1)
    for _ in range(2):
        MembershipFactory.make(group=full)
    GroupFactory.make(name="Airy", seats=1)
    GroupFactory.make(name="Before", ends_on=SEPTEMBER, kind="Roundtable")

    rows = queries.groups_on(NOVEMBER)

    assert [(row.name, row.members, row.is_over_full) for row in rows] == [
        ("Airy", 0, False),
        ("Full", 2, True),
        ("Before", 0, False),
    ]


def test_a_provider_knows_of_no_group_and_nobody_of_one_that_is_not_there() -> None:
    membership = MembershipFactory.make()
    provider = UserFactory.make(role=Role.PROVIDER)

    with pytest.raises(NotFound):
        queries.get_group(membership.group_id, viewer=provider)
    with pytest.raises(NotFound):
        queries.get_membership(membership.id, viewer=provider)


def test_of_many_who_add_one_member_at_once_one_does(app: Flask) -> None:
    group_id, employer_id = GroupFactory.make().id, EmployerFactory.make().id
    db.session.commit()

    def add() -> None:
        group, employer = db.session.get_one(EmployerGroup, group_id), db.session.get_one(Employer, employer_id)
        services.add_member(group, employer, MemberDetails(joined_on=SEPTEMBER))

    told = Counter(saved_at_once(app, *[add] * OFFICERS))

    assert told == {"done": 1, services.MEMBER_ALREADY: OFFICERS - 1}
    assert len(stored(Membership)) == 1
