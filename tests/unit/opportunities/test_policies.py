"""Who may do what to an opportunity, as a table."""

from datetime import UTC, date, datetime

import pytest

from crm.accounts.models import User
from crm.core.access import Role
from crm.opportunities import policies
from crm.opportunities.models import Opportunity, OpportunityStatus, Place, PlaceStatus

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


def test_only_a_confirmed_place_ends() -> None:
    assert policies.may_end_place(OFFICER, Place(status=PlaceStatus.CONFIRMED))
    assert not policies.may_end_place(OFFICER, Place(status=PlaceStatus.ATTENDED))
    assert not policies.may_end_place(PROVIDER, Place(status=PlaceStatus.CONFIRMED))


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
