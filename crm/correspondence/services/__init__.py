"""What people and the scheduler do with mails. Callers open the unit of work; nothing here commits."""

from crm.correspondence.services.arriving import Arrival, arrive, drop, stage
from crm.correspondence.services.deciding import Filing
from crm.correspondence.services.filing import file_mail, move, take_back
from crm.correspondence.services.mailboxes import claim_mailbox, note_poison, release_mailbox, take_in, untaken
from crm.correspondence.services.tray import discard, forget_old, put_back

__all__ = [
    "Arrival",
    "Filing",
    "arrive",
    "claim_mailbox",
    "discard",
    "drop",
    "file_mail",
    "forget_old",
    "move",
    "note_poison",
    "put_back",
    "release_mailbox",
    "stage",
    "take_back",
    "take_in",
    "untaken",
]
