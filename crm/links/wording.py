"""What became of a link, in words."""

from crm.core.formatting import relative_day
from crm.links.queries import Fate, LinkRow

FATE_LABELS = {
    Fate.QUEUED: "Waiting to go out",
    Fate.SENT: "Sent",
    Fate.FAILED: "E-mail failed",
    Fate.OPENED: "Opened",
    Fate.ANSWERED: "Answered",
    Fate.EXPIRED: "Ended",
    Fate.REVOKED: "Taken back",
    Fate.CLOSED: "Closed",
}
# The meaning chooses the colour (components/tag.html).
FATE_MEANINGS = {
    Fate.QUEUED: "none",
    Fate.SENT: "waiting",
    Fate.FAILED: "warning",
    Fate.OPENED: "waiting",
    Fate.ANSWERED: "done",
    Fate.EXPIRED: "stopped",
    Fate.REVOKED: "none",
    Fate.CLOSED: "none",
}
_WORDS = {
    Fate.QUEUED: "e-mail waits to go out",
    Fate.SENT: "e-mailed {when}, not opened yet",
    Fate.OPENED: "opened {when}",
    Fate.ANSWERED: "answered {when}",
    Fate.EXPIRED: "link ended {when}",
    Fate.REVOKED: "link taken back {when}",
    Fate.CLOSED: "link closed {when}",
}


def fate_label(row: LinkRow) -> str:
    return FATE_LABELS[row.fate]


def fate_meaning(row: LinkRow) -> str:
    return FATE_MEANINGS[row.fate]


def fate_words(row: LinkRow) -> str:
    """In the middle of a sentence: "opened yesterday", "e-mail failed: no such mailbox"."""
    if row.fate is Fate.FAILED:
        return f"e-mail failed: {row.why or 'the mail server did not say why'}"
    return _WORDS[row.fate].format(when=relative_day(row.at))
