"""Changing opportunities and places. Callers open the unit of work; nothing here commits or knows of HTTP."""

from crm.opportunities.services.attending import NOT_MARKED, Attendance, headcount, mark_attendance
from crm.opportunities.services.booking import (
    REQUESTED,
    AddedPlaces,
    Adding,
    add_headcount,
    add_place_for,
    add_places_by_reference,
)
from crm.opportunities.services.clashes import ClashWarning
from crm.opportunities.services.deciding import Decided, confirm_places, offer_places, put_on_waiting_list
from crm.opportunities.services.describing import Lists, say_parts
from crm.opportunities.services.ending import Ended, end_place, end_places, lapse_offer, restore_place
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
from crm.opportunities.services.waiting import MovedUp, lock_waiting

__all__ = [
    "NOT_MARKED",
    "REQUESTED",
    "AddedPlaces",
    "Adding",
    "Attendance",
    "ClashWarning",
    "Decided",
    "Ended",
    "Lists",
    "MovedUp",
    "OpportunityDetails",
    "add_headcount",
    "add_place_for",
    "add_places_by_reference",
    "allow_block",
    "cancel_opportunity",
    "change_pledge_line",
    "confirm_places",
    "edit_opportunity",
    "end_place",
    "end_places",
    "exempt_from_checks",
    "headcount",
    "lapse_offer",
    "lock_waiting",
    "make_draft_again",
    "mark_attendance",
    "mark_delivered",
    "offer_places",
    "open_opportunity",
    "put_on_waiting_list",
    "refuse_too_young",
    "reopen_opportunity",
    "reschedule_opportunity",
    "restore_place",
    "say_parts",
    "schedule_opportunity",
    "take_back_exemption",
]
