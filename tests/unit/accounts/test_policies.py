"""Who may do what to an account."""

from datetime import UTC, datetime

import pytest

from crm.accounts.models import User
from crm.accounts.policies import may_be_mailed_a_link, may_change_role, may_disable

NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("other", "disable", "change_role", "mail"),
    [
        (User(id=1), False, False, True),
        (User(id=2), True, True, True),
        (User(id=2, disabled_at=NOW), False, True, False),
    ],
    ids=["oneself", "a colleague", "a disabled colleague"],
)
def test_nobody_locks_themselves_out_and_nothing_is_sent_to_who_is_shut_out(
    other: User, disable: bool, change_role: bool, mail: bool
) -> None:
    me = User(id=1)

    assert may_disable(me, other) is disable
    assert may_change_role(me, other) is change_role
    assert may_be_mailed_a_link(other) is mail
