"""Changing opportunities and places. Callers open the unit of work; nothing here commits or knows of HTTP."""

from crm.opportunities.services.attending import NOT_MARKED, Attendance, headcount, mark_attendance
from crm.opportunities.services.booking import (
    AddedPlaces,
    add_headcount,
    add_place_for,
    add_places_by_reference,
    end_place,
)
from crm.opportunities.services.fulfilling import change_pledge_line
from crm.opportunities.services.scheduling import (
    OpportunityDetails,
    cancel_opportunity,
    edit_opportunity,
    mark_delivered,
    reopen_opportunity,
    schedule_opportunity,
)

__all__ = [
    "NOT_MARKED",
    "AddedPlaces",
    "Attendance",
    "OpportunityDetails",
    "add_headcount",
    "add_place_for",
    "add_places_by_reference",
    "cancel_opportunity",
    "change_pledge_line",
    "edit_opportunity",
    "end_place",
    "headcount",
    "mark_attendance",
    "mark_delivered",
    "reopen_opportunity",
    "schedule_opportunity",
]
