"""The contact log, what is planned, what is to happen next, and what is said often."""

from crm.interactions.models.corrections import InteractionCorrection
from crm.interactions.models.follow_ups import FollowUp
from crm.interactions.models.log import (
    OUTCOME_LABELS,
    Channel,
    Direction,
    Interaction,
    InteractionContact,
    InteractionOfficer,
    Outcome,
)
from crm.interactions.models.planned import PlannedContact, PlannedInteraction, PlannedOfficer, PlanStatus
from crm.interactions.models.quick_entries import QuickEntry

__all__ = [
    "OUTCOME_LABELS",
    "Channel",
    "Direction",
    "FollowUp",
    "Interaction",
    "InteractionContact",
    "InteractionCorrection",
    "InteractionOfficer",
    "Outcome",
    "PlanStatus",
    "PlannedContact",
    "PlannedInteraction",
    "PlannedOfficer",
    "QuickEntry",
]
