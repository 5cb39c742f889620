"""Forgetting what nobody needs any more."""

from collections.abc import Callable
from datetime import datetime

from crm.accounts.services import links, sign_ins, throttling
from crm.core import submissions
from crm.core.batch import Tally, one_at_a_time
from crm.imports import services as imports
from crm.notifications import services as outbox

FORGETTING: tuple[Callable[[datetime], int], ...] = (
    submissions.forget_old,
    throttling.forget_old,
    sign_ins.forget_old,
    links.forget_old,
    outbox.forget_old,
    imports.discard_old,
)


def forget_old(now: datetime) -> Tally:
    """Delete saved forms' keys, sign-ins, wrong guesses, mailed links, mails and uploads that are past their time."""

    def forget(old: Callable[[datetime], int]) -> bool:
        old(now)
        return True

    return one_at_a_time(FORGETTING, forget)
