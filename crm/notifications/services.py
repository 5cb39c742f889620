"""Adding to the outbox."""

from crm.core import clock
from crm.core.db import db
from crm.notifications.models import OutboxEmail


def enqueue(*, key: str, recipient: str, subject: str, body: str) -> OutboxEmail:
    """Owe someone an e-mail. It is sent only if the surrounding unit of work commits.

    Args:
        key: why, uniquely ("password-link:17"); a second mail with the same key is refused by the database.
        recipient: one address.
        subject: no personal data: anyone may see it.
        body: plain text.
    """
    email = OutboxEmail(key=key, recipient=recipient, subject=subject, body=body, next_attempt_at=clock.now())
    db.session.add(email)
    return email
