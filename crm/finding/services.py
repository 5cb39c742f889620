"""Keeping the index tidy. Triggers keep it right; this is for what they cannot know."""

from datetime import datetime

from crm.core.db import db
from crm.finding import schema


def rebuild() -> None:
    """Make missing triggers and fill the whole index anew."""
    connection = db.session.connection()
    schema.make_triggers(connection)
    schema.rebuild(connection)


def tidy(_now: datetime) -> int:
    """Forget words and rows that nothing has any more, and learn the words of the contact log."""
    schema.tidy(db.session.connection())
    return 1
