"""Pledges sent and chased; answers given, accepted, taken back. Callers open the unit of work; nothing here commits."""

from crm.answering.services.accepting import accept_offer, refuse_offer
from crm.answering.services.giving import Given, give_answer
from crm.answering.services.reminding import remind
from crm.answering.services.sending import discard, recall, resend, revoke, send
from crm.answering.services.undoing import TAKEN_BACK_BY_EMPLOYER, undo_answer

__all__ = [
    "TAKEN_BACK_BY_EMPLOYER",
    "Given",
    "accept_offer",
    "discard",
    "give_answer",
    "recall",
    "refuse_offer",
    "remind",
    "resend",
    "revoke",
    "send",
    "undo_answer",
]
