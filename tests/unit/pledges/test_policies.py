import pytest

from crm.accounts.models import User
from crm.core.access import MANAGERS, STAFF, Role
from crm.pledges import policies
from crm.pledges.models import Pledge, PledgeStatus

ROLES = tuple(Role)
STATUSES = tuple(PledgeStatus)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("status", STATUSES)
def test_what_may_be_done_depends_on_the_role_and_the_status(role: Role, status: PledgeStatus) -> None:
    user, pledge = User(role=role), Pledge(status=status)
    is_staff = role in STAFF

    assert policies.may_change(user, pledge) == (is_staff and status in {PledgeStatus.DRAFT, PledgeStatus.SENT})
    assert policies.may_discard(user, pledge) == (is_staff and status is PledgeStatus.DRAFT)
    assert policies.may_send(user, pledge) == (is_staff and status is PledgeStatus.DRAFT)
    assert policies.may_answer(user, pledge) == (is_staff and status is PledgeStatus.SENT)
    assert policies.may_begin_next_version(user, pledge) == (is_staff and status is PledgeStatus.CONFIRMED)
    assert policies.may_withdraw(user, pledge) == (role in MANAGERS and status is PledgeStatus.CONFIRMED)


@pytest.mark.parametrize("role", ROLES)
def test_only_staff_record_pledges_and_see_what_came_of_them(role: Role) -> None:
    assert policies.may_record(User(role=role)) == (role in STAFF)
    assert policies.may_see_delivery(User(role=role)) == (role in STAFF)
