"""Pages of the contact log, of next steps and of quick entries."""

from crm.interactions.views import log, logging
from crm.interactions.views.blueprint import bp

__all__ = ["bp", "log", "logging"]
