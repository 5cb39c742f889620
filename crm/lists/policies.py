"""Who may do what with a saved view they can see. Pure: no database, no request."""

from crm.accounts.models import User
from crm.lists.models import SavedView


def may_change(user: User, view: SavedView) -> bool:
    """Rename it, point it elsewhere, share it, delete it: its owner, and managers what is shared."""
    return view.owner_id == user.id or (view.is_shared and user.is_manager)


def may_open_with(user: User, view: SavedView) -> bool:
    """Let the list open with it: everybody chooses for themselves, among their own."""
    return view.owner_id == user.id
