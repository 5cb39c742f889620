"""Keyboard shortcuts: which keys lead to which page. The list opens on "?"; frontend/js/shortcuts.js listens."""

from dataclasses import dataclass

from crm.core.access import STAFF, Role


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Keys pressed one after the other, and where they lead: a page, or a box on this page if it is in sight."""

    keys: str  # "n c"
    text: str
    href: str
    focus: str = ""  # a CSS selector


# Keys, text, endpoint, who has it.
SHORTCUTS: tuple[tuple[str, str, str, frozenset[Role]], ...] = (
    ("n e", "Add an employer", "employers.new", STAFF),
    ("n p", "Record a pledge", "pledges.new", STAFF),
    ("n o", "Schedule an opportunity", "opportunities.new", STAFF),
)
SEARCH_BOXES = "#search-words, #site-search"  # the page of results has one of its own
