"""Taking a bulk change back, where nobody has changed the same thing since."""

from datetime import datetime

from crm.accounts.models import User
from crm.audit.recording import because
from crm.bulk.models import BulkAction, BulkChange, BulkStatus, ItemState
from crm.bulk.policies import is_too_late
from crm.bulk.services import mailing
from crm.bulk.services.effects import EFFECTS
from crm.bulk.services.shared import in_pieces, locked
from crm.core.db import db
from crm.core.errors import Conflict
from crm.reference.models import Tag


def undo(change: BulkChange, *, by: User, at: datetime) -> None:
    """Put back what the change changed, where it still is so; the others keep what somebody gave them since.

    Raises Conflict if the change is not in force, or more than 30 days old.
    """
    locked(change)
    if change.status is not BulkStatus.DONE:
        raise Conflict("This change is not in force, so there is nothing to undo.")
    if is_too_late(change, at):
        raise Conflict("This change is more than 30 days old and can no longer be undone.")
    with because(f"Bulk change {change.id} undone"):
        if change.action is BulkAction.EMAIL:
            mailing.take_back(change)
        else:
            _put_back(change)
    change.status, change.undone_at, change.undone_by_id = BulkStatus.UNDONE, at, by.id
    db.session.flush()


def _put_back(change: BulkChange) -> None:
    effect = EFFECTS[change.action]
    for piece in in_pieces(change, ItemState.CHANGED):
        for item, employer in piece:
            before = item.before or {}
            if not effect.still_so(employer, change, before):
                item.state = ItemState.KEPT
                continue
            effect.put_back(employer, before, _tag)
            item.state = ItemState.UNDONE
        db.session.flush()


def _tag(tag_id: int) -> Tag:
    return db.session.get_one(Tag, tag_id)
