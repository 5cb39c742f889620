"""Pages of opportunities, of the places in them, and of the young people who take part."""

from crm.opportunities.views import (
    attending,
    booking,
    employer_word,
    exceptions,
    listing,
    meaningful,
    opening,
    provider_page,
    provider_word,
    scheduling,
    watch_first,
    young_people,
)
from crm.opportunities.views.blueprint import bp

__all__ = [
    "attending",
    "booking",
    "bp",
    "employer_word",
    "exceptions",
    "listing",
    "meaningful",
    "opening",
    "provider_page",
    "provider_word",
    "scheduling",
    "watch_first",
    "young_people",
]
