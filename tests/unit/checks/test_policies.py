"""Who may record, exempt, undo and correct a check: as a table."""

from datetime import UTC, datetime

import pytest

from crm.accounts.models import User
from crm.checks import policies
from crm.checks.models import CheckStatus, SiteCheck
from crm.core.access import Role
from crm.employers.models import Employer, Site

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OPEN = Site(employer=Employer())
CLOSED = Site(employer=Employer(), closed_at=NOW)
ARCHIVED = Site(employer=Employer(archived_at=NOW))


@pytest.mark.parametrize(
    ("role", "site", "record", "exempt"),
    [
        (Role.OFFICER, OPEN, True, False),
        (Role.MANAGER, OPEN, True, True),
        (Role.ADMIN, OPEN, True, True),
        (Role.PARTNER, OPEN, False, False),
        (Role.PROVIDER, OPEN, False, False),
        (Role.MANAGER, CLOSED, False, False),
        (Role.MANAGER, ARCHIVED, False, False),
    ],
)
def test_officers_record_and_managers_exempt(role: Role, site: Site, record: bool, exempt: bool) -> None:
    user = User(role=role)

    assert policies.may_record(user, site) is record
    assert policies.may_exempt(user, site) is exempt


@pytest.mark.parametrize(
    ("role", "status", "replaced_at", "undo", "correct"),
    [
        (Role.OFFICER, CheckStatus.ACCEPTED, None, True, True),
        (Role.OFFICER, CheckStatus.NOT_ACCEPTED, None, True, False),
        (Role.OFFICER, CheckStatus.NOT_NEEDED, None, False, False),
        (Role.MANAGER, CheckStatus.NOT_NEEDED, None, True, False),
        (Role.MANAGER, CheckStatus.REQUESTED, None, False, False),
        (Role.OFFICER, CheckStatus.ACCEPTED, NOW, False, False),
        (Role.PARTNER, CheckStatus.ACCEPTED, None, False, False),
    ],
)
def test_only_the_latest_decision_is_undone_or_corrected(
    role: Role, status: CheckStatus, replaced_at: datetime | None, undo: bool, correct: bool
) -> None:
    user, check = User(role=role), SiteCheck(status=status, replaced_at=replaced_at)

    assert policies.may_undo(user, OPEN, check) is undo
    assert policies.may_correct(user, OPEN, check) is correct
