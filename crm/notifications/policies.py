"""What may be done to a mail in its state. Pure: who may do it is said by the pages."""

from crm.notifications.models import EmailStatus, OutboxEmail

GIVEN_UP = frozenset({EmailStatus.FAILED, EmailStatus.STOPPED})


def may_read(mail: OutboxEmail) -> bool:
    """Whether its text may be shown: while a link that works can be made of it, it is the recipient's alone."""
    return not mail.has_secret or mail.is_over


def may_try_again(mail: OutboxEmail) -> bool:
    """A mail that had a link has lost it when it was given up."""
    return mail.status in GIVEN_UP and not mail.has_secret


def lost_its_link(mail: OutboxEmail) -> bool:
    """Whether it can only be sent anew, by whoever sent it."""
    return mail.status in GIVEN_UP and mail.has_secret


def may_stop(mail: OutboxEmail) -> bool:
    """What is on its way may have arrived already."""
    return mail.status is EmailStatus.QUEUED
