"""Asking for a matching, deciding about what it proposes, booking it and taking it back. Nothing here commits."""

from crm.matching.services.booking import book, note_refusal, take_back
from crm.matching.services.claiming import Superseded, claim, finish, still_ours
from crm.matching.services.deciding import accept, put_back, stop, take_off, undo
from crm.matching.services.proposing import ask, fail, keep_proposal

__all__ = [
    "Superseded",
    "accept",
    "ask",
    "book",
    "claim",
    "fail",
    "finish",
    "keep_proposal",
    "note_refusal",
    "put_back",
    "still_ours",
    "stop",
    "take_back",
    "take_off",
    "undo",
]
