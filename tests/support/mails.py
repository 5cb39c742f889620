"""Reading what is owed as its recipient will."""

from crm.core.tokens import with_tokens
from crm.notifications.models import OutboxEmail


def as_sent(mail: OutboxEmail) -> str:
    """The text of a mail with the links that work, as it goes out. The tables hold only what stands for them."""
    return with_tokens(mail.body)
