"""Pages of series, and of the days on which providers are closed."""

from crm.opportunities.series.views import closed_days, following, listing, making, marking, mentees
from crm.opportunities.series.views.blueprint import bp

__all__ = ["bp", "closed_days", "following", "listing", "making", "marking", "mentees"]
