"""Who may do what to an opportunity they can see. Pure: no database, no request.

Which opportunities somebody can see is another question, answered in SQL by `queries.visible_to`.
"""

from datetime import date, datetime

from crm.accounts.models import User
from crm.core.access import MANAGERS, Role
from crm.core.clock import local_date
from crm.opportunities.models import ONGOING, Opportunity, OpportunityStatus, Place, PlaceStatus


def may_schedule(user: User) -> bool:
    return user.is_staff


def may_edit(user: User, opportunity: Opportunity) -> bool:
    return user.is_staff and opportunity.status is not OpportunityStatus.CANCELLED


def may_cancel(user: User, opportunity: Opportunity) -> bool:
    return user.is_staff and opportunity.status in ONGOING


def may_see_places(user: User) -> bool:
    """Partners see that something takes place, not how many people take part; providers see their own people."""
    return user.is_staff or user.role is Role.PROVIDER


def may_add_places(user: User, opportunity: Opportunity) -> bool:
    return user.is_staff and opportunity.status is OpportunityStatus.OPEN


def may_mark_attendance(user: User, opportunity: Opportunity, today: date) -> bool:
    """From the first day on, and afterwards to correct it. A provider's coordinator marks their own young people."""
    began = local_date(opportunity.starts_at) <= today
    return began and may_see_places(user) and opportunity.status is not OpportunityStatus.CANCELLED


def may_mark_delivered(user: User, opportunity: Opportunity, today: date) -> bool:
    begun = local_date(opportunity.starts_at) <= today
    return user.is_staff and opportunity.status is OpportunityStatus.OPEN and begun


def may_open(user: User, opportunity: Opportunity) -> bool:
    return user.is_staff and opportunity.status is OpportunityStatus.DRAFT


def may_make_draft_again(user: User, opportunity: Opportunity) -> bool:
    return user.is_staff and opportunity.status is OpportunityStatus.OPEN and not opportunity.taken


def may_exempt(user: User, opportunity: Opportunity) -> bool:
    return user.is_staff and opportunity.status in ONGOING


def may_take_back_exemption(user: User, opportunity: Opportunity) -> bool:
    return user.role in MANAGERS and opportunity.status in ONGOING


def may_allow_block(user: User, opportunity: Opportunity) -> bool:
    return user.role in MANAGERS and opportunity.status in ONGOING and opportunity.is_block


def may_reopen(user: User, opportunity: Opportunity) -> bool:
    """For somebody who was forgotten: a delivered opportunity takes no more places."""
    return user.is_staff and opportunity.status is OpportunityStatus.DELIVERED


def may_end_place(user: User, place: Place) -> bool:
    return user.is_staff and place.status is PlaceStatus.CONFIRMED


def may_say_how_it_went(user: User, opportunity: Opportunity, now: datetime) -> bool:
    """A provider's coordinator, of what has begun and was not called off."""
    took_place = opportunity.status in {OpportunityStatus.OPEN, OpportunityStatus.DELIVERED}
    return user.role is Role.PROVIDER and took_place and opportunity.starts_at <= now
