"""Forgetting what nobody needs any more."""

from collections.abc import Callable
from datetime import datetime

from crm.accounts.services import links, sign_ins, throttling
from crm.bulk import services as bulk
from crm.core import submissions
from crm.core.batch import Tally, one_at_a_time
from crm.correspondence import services as mails
from crm.desk.digest import services as digest
from crm.finding import services as finding
from crm.imports import services as imports
from crm.imports import undo_services as undoing
from crm.invitations import services as invitations
from crm.merging.services import pairs
from crm.merging.services import undoing as merges
from crm.names import services as names
from crm.notifications import services as outbox

FORGETTING: tuple[Callable[[datetime], int], ...] = (
    submissions.forget_old,
    throttling.forget_old,
    sign_ins.forget_old,
    links.forget_old,
    outbox.forget_old,
    imports.discard_old,
    undoing.forget_what_cannot_be_undone,
    mails.forget_old,
    invitations.forget_old,
    pairs.forget_old,
    merges.forget_what_cannot_be_undone,
    bulk.forget_old,
    finding.tidy,
    digest.forget_old,
    names.forget_old,
)


def forget_old(now: datetime) -> Tally:
    """Delete what is past its time: forms’ keys, sign-ins, guesses, links, mails, uploads, previews, former values."""

    def forget(old: Callable[[datetime], int]) -> bool:
        old(now)
        return True

    return one_at_a_time(FORGETTING, forget)
