"""Who may invite whom. Pure: no database, no request."""

from datetime import datetime

from crm.accounts.models import User
from crm.opportunities.models import Opportunity, OpportunityStatus


def may_invite(user: User, opportunity: Opportunity, now: datetime) -> bool:
    """To what is settled and still to come: a draft may never take place."""
    return user.is_staff and opportunity.status is OpportunityStatus.OPEN and opportunity.ends_at > now


def may_stop_inviting(user: User, opportunity: Opportunity, now: datetime) -> bool:
    """Of a draft, too: it may have been open when they were invited."""
    return user.is_staff and opportunity.ends_at > now
