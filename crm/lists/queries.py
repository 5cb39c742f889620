"""Reading saved views."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import joinedload

from crm.accounts.models import User
from crm.core.db import db
from crm.core.errors import NotFound
from crm.lists.models import ListName, SavedView


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A saved view above its list."""

    id: int
    name: str
    query: str
    is_mine: bool
    is_shared: bool
    is_default: bool  # the list opens with it, for the viewer


def visible_to(viewer: User) -> Select[SavedView]:
    """The views somebody may open: their own and the team's, for staff; nobody else has any."""
    views = select(SavedView)
    if not viewer.is_staff:
        return views.where(false())
    return views.where(or_(SavedView.owner_id == viewer.id, SavedView.is_shared))


def views_of(list_name: ListName, *, viewer: User) -> Sequence[ViewRow]:
    """What can be opened above a list: the viewer's own first, then the team's, each by name. One statement."""
    if not viewer.is_staff:
        return []
    mine = SavedView.owner_id == viewer.id
    statement = (
        visible_to(viewer)
        .where(SavedView.list_name == list_name)
        .order_by(mine.desc(), func.lower(SavedView.name), SavedView.id)
        .with_only_columns(
            SavedView.id, SavedView.name, SavedView.query, mine, SavedView.is_shared, SavedView.is_default & mine
        )
    )
    return [ViewRow(*row) for row in db.session.execute(statement)]


def every_view(viewer: User) -> Sequence[SavedView]:
    """All a viewer may open, with their owners: by list, own first, by name. One statement."""
    mine = SavedView.owner_id == viewer.id
    order = (SavedView.list_name, mine.desc(), func.lower(SavedView.name), SavedView.id)
    statement = visible_to(viewer).options(joinedload(SavedView.owner)).order_by(*order)
    return db.session.scalars(statement).all()


def get_view(view_id: int, *, viewer: User) -> SavedView:
    """A saved view with its owner. Raises NotFound if there is none, or none the viewer may know about."""
    statement = visible_to(viewer).where(SavedView.id == view_id).options(joinedload(SavedView.owner))
    view = db.session.scalars(statement).one_or_none()
    if view is None:
        raise NotFound("We could not find that view. Whoever saved it may have deleted it.")
    return view


def how_many_of(owner_id: int) -> int:
    return db.session.scalar(select(func.count(SavedView.id)).where(SavedView.owner_id == owner_id)) or 0
