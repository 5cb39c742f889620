"""Inviting, and keeping calendars true. Callers open the unit of work; nothing here commits."""

from crm.invitations.services.answers import Reply, take_answer
from crm.invitations.services.forgetting import forget_old
from crm.invitations.services.inviting import invite, invite_to_following, send_again, stop_inviting
from crm.invitations.services.keeping import PAUSE, keep

__all__ = [
    "PAUSE",
    "Reply",
    "forget_old",
    "invite",
    "invite_to_following",
    "keep",
    "send_again",
    "stop_inviting",
    "take_answer",
]
