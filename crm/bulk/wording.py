"""What bulk changes are called on pages."""

from crm.bulk.models import BulkAction, BulkChange, ItemState
from crm.bulk.queries import ChangeRow

ACTION_LABELS = {
    BulkAction.ASSIGN: "Give to an officer",
    BulkAction.ADD_TAG: "Add a tag",
    BulkAction.REMOVE_TAG: "Take a tag away",
    BulkAction.EMAIL: "Write an e-mail",
    BulkAction.ARCHIVE: "Archive",
    BulkAction.RESTORE: "Restore from the archive",
}
# Before it is done, and after: what the group of employers in a state is called.
STATE_TITLES = {
    ItemState.WILL: "will change",
    ItemState.ALREADY: "so already",
    ItemState.CANNOT: "cannot be changed",
    ItemState.CHANGED: "changed",
    ItemState.MEANWHILE: "left alone: somebody saved them after the preview",
    ItemState.UNDONE: "put back",
    ItemState.KEPT: "left as they are: somebody changed the same thing since",
}
MAIL_TITLES = {
    ItemState.WILL: "will get it",
    ItemState.ALREADY: "get it already, under the same address",
    ItemState.CANNOT: "will not get it",
    ItemState.CHANGED: "get it",
    ItemState.MEANWHILE: "left out: something changed after the preview",
    ItemState.UNDONE: "not sent after all",
    ItemState.KEPT: "sent before it could be stopped",
}


def titles_of(action: BulkAction) -> dict[ItemState, str]:
    return MAIL_TITLES if action is BulkAction.EMAIL else STATE_TITLES


def described(change: BulkChange) -> str:
    """A change in a few words, its people loaded."""
    return _words(change.action, change.tag_name, change.new_owner.name if change.new_owner else None)


def described_row(row: ChangeRow) -> str:
    return _words(row.action, row.tag_name, row.new_owner)


def _words(action: BulkAction, tag: str | None, owner: str | None) -> str:
    if action is BulkAction.ASSIGN:
        return f"Give to {owner}" if owner else "Take from their officers"
    if tag is not None:
        return f"Add the tag “{tag}”" if action is BulkAction.ADD_TAG else f"Take away the tag “{tag}”"
    return {
        BulkAction.EMAIL: "Send an e-mail",
        BulkAction.ARCHIVE: "Archive",
        BulkAction.RESTORE: "Restore from the archive",
    }[action]
