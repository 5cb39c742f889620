"""Pages of opportunities, of the places in them, and of the young people who take part."""

from crm.opportunities.views import attending, booking, listing, provider_page, scheduling, young_people
from crm.opportunities.views.blueprint import bp

__all__ = ["attending", "booking", "bp", "listing", "provider_page", "scheduling", "young_people"]
