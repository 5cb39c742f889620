"""Who may do what with a saved view."""

import pytest

from crm.accounts.models import User
from crm.core.access import Role
from crm.lists.models import SavedView
from crm.lists.policies import may_change, may_open_with


@pytest.mark.parametrize(
    ("role", "is_own", "is_shared", "may"),
    [
        (Role.OFFICER, True, False, True),
        (Role.OFFICER, False, True, False),
        (Role.MANAGER, False, True, True),
        (Role.ADMIN, False, True, True),
        (Role.MANAGER, False, False, False),
    ],
)
def test_a_view_is_its_owners_and_managers_look_after_the_teams(
    role: Role, is_own: bool, is_shared: bool, may: bool
) -> None:
    user, view = User(id=1, role=role), SavedView(owner_id=1 if is_own else 2, is_shared=is_shared)

    assert may_change(user, view) is may
    assert may_open_with(user, view) is is_own
