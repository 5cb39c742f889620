"""Reading opportunities and places."""

from crm.opportunities.queries.choosing import (
    leaders_of,
    officers_with_employers,
)
from crm.opportunities.queries.lines import (
    LineChoice,
    PlaceOnLine,
    fitting_lines,
    places_for_line_ids,
)
from crm.opportunities.queries.opportunities import (
    OpportunityRow,
    Wanted,
    booked_for_employer,
    every_opportunity_row,
    get_opportunity,
    how_many,
    is_about_provider,
    opportunity_rows,
    past_and_unmarked,
    upcoming,
    visible_to,
)
from crm.opportunities.queries.people import (
    PersonRow,
    WantedPeople,
    every_person_row,
    how_many_people,
    person_rows,
)
from crm.opportunities.queries.places import get_place, lapsed_offer_ids, places_in, places_visible_to
from crm.opportunities.queries.readiness import checks_of, readiness_of
from crm.opportunities.queries.registers import RegisterRow, register_rows
from crm.opportunities.queries.volunteers import leaders_days

__all__ = [
    "LineChoice",
    "OpportunityRow",
    "PersonRow",
    "PlaceOnLine",
    "RegisterRow",
    "Wanted",
    "WantedPeople",
    "booked_for_employer",
    "checks_of",
    "every_opportunity_row",
    "every_person_row",
    "fitting_lines",
    "get_opportunity",
    "get_place",
    "how_many",
    "how_many_people",
    "is_about_provider",
    "lapsed_offer_ids",
    "leaders_days",
    "leaders_of",
    "officers_with_employers",
    "opportunity_rows",
    "past_and_unmarked",
    "person_rows",
    "places_for_line_ids",
    "places_in",
    "places_visible_to",
    "readiness_of",
    "register_rows",
    "upcoming",
    "visible_to",
]
