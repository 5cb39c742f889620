"""The calendar's pages."""

from crm.calendars.views import pages
from crm.calendars.views.blueprint import bp

__all__ = ["bp", "pages"]
