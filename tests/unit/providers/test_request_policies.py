"""Who may do what to a request, in every state."""

import pytest

from crm.accounts.models import User
from crm.core.access import STAFF, Role
from crm.providers.requests.models import Request, RequestStatus
from crm.providers.requests.policies import verbs

OFFICER_MAY = {
    RequestStatus.NEW: {"edit", "take", "decline"},
    RequestStatus.TAKEN: {"put_back", "decline", "mark_met"},
    RequestStatus.MET: {"reopen"},
    RequestStatus.DECLINED: {"reopen"},
    RequestStatus.WITHDRAWN: set(),
}
PROVIDER_MAY = {
    RequestStatus.NEW: {"edit", "withdraw"},
    RequestStatus.TAKEN: {"withdraw"},
    RequestStatus.MET: set(),
    RequestStatus.DECLINED: set(),
    RequestStatus.WITHDRAWN: set(),
}


@pytest.mark.parametrize("status", RequestStatus)
@pytest.mark.parametrize("role", Role)
def test_staff_decide_and_providers_change_their_mind(role: Role, status: RequestStatus) -> None:
    expected = OFFICER_MAY if role in STAFF else PROVIDER_MAY if role is Role.PROVIDER else {}

    assert verbs(User(role=role), Request(status=status)) == expected.get(status, set())
