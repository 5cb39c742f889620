"""The calendar's pages."""

from crm.calendars.views import feeds, pages
from crm.calendars.views.blueprint import bp

__all__ = ["bp", "feeds", "pages"]
