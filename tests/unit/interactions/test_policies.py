"""Who may change a log entry, and whose day one may look at."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.accounts.models import User
from crm.core.access import Role
from crm.interactions.models import Interaction
from crm.interactions.policies import may_edit, may_edit_freely, may_see_the_day_of

AUTHOR, SOMEBODY_ELSE = 1, 2
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("role", "user_id", "allowed"),
    [
        (Role.OFFICER, AUTHOR, True),
        (Role.OFFICER, SOMEBODY_ELSE, False),
        (Role.MANAGER, SOMEBODY_ELSE, True),
        (Role.ADMIN, SOMEBODY_ELSE, True),
        (Role.PARTNER, SOMEBODY_ELSE, False),
        (Role.PROVIDER, AUTHOR, False),
    ],
)
def test_an_entry_is_changed_by_its_author_or_a_manager(role: Role, user_id: int, allowed: bool) -> None:
    assert may_edit(User(id=user_id, role=role), Interaction(logged_by_id=AUTHOR)) is allowed


@pytest.mark.parametrize(
    ("role", "user_id", "after", "allowed"),
    [
        (Role.OFFICER, AUTHOR, timedelta(hours=23, minutes=59), True),
        (Role.OFFICER, AUTHOR, timedelta(hours=24), False),
        (Role.MANAGER, AUTHOR, timedelta(hours=1), True),
        (Role.MANAGER, SOMEBODY_ELSE, timedelta(hours=1), False),
    ],
)
def test_its_author_edits_an_entry_freely_for_a_day(role: Role, user_id: int, after: timedelta, allowed: bool) -> None:
    entry = Interaction(logged_by_id=AUTHOR, created_at=NOON)

    assert may_edit_freely(User(id=user_id, role=role), entry, NOON + after) is allowed


@pytest.mark.parametrize(
    ("role", "officer_id", "allowed"),
    [(Role.OFFICER, 1, True), (Role.OFFICER, 2, False), (Role.MANAGER, 2, True), (Role.ADMIN, 2, True)],
)
def test_a_manager_may_look_at_anybodys_day_and_an_officer_at_their_own(
    role: Role, officer_id: int, allowed: bool
) -> None:
    assert may_see_the_day_of(User(id=1, role=role), officer_id) is allowed
