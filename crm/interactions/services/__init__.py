"""Writing the contact log and its next steps. Callers open the unit of work; nothing here commits or knows of HTTP."""

from crm.interactions.services.follow_ups import (
    NextStep,
    add_follow_up,
    change_follow_up,
    complete_follow_up,
    move_follow_up,
    reopen_follow_up,
)
from crm.interactions.services.log import InteractionDetails, edit_interaction, log_interaction

__all__ = [
    "InteractionDetails",
    "NextStep",
    "add_follow_up",
    "change_follow_up",
    "complete_follow_up",
    "edit_interaction",
    "log_interaction",
    "move_follow_up",
    "reopen_follow_up",
]
