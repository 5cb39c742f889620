"""Who may do what to a request they can see. Pure: no database, no HTTP."""

from crm.accounts.models import User
from crm.core.access import Role
from crm.providers.requests.models import Request, RequestStatus


def may_edit(user: User, request: Request) -> bool:
    """While nobody works on it: afterwards an officer may have promised what it says."""
    return request.status is RequestStatus.NEW and (user.is_staff or user.role is Role.PROVIDER)


def may_withdraw(user: User, request: Request) -> bool:
    return request.is_open and user.role is Role.PROVIDER


def may_take(user: User, request: Request) -> bool:
    return request.status is RequestStatus.NEW and user.is_staff


def may_put_back(user: User, request: Request) -> bool:
    return request.status is RequestStatus.TAKEN and user.is_staff


def may_decline(user: User, request: Request) -> bool:
    return request.is_open and user.is_staff


def may_mark_met(user: User, request: Request) -> bool:
    return request.status is RequestStatus.TAKEN and user.is_staff


def may_reopen(user: User, request: Request) -> bool:
    """What was met or declined by mistake."""
    return request.status in {RequestStatus.MET, RequestStatus.DECLINED} and user.is_staff


def verbs(user: User, request: Request) -> frozenset[str]:
    """What the user may do to it now, by name."""
    rules = (may_edit, may_withdraw, may_take, may_put_back, may_decline, may_mark_met, may_reopen)
    return frozenset(rule.__name__.removeprefix("may_") for rule in rules if rule(user, request))
