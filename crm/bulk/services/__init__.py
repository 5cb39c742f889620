"""Preparing, doing and undoing a change of many employers. Callers open the unit of work; nothing here commits."""

from crm.bulk.services.carrying_out import carry_out
from crm.bulk.services.letters import PLACEHOLDERS, Recipients, ending
from crm.bulk.services.preparing import MOST_EMPLOYERS, BulkDetails, discard, forget_old, prepare
from crm.bulk.services.undoing import undo

__all__ = [
    "MOST_EMPLOYERS",
    "PLACEHOLDERS",
    "BulkDetails",
    "Recipients",
    "carry_out",
    "discard",
    "ending",
    "forget_old",
    "prepare",
    "undo",
]
