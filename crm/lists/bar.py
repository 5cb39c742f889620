"""The bar of views above a list."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request, url_for

from crm.lists.addresses import KNOWN, tidied
from crm.lists.models import ListName
from crm.lists.queries import ViewRow

WHOLE = "view"  # ?view=all is the whole list, whatever view it opens with
BuiltIn = tuple[str, str]  # what it is called, the query it stands for


@dataclass(frozen=True, slots=True)
class ViewLink:
    """A view that can be opened."""

    text: str
    href: str
    current: bool
    is_team: bool = False  # a colleague's, shared


@dataclass(frozen=True, slots=True)
class ViewBar:
    """What components/views_bar.html draws."""

    links: Sequence[ViewLink]
    save: str  # the address of the form that saves what is shown; empty if it has a name already
    manage: str


def opens_with(views: Sequence[ViewRow], list_name: ListName) -> str:
    """Where the list leads that was opened without a question: to the view its viewer chose; else nowhere."""
    if request.args:
        return ""
    chosen = next((view for view in views if view.is_default), None)
    return address_of(list_name, chosen.query) if chosen else ""


def address_of(list_name: ListName, query: str) -> str:
    path = url_for(KNOWN[list_name].endpoint)
    return f"{path}?{query}" if query else f"{path}?{WHOLE}=all"


def bar(list_name: ListName, views: Sequence[ViewRow], built_in: Sequence[BuiltIn], *, whole: str) -> ViewBar:
    """The whole list, what we bring, the viewer's own views, the team's.

    Args:
        list_name: which list.
        views: from `queries.views_of`.
        built_in: what every viewer is offered.
        whole: what the whole list is called.
    """
    here = tidied(list_name, request.query_string.decode("ascii", "ignore"))
    offered = [(whole, "", False), *((text, query, False) for text, query in built_in)]
    offered += [(view.name, view.query, not view.is_mine) for view in views]
    links = [
        ViewLink(text, address_of(list_name, query), tidied(list_name, query) == here, is_team)
        for text, query, is_team in offered
    ]
    is_named = any(link.current for link in links)
    save = "" if is_named else url_for("lists.new", list_name=list_name.value, query=here)
    return ViewBar(links, save, url_for("lists.index"))
