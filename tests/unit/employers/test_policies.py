"""Who may do what to an employer."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from crm.accounts.models import User
from crm.core.access import STAFF, Role
from crm.employers import policies
from crm.employers.models import Employer

LIVE = Employer(name="Alder Joinery")
ARCHIVED = Employer(name="Alder Joinery", archived_at=datetime(2026, 9, 1, tzinfo=UTC), archived_reason="Closed")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("may", "live", "archived"),
    [
        (policies.may_change, True, False),
        (policies.may_archive, True, False),
        (policies.may_restore, False, True),
    ],
)
def test_staff_change_and_archive_what_is_live_and_restore_what_is_not(
    role: Role, may: Callable[[User, Employer], bool], live: bool, archived: bool
) -> None:
    user = User(role=role)

    assert may(user, LIVE) is (live and role in STAFF)
    assert may(user, ARCHIVED) is (archived and role in STAFF)


@pytest.mark.parametrize("role", Role)
def test_only_staff_add_employers_and_see_people_and_history(role: Role) -> None:
    user = User(role=role)

    for may in (policies.may_add, policies.may_see_people, policies.may_see_history):
        assert may(user) is (role in STAFF)
