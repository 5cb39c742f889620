"""Who may do what to an answer. Pure: no database, no request."""

from datetime import datetime

from crm.accounts.models import User
from crm.answering.models import PledgeAnswer


def may_undo(user: User, answer: PledgeAnswer, now: datetime) -> bool:
    """An officer takes back what an employer did not mean, as long as the employer could itself."""
    return user.is_staff and answer.may_be_undone(now)
