"""Asking for a matching, waiting for it, deciding about its places."""

from crm.matching.views import deciding, showing
from crm.matching.views.blueprint import bp

__all__ = ["bp", "deciding", "showing"]
