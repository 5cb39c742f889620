"""Pages of opportunities, of the places in them, and of the young people who take part."""

from crm.opportunities.views import (
    asking,
    attending,
    booking,
    deciding,
    employer_word,
    exceptions,
    fell_through,
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
    "asking",
    "attending",
    "booking",
    "bp",
    "deciding",
    "employer_word",
    "exceptions",
    "fell_through",
    "listing",
    "meaningful",
    "opening",
    "provider_page",
    "provider_word",
    "scheduling",
    "watch_first",
    "young_people",
]
