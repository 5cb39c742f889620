"""Pages of the hub: asking for the link, the page itself, and what is said and changed on it."""

from crm.hub.views import calendar_feeds, papers  # noqa: F401  # add their pages to those of the hub
from crm.hub.views.asking import bp as asking_pages
from crm.hub.views.officers import bp as link_list_pages
from crm.hub.views.page import bp as hub_pages

PAGES = (asking_pages, hub_pages)

__all__ = ["PAGES", "link_list_pages"]
