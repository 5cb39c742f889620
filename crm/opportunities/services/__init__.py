"""Changing opportunities and places. Callers open the unit of work; nothing here commits or knows of HTTP."""

from crm.opportunities.services.attending import NOT_MARKED, Attendance, headcount, mark_attendance
from crm.opportunities.services.booking import (
    AddedPlaces,
    add_headcount,
    add_place_for,
    add_places_by_reference,
    end_place,
)
from crm.opportunities.services.clashes import ClashWarning
from crm.opportunities.services.describing import Lists, say_parts
from crm.opportunities.services.fulfilling import change_pledge_line
from crm.opportunities.services.opening import (
    allow_block,
    exempt_from_checks,
    make_draft_again,
    open_opportunity,
    refuse_too_young,
    take_back_exemption,
)
from crm.opportunities.services.rescheduling import reschedule_opportunity
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
    "ClashWarning",
    "Lists",
    "OpportunityDetails",
    "add_headcount",
    "add_place_for",
    "add_places_by_reference",
    "allow_block",
    "cancel_opportunity",
    "change_pledge_line",
    "edit_opportunity",
    "end_place",
    "exempt_from_checks",
    "headcount",
    "make_draft_again",
    "mark_attendance",
    "mark_delivered",
    "open_opportunity",
    "refuse_too_young",
    "reopen_opportunity",
    "reschedule_opportunity",
    "say_parts",
    "schedule_opportunity",
    "take_back_exemption",
]
