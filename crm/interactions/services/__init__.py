"""Writing the contact log and its next steps. Callers open the unit of work; nothing here commits or knows of HTTP."""

from crm.interactions.services.correcting import Correcting, correct_interaction
from crm.interactions.services.follow_ups import (
    NextStep,
    add_follow_up,
    change_follow_up,
    complete_follow_up,
    move_follow_up,
    reopen_follow_up,
)
from crm.interactions.services.log import InteractionDetails, edit_interaction, log_interaction, remove_interaction
from crm.interactions.services.planning import (
    PlanDetails,
    cancel_plan,
    change_plan,
    log_plan,
    move_plan,
    plan_interaction,
)
from crm.interactions.services.quick_entries import (
    QuickEntryDetails,
    add_quick_entry,
    change_quick_entry,
    move_quick_entry,
    offer_quick_entry,
)
from crm.interactions.services.taking_back import take_back_interaction

__all__ = [
    "Correcting",
    "InteractionDetails",
    "NextStep",
    "PlanDetails",
    "QuickEntryDetails",
    "add_follow_up",
    "add_quick_entry",
    "cancel_plan",
    "change_follow_up",
    "change_plan",
    "change_quick_entry",
    "complete_follow_up",
    "correct_interaction",
    "edit_interaction",
    "log_interaction",
    "log_plan",
    "move_follow_up",
    "move_plan",
    "move_quick_entry",
    "offer_quick_entry",
    "plan_interaction",
    "remove_interaction",
    "reopen_follow_up",
    "take_back_interaction",
]
