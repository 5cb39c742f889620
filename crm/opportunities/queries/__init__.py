"""Reading opportunities and places."""

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
    opportunity_rows,
    past_and_unmarked,
    upcoming,
    visible_to,
)

__all__ = [
    "LineChoice",
    "OpportunityRow",
    "PlaceOnLine",
    "Wanted",
    "booked_for_employer",
    "every_opportunity_row",
    "fitting_lines",
    "get_opportunity",
    "how_many",
    "opportunity_rows",
    "past_and_unmarked",
    "places_for_line_ids",
    "upcoming",
    "visible_to",
]
