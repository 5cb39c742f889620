"""Who may change many employers at once."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.accounts.models import User
from crm.bulk.models import BulkAction, BulkChange, BulkStatus
from crm.bulk.policies import may_begin, may_carry_out, may_undo
from crm.core.access import Role

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("role", "action", "may"),
    [
        (Role.OFFICER, BulkAction.ASSIGN, True),
        (Role.OFFICER, BulkAction.EMAIL, True),
        (Role.OFFICER, BulkAction.ARCHIVE, False),
        (Role.OFFICER, BulkAction.RESTORE, False),
        (Role.MANAGER, BulkAction.ARCHIVE, True),
        (Role.ADMIN, BulkAction.RESTORE, True),
        (Role.PARTNER, BulkAction.ADD_TAG, False),
    ],
)
def test_archiving_many_takes_a_manager(role: Role, action: BulkAction, may: bool) -> None:
    assert may_begin(User(id=1, role=role), action) is may


@pytest.mark.parametrize(
    ("role", "user_id", "status", "may"),
    [
        (Role.OFFICER, 1, BulkStatus.PREPARED, True),
        (Role.OFFICER, 2, BulkStatus.PREPARED, False),
        (Role.MANAGER, 2, BulkStatus.PREPARED, False),
        (Role.OFFICER, 1, BulkStatus.DONE, False),
        (Role.PARTNER, 1, BulkStatus.PREPARED, False),
    ],
)
def test_who_read_the_preview_carries_it_out(role: Role, user_id: int, status: BulkStatus, may: bool) -> None:
    change = BulkChange(made_by_id=1, status=status, action=BulkAction.ASSIGN)

    assert may_carry_out(User(id=user_id, role=role), change) is may


@pytest.mark.parametrize(
    ("role", "user_id", "status", "days", "may"),
    [
        (Role.OFFICER, 1, BulkStatus.DONE, 30, True),
        (Role.OFFICER, 1, BulkStatus.DONE, 31, False),
        (Role.OFFICER, 2, BulkStatus.DONE, 1, False),
        (Role.MANAGER, 2, BulkStatus.DONE, 1, True),
        (Role.OFFICER, 1, BulkStatus.UNDONE, 1, False),
        (Role.PARTNER, 1, BulkStatus.DONE, 1, False),
    ],
)
def test_a_change_is_undone_by_who_made_it_or_a_manager_within_thirty_days(
    role: Role, user_id: int, status: BulkStatus, days: int, may: bool
) -> None:
    change = BulkChange(made_by_id=1, status=status, done_at=NOW - timedelta(days=days))

    assert may_undo(User(id=user_id, role=role), change, NOW) is may
