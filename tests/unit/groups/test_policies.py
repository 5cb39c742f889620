"""Who may change groups and see who sits in them."""

import pytest

from crm.accounts.models import User
from crm.core.access import Role
from crm.groups import policies


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.OFFICER, True),
        (Role.MANAGER, True),
        (Role.ADMIN, True),
        (Role.PARTNER, False),
        (Role.PROVIDER, False),
    ],
)
def test_staff_change_groups_and_know_who_sits_there(role: Role, may: bool) -> None:
    user = User(role=role)

    assert policies.may_change(user) is may
    assert policies.may_see_people(user) is may
