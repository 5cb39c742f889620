"""Who may do what to an opportunity, as a table."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.accounts.models import User
from crm.core.access import Role
from crm.opportunities import policies
from crm.opportunities.models import Opportunity, OpportunityStatus, Place, PlaceStatus, Side

ROLES = (Role.OFFICER, Role.PARTNER, Role.PROVIDER, Role.MANAGER)
OFFICER, PARTNER, PROVIDER, MANAGER = (User(role=role) for role in ROLES)
DRAFT, OPEN, DELIVERED, CANCELLED = (
    Opportunity(status=status, starts_at=datetime(2026, 11, 10, 10, tzinfo=UTC)) for status in OpportunityStatus
)
THE_DAY, THE_DAY_BEFORE = date(2026, 11, 10), date(2026, 11, 9)


def test_only_staff_arrange() -> None:
    assert policies.may_schedule(OFFICER)
    assert not policies.may_schedule(PROVIDER)
    assert not policies.may_schedule(PARTNER)


@pytest.mark.parametrize(
    ("opportunity", "edit", "cancel", "add", "deliver", "reopen"),
    [
        (DRAFT, True, True, False, False, False),
        (OPEN, True, True, True, True, False),
        (DELIVERED, True, False, False, False, True),
        (CANCELLED, False, False, False, False, False),
    ],
)
def test_what_staff_may_do_depends_on_how_it_stands(
    opportunity: Opportunity, edit: bool, cancel: bool, add: bool, deliver: bool, reopen: bool
) -> None:
    for user, may in ((OFFICER, True), (PROVIDER, False), (PARTNER, False)):
        assert policies.may_edit(user, opportunity) is (edit and may)
        assert policies.may_cancel(user, opportunity) is (cancel and may)
        assert policies.may_add_places(user, opportunity) is (add and may)
        assert policies.may_mark_delivered(user, opportunity, THE_DAY) is (deliver and may)
        assert policies.may_reopen(user, opportunity) is (reopen and may)
    assert not policies.may_mark_delivered(OFFICER, opportunity, THE_DAY_BEFORE)


def test_staff_and_providers_mark_attendance_from_the_day_on() -> None:
    for user, may in ((OFFICER, True), (PROVIDER, True), (PARTNER, False)):
        assert policies.may_see_places(user) is may
        assert policies.may_mark_attendance(user, OPEN, THE_DAY) is may
        assert policies.may_mark_attendance(user, DELIVERED, THE_DAY) is may
        assert not policies.may_mark_attendance(user, OPEN, THE_DAY_BEFORE)
        assert not policies.may_mark_attendance(user, CANCELLED, THE_DAY)


@pytest.mark.parametrize("status", list(PlaceStatus))
def test_who_may_do_what_to_a_place_depends_on_how_it_stands_and_whether_it_began(status: PlaceStatus) -> None:
    can_end = status.value in {"requested", "offered", "confirmed", "waitlisted"}
    ended = status.value in {"declined", "withdrawn", "cancelled"}
    place = Place(status=status, ended_from=PlaceStatus.OFFERED if ended else None, ended_side=Side.PROVIDER)
    by_council = Place(status=status, ended_from=PlaceStatus.OFFERED if ended else None, ended_side=Side.COUNCIL)

    for user, before, after in ((OFFICER, True, True), (PROVIDER, True, False), (PARTNER, False, False)):
        for now, may in ((OPEN.starts_at - timedelta(hours=1), before), (OPEN.starts_at, after)):
            assert policies.may_end_place(user, place, OPEN, now) is (can_end and may)
            assert policies.may_answer_offer(user, place, OPEN, now) is (status is PlaceStatus.OFFERED and may)
            assert policies.may_restore_place(user, place, OPEN, now) is (ended and may)
            assert policies.may_restore_place(user, by_council, OPEN, now) is (ended and may and user is OFFICER)
            assert not policies.may_answer_offer(user, place, CANCELLED, now)
            assert not policies.may_restore_place(user, place, CANCELLED, now)


def test_only_a_provider_asks_for_places_in_what_is_open_and_to_come() -> None:
    before = OPEN.starts_at - timedelta(hours=1)
    assert policies.may_ask_for_places(PROVIDER, OPEN, before)
    assert not policies.may_ask_for_places(PROVIDER, OPEN, OPEN.starts_at)
    assert not policies.may_ask_for_places(PROVIDER, CANCELLED, before)
    assert not policies.may_ask_for_places(OFFICER, OPEN, before)


@pytest.mark.parametrize(
    ("opportunity", "opens", "drafts", "excepts"),
    [(DRAFT, True, False, True), (OPEN, False, True, True), (DELIVERED, False, False, False)],
)
def test_opening_is_the_staffs_and_setting_a_rule_aside_for_good_the_managers(
    opportunity: Opportunity, opens: bool, drafts: bool, excepts: bool
) -> None:
    for user, staff, manager in ((OFFICER, True, False), (MANAGER, True, True), (PARTNER, False, False)):
        assert policies.may_open(user, opportunity) is (opens and staff)
        assert policies.may_make_draft_again(user, opportunity) is (drafts and staff)
        assert policies.may_exempt(user, opportunity) is (excepts and staff)
        assert policies.may_take_back_exemption(user, opportunity) is (excepts and manager)
        assert policies.may_allow_block(user, opportunity) is False  # it is no placement of several days
