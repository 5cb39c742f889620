"""Saving views. Callers open the unit of work; nothing here commits."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import User
from crm.core.db import check_version, db
from crm.core.errors import Conflict
from crm.lists.addresses import tidied
from crm.lists.models import ListName, SavedView
from crm.lists.queries import how_many_of

MOST_VIEWS = 50  # of one person: more can't be told apart above a list


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewDetails:
    name: str
    is_shared: bool = False
    is_default: bool = False


def save_view(list_name: ListName, details: ViewDetails, *, query: str, owner: User) -> SavedView:
    """Keep a list's address under a name. What the list does not know in it is left out.

    Raises Conflict if the owner has a view of this name on the list already, or too many views.
    """
    if how_many_of(owner.id) >= MOST_VIEWS:
        raise Conflict(f"You have {MOST_VIEWS} views. Delete one you no longer use before you save another.")
    view = SavedView(owner_id=owner.id, list_name=list_name, query=tidied(list_name, query))
    _write(view, details)
    return view


def change_view(view: SavedView, details: ViewDetails, *, version: int | None) -> None:
    """Rename it, share it or not, let the list open with it or not.

    Raises:
        EditedMeanwhile: somebody else saved it since.
        Conflict: its owner has another view of this name on the list.
    """
    check_version(view, version)
    _write(view, details)


def point_view(view: SavedView, *, query: str, version: int | None) -> None:
    """Let a view lead to another address of its list. Raises EditedMeanwhile if somebody else saved it since."""
    check_version(view, version)
    view.query = tidied(view.list_name, query)
    db.session.flush()


def delete_view(view: SavedView, *, version: int | None) -> None:
    """Forget a view. The list stays as it is. Raises EditedMeanwhile if somebody else saved it since."""
    check_version(view, version)
    db.session.delete(view)
    db.session.flush()


def _write(view: SavedView, details: ViewDetails) -> None:
    _refuse_taken_name(view, details.name)
    if details.is_default:
        _let_no_other_open(view)
    view.name, view.is_shared, view.is_default = details.name, details.is_shared, details.is_default
    db.session.add(view)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("You saved another view of this name a moment ago. Choose another name.") from error


def _refuse_taken_name(view: SavedView, name: str) -> None:
    same = (SavedView.owner_id == view.owner_id, SavedView.list_name == view.list_name)
    other = db.session.scalar(select(SavedView.id).where(*same, func.lower(SavedView.name) == name.lower()))
    if other is not None and other != view.id:
        raise Conflict(f"There is a view called {name} already. Choose another name, or update that one.")


def _let_no_other_open(view: SavedView) -> None:
    """A list opens in one way: whichever view did so before gives way."""
    same = (SavedView.owner_id == view.owner_id, SavedView.list_name == view.list_name, SavedView.is_default)
    for other in db.session.scalars(select(SavedView).where(*same)):
        if other is not view:
            other.is_default = False
    db.session.flush()
