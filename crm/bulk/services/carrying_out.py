"""Doing what was previewed, to those that are still as they were."""

from datetime import datetime

from crm.accounts.models import User
from crm.audit.recording import because
from crm.bulk.models import BulkAction, BulkChange, BulkStatus, ItemState
from crm.bulk.services import mailing
from crm.bulk.services.effects import EFFECTS
from crm.bulk.services.shared import in_pieces, locked
from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.reference.models import Tag
from crm.reference.queries import tag_called
from crm.reference.services import TagDetails, add_entry


def carry_out(change: BulkChange, *, version: int | None, by: User, at: datetime) -> None:
    """Change every employer the preview promised to change, unless somebody saved it since; all or nothing.

    Raises:
        EditedMeanwhile: the form was not opened on this preview.
        Conflict: it was carried out already, the new owner can't sign in any more, somebody else added the same tag
            a moment ago, or it is more mail than a day allows.
    """
    locked(change)
    if change.status is not BulkStatus.PREPARED:
        raise Conflict("This was carried out already.")
    check_version(change, version)
    _refuse_owner_who_left(change)
    with because(f"Bulk change {change.id}"):
        if change.action is BulkAction.EMAIL:
            mailing.send(change, by=by, at=at)
        else:
            _do(change, _tag(change))
    change.status, change.done_at = BulkStatus.DONE, at
    db.session.flush()


def _do(change: BulkChange, tag: Tag | None) -> None:
    do = EFFECTS[change.action].do
    for piece in in_pieces(change, ItemState.WILL):
        for item, employer in piece:
            if employer.version != item.version:
                item.state, item.why = ItemState.MEANWHILE, None
                continue
            item.before = do(employer, change, tag)
            item.state, item.why = ItemState.CHANGED, None
        db.session.flush()
        for item, employer in piece:
            if item.state is ItemState.CHANGED:
                item.version = employer.version
        db.session.flush()


def _refuse_owner_who_left(change: BulkChange) -> None:
    if change.new_owner_id is None:
        return
    owner = db.session.get_one(User, change.new_owner_id, populate_existing=True)
    if not owner.is_staff or not owner.is_active:
        raise Conflict(f"{owner.name} can no longer own employers. Choose a colleague who can sign in.")


def _tag(change: BulkChange) -> Tag | None:
    """The tag the change is about; a new one if nobody has used the word before."""
    if change.tag_name is None:
        return None
    tag = tag_called(change.tag_name)
    if tag is None and change.action is BulkAction.ADD_TAG:
        tag = add_entry(TagDetails(name=change.tag_name))  # type: ignore[assignment]  # of the kind of its details
    if tag is None:
        raise Conflict(f"There is no tag called {change.tag_name} any more.")
    return tag
