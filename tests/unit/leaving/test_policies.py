"""Who may hand over, disable in the same step, and take over."""

from datetime import UTC, datetime

import pytest

from crm.accounts.models import User
from crm.core.access import Role
from crm.leaving import policies

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("role", "hands_over", "disables", "takes_over"),
    [
        (Role.OFFICER, False, False, True),
        (Role.MANAGER, True, False, True),
        (Role.ADMIN, True, True, True),
        (Role.PARTNER, False, False, False),
        (Role.PROVIDER, False, False, False),
    ],
)
def test_what_a_role_may(role: Role, *, hands_over: bool, disables: bool, takes_over: bool) -> None:
    user = User(id=1, role=role)

    assert policies.may_hand_over(user) is hands_over
    assert policies.may_disable_too(user, User(id=2)) is disables
    assert policies.can_take_over(user) is takes_over


def test_nobody_disables_themselves_or_somebody_twice_and_the_disabled_take_nothing_over() -> None:
    admin = User(id=1, role=Role.ADMIN)

    assert not policies.may_disable_too(admin, admin)
    assert not policies.may_disable_too(admin, User(id=2, disabled_at=NOW))
    assert not policies.can_take_over(User(role=Role.OFFICER, disabled_at=NOW))
