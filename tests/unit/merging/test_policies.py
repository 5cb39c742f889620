"""Who may undo a merge, and when nobody may."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.accounts.models import User
from crm.core.access import Role
from crm.employers.models import Employer
from crm.merging import policies
from crm.merging.models import EmployerMerge

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("role", "user_id", "may"),
    [(Role.OFFICER, 1, True), (Role.OFFICER, 2, False), (Role.MANAGER, 2, True), (Role.ADMIN, 2, True)],
)
def test_who_merged_may_undo_and_so_may_managers(role: Role, user_id: int, *, may: bool) -> None:
    assert policies.may_undo(User(id=user_id, role=role), EmployerMerge(merged_by_id=1)) is may


@pytest.mark.parametrize(
    ("left", "right", "differ"),
    [("01234567", "07654321", True), ("01234567", "01234567", False), ("01234567", None, False), (None, None, False)],
)
def test_two_numbers_differ_only_where_there_are_two(left: str | None, right: str | None, *, differ: bool) -> None:
    assert policies.have_different_numbers(Employer(company_number=left), Employer(company_number=right)) is differ


def test_a_merge_is_too_old_after_thirty_days() -> None:
    merge = EmployerMerge(merged_at=NOW)

    assert policies.why_not_undo(merge, now=NOW + timedelta(days=30)) is None
    assert "older" in str(policies.why_not_undo(merge, now=NOW + timedelta(days=31)))
