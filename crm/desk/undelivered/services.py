"""The next step that a mail leaves when it is given up. Callers open the unit of work; nothing here commits."""

from datetime import datetime

from crm.core.clock import local_date
from crm.core.db import db
from crm.desk.undelivered.queries import employer_now, whom_to_tell
from crm.interactions.services.follow_ups import NextStep, add_follow_up
from crm.notifications.models import OutboxEmail
from crm.notifications.services import claim_for_follow_up

LONGEST = 255  # characters of a next step
LONGEST_ADDRESS = 100
ENDING = ". Check the address or ring them."


def follow_up(email_id: int, *, now: datetime) -> bool:
    """Plan a next step for today about a mail that was given up. Returns whether there was one to plan.

    Once for each mail, however often and by how many it is tried. While nobody could be told it stays to be done.
    """
    mail = db.session.get_one(OutboxEmail, email_id)
    employer = employer_now(mail.employer_id) if mail.employer_id else None
    owner = whom_to_tell(employer, mail.reply_to) if employer else None
    if (employer and owner is None) or not claim_for_follow_up(email_id, at=now):
        return False
    if employer is None or owner is None:
        return False
    add_follow_up(employer, NextStep(what_to_do(mail), local_date(now), owner.id))
    return True


def what_to_do(mail: OutboxEmail) -> str:
    """The next step in a sentence or two, as long as it may be."""
    beginning = f"E-mail to {_short(mail.recipient, LONGEST_ADDRESS)} could not be delivered: "
    why = " ".join((mail.last_error or "no reason was given").split()).rstrip(". ")
    return beginning + _short(why, LONGEST - len(beginning) - len(ENDING)) + ENDING


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
