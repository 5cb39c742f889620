"""Who we are to calendar programs: whose name stands on an invitation, and where answers to it go."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from flask import current_app

from crm.accounts.models import User
from crm.reference.settings import settings


@dataclass(frozen=True, slots=True)
class Ourselves:
    """The council, as mails and calendar entries name it."""

    council: str
    host: str  # in ids of ours
    sender: str  # the address mails come from
    mailbox: str  # the address of the mailbox that is read; empty if none is

    def organiser_for(self, address: str, officer: User) -> str:
        """The address that answers from an invitation to `address` go to.

        The mailbox where one is read, so that answers are recorded; else the officer. Not whoever is invited: their
        own calendar would take the entry for theirs and ask them nothing.
        """
        if self.mailbox:
            return self.mailbox
        return officer.email if officer.email != address else self.sender


def ourselves() -> Ourselves:
    """From the settings of the installation and of the council. One statement."""
    config = current_app.config
    host = urlsplit(str(config["PUBLIC_URL"])).hostname or "localhost"
    return Ourselves(settings()["council_name"], host, str(config["MAIL_FROM"]), mailbox())


def mailbox() -> str:
    """The address of the mailbox that is read; empty if none is.

    Who signs in to it by another name than its address has the mails come from it.
    """
    reads = urlsplit(str(current_app.config["IMAP_URL"]))
    user = unquote(reads.username or "")
    if not reads.scheme:
        return ""
    return user if "@" in user else str(current_app.config["MAIL_FROM"])
